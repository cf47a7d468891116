"""Forecasts of file systems whose future is known; `python -m benchmarks.forecasts` shows all of them hour by hour."""

from statistics import median

import pytest

from benchmarks.forecast_scores import FIRST_HOUR, LAST_HOUR, judged
from benchmarks.synthetic_histories import DAY, History, histories
from checks.contract import State

ALL = {history.name: history for history in histories()}


def full_in(history: History, hour: int) -> float | None:
    told = {one.name: one.value for one in judged(history, hour).measurements}
    return told.get("full_in")


@pytest.mark.parametrize(
    "name",
    [
        "daily rotation",
        "daily rotation, nearly full",
        "weekly rotation",
        "weekly rotation and growth",
        "dump each night, then removed",
        "burst that stays",
        "burst that is removed",
        "noise",
        "temporary files",
    ],
)
def test_no_alert_where_nothing_fills(name: str) -> None:
    """In six weeks, every second hour, without looking back at its grades. What does grow is months from full."""
    said = {hour: judged(ALL[name], hour) for hour in range(FIRST_HOUR, LAST_HOUR, 2)}
    assert {hour / 24: str(result.summary) for hour, result in said.items() if result.state is not State.OK} == {}


def test_no_alert_once_a_rotation_was_seen() -> None:
    """Before the first one it is a log that grows, and would be full in a few days."""
    first_rotation = 5 * 24
    history = ALL["weekly rotation, nearly full"]
    for hour in range(first_rotation + 1, LAST_HOUR, 2):
        assert judged(history, hour).state is State.OK, hour / 24


@pytest.mark.parametrize(
    ("name", "usual", "most"),
    [
        ("slow growth", 0.02, 0.05),
        ("fast growth", 0.02, 0.10),
        ("very fast growth", 0.05, 0.15),
        ("daily rotation and growth", 0.10, 0.35),
        ("rotation stops", 0.05, 0.25),
        ("one clean-up", 0.03, 0.12),
        ("runaway", 0.05, 0.15),
        ("noise and growth", 0.15, 0.40),
        ("busy weekdays", 0.15, 0.40),
        ("gap in the history", 0.03, 0.10),
        ("resized", 0.03, 0.10),
        ("database in 64 GiB steps", 0.15, 0.45),
        ("weekly rotation and growth", 0.35, 0.90),
    ],
)
def test_errors(name: str, usual: float, most: float) -> None:
    """As a share of the true time left, where that is from six hours to four weeks: the median, and nine in ten."""
    history, errors = ALL[name], []
    for hour in range(FIRST_HOUR, LAST_HOUR, 5):
        true = history.seconds_to_full(hour)
        if true is None or not DAY / 4 <= true <= 28 * DAY or not history.seen[hour]:
            continue
        if (foretold := full_in(history, hour)) is not None:
            errors.append(abs(foretold - true) / true)
    assert len(errors) >= 2
    assert median(errors) <= usual
    assert sorted(errors)[len(errors) * 9 // 10] <= most


@pytest.mark.parametrize(
    "name",
    [
        "slow growth",
        "fast growth",
        "daily rotation and growth",
        "noise and growth",
        "busy weekdays",
        "gap in the history",
        "database in 64 GiB steps",
    ],
)
def test_what_fills_is_told_in_time(name: str) -> None:
    """Nothing ten days before, a warning all the time from five days before, critical in the last hours."""
    history = ALL[name]
    for hour in range(LAST_HOUR):
        true = history.seconds_to_full(hour)
        if true is None or not history.seen[hour]:
            continue
        if true < 0.1 * DAY:
            break
        if 11 * DAY < true < 11.5 * DAY:
            assert judged(history, hour).state is State.OK, f"{true / DAY:.1f} days before"
        elif 2 * DAY < true < 4.6 * DAY and hour % 6 == 0:
            assert judged(history, hour).state is State.WARN, f"{true / DAY:.1f} days before"
        elif true < 0.5 * DAY:
            assert judged(history, hour).state is State.CRIT, f"{true / DAY:.1f} days before"


@pytest.mark.parametrize(("name", "days_before"), [("rotation stops", 3.9), ("runaway", 0.8), ("ever faster", 3.9)])
def test_what_begins_late_is_told_half_way(name: str, days_before: float) -> None:
    history = ALL[name]
    hours = [h for h in range(LAST_HOUR) if 0 < (history.seconds_to_full(h) or 0) <= days_before * DAY]
    assert all(judged(history, hour).state >= State.WARN for hour in hours[:: max(1, len(hours) // 12)])


def test_a_clean_up_ends_the_alert_at_once() -> None:
    """And the growth from before it counts on: it is foretold anew the same hour."""
    history = ALL["resized"]
    days = (18.9, 19.1)
    before, after = (judged(history, round(day * 24)) for day in days)
    assert (before.state, after.state) == (State.WARN, State.OK)
    cleaned = ALL["one clean-up"]
    after = judged(cleaned, 21 * 24)
    assert (full_in(cleaned, 21 * 24) or 0) == pytest.approx(cleaned.seconds_to_full(21 * 24), rel=0.05)
    assert after.state is State.OK
