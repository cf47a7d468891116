"""The forecasts' benchmark scores what it says, and its page shows what it found."""

import pytest

from benchmarks import forecasts
from benchmarks.forecast_scores import FORECASTERS, LEVELS, Alerts, score
from benchmarks.predict_linear import PredictLinear
from benchmarks.synthetic_histories import DAY, GIB, HOUR, History, histories


def straight(days: int, gib_per_day: float, size_gib: float) -> History:
    used = tuple(gib_per_day * hour / 24 * GIB for hour in range(days * 24))
    return History("straight", used, (size_gib * GIB,) * len(used), (True,) * len(used), used, 0)


def test_the_truth() -> None:
    history = straight(20, 24.0, 240.0)
    assert history.seconds_to_full(0) == 240 * HOUR
    assert history.seconds_to_full(100) == 140 * HOUR
    assert straight(5, 24.0, 240.0).seconds_to_full(0) is None


def test_the_past_is_told_as_the_history_tells_it() -> None:
    spans = straight(40, 24.0, 2000.0).past(30 * 24 + 5)
    days, hours = [one for one in spans if one.seconds == DAY], [one for one in spans if one.seconds == HOUR]
    assert (len(days), len(hours)) == (21, 7 * 24 + 5)
    assert days[0].most - days[0].least == pytest.approx(23 * GIB)
    assert days[-1].begin + DAY == hours[0].begin


def test_predict_linear_follows_a_line() -> None:
    assert PredictLinear("6 h", 6).full_in(straight(20, 24.0, 240.0), 100) == pytest.approx(140 * HOUR)
    assert PredictLinear("6 h", 6).full_in(straight(20, -24.0, 240.0), 100) is None
    assert PredictLinear("6 h", 6).full_in(straight(20, 24.0, 240.0), 0) is None


def test_alerts_are_counted() -> None:
    alerts = Alerts()
    for true, raised in ((5.0, True), (10.4, True), (10.6, True), (None, True), (4.6, False), (4.7, False)):
        alerts.count(1, 7.0, true, raised=raised)
    assert (alerts.right, alerts.false, alerts.missed) == (2, 2, 1)


def test_a_score_and_its_tables() -> None:
    found = score(straight(12, 24.0, 240.0))
    assert found.alerts["7 days", "rounds"].false == 0
    assert found.alerts["24 hours", "rounds"].right >= 20
    assert max(found.errors()) < 0.1
    lines = list(forecasts.as_markdown([found]))
    assert sum(line.startswith("| straight |") for line in lines) == 1 + len(LEVELS)
    assert forecasts.false_share([found]) == 0
    assert len({line.count("|") for line in lines if line.startswith("| **all")}) == 1
    assert next(line for line in lines if line.startswith("| **all")).count("/") == 2 * len(FORECASTERS)


def test_the_page_shows_every_history() -> None:
    page = forecasts.PAGE.read_text("utf-8")
    assert [name for name in (one.name for one in histories()) if page.count(f"| {name} |") != 1 + len(LEVELS)] == []
