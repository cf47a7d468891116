"""The service level: each incident is held against its limits once, in the period in which that is decided."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from checks.contract import State, Text
from exporters.contract import Incident, IncidentNote, PeriodKind, PeriodRecord, ServiceLevel
from exporters.periodic import Fold, conclude_period, days_of
from exporters.periodic.service import Reached, reached
from tests.exporters import sample_day
from tests.exporters.sample_period import REACHABLE, at, down, frame, quiet

HOUR = 3600.0
FIRST, SECOND = date(2026, 10, 26), date(2026, 11, 2)
LEVEL = ServiceLevel(0.995, HOUR, 8 * HOUR)


def incident(began_at: float, ended_at: float | None, answered_at: float | None = None) -> Incident:
    notes = (IncidentNote("", "王芳", answered_at, cause="x"),) if answered_at else ()
    return Incident("db-01", sample_day.DISK, "/", State.CRIT, Text("full", "已满"), began_at, ended_at, notes=notes)


def week(ends_on: date, *incidents: Incident, level: ServiceLevel = LEVEL) -> PeriodRecord:
    """A week whose days have those of the incidents that were there, as they stood."""
    fold = Fold(frame(PeriodKind.WEEK, ends_on, level))
    for day in days_of(PeriodKind.WEEK, ends_on):
        begin, end = at(day - timedelta(days=1)), at(day)
        there = [one for one in incidents if one.began_at < end and (one.ended_at is None or one.ended_at >= begin)]
        fold.add(replace(quiet(day), items=(), incidents=tuple(_until(one, end) for one in there)))
    return fold.record("1", at(ends_on))


def _until(one: Incident, end: float) -> Incident:
    return replace(one, ended_at=None) if one.ended_at is not None and one.ended_at >= end else one


def response(period: PeriodRecord) -> tuple[int, ...]:
    found = reached(period).response
    return found.in_time, found.over, found.late, found.never, found.pending


def repair(period: PeriodRecord) -> tuple[int, ...]:
    found = reached(period).repair
    return found.in_time, found.late, found.never, found.pending


BEGAN = at(date(2026, 10, 21), 12)


@pytest.mark.parametrize(
    ("one", "answered", "mended"),
    [
        (incident(BEGAN, BEGAN + 2 * HOUR, BEGAN + 600), (1, 0, 0, 0, 0), (1, 0, 0, 0)),
        (incident(BEGAN, BEGAN + 600), (0, 1, 0, 0, 0), (1, 0, 0, 0)),
        (incident(BEGAN, BEGAN + 9 * HOUR, BEGAN + 2 * HOUR), (0, 0, 1, 0, 0), (0, 1, 0, 0)),
        (incident(BEGAN, None), (0, 0, 0, 1, 0), (0, 0, 1, 0)),
        (incident(BEGAN, BEGAN + HOUR, BEGAN + HOUR), (1, 0, 0, 0, 0), (1, 0, 0, 0)),
    ],
)
def test_an_incident_against_its_limits(one: Incident, answered: tuple[int, ...], mended: tuple[int, ...]) -> None:
    period = week(FIRST, one)
    assert response(period) == answered
    assert repair(period) == mended


@pytest.mark.parametrize("lasts", [0.2, 0.9, 1, 3, 7.9, 8.1, 30, 300])
@pytest.mark.parametrize("answered_after", [None, 0.1, 0.95, 2, 20])
@pytest.mark.parametrize("before_the_end", [0.1, 0.5, 1, 4, 8, 12, 100])
def test_over_two_weeks_each_is_counted_once(lasts: float, answered_after: float | None, before_the_end: float) -> None:
    began = at(FIRST) - before_the_end * HOUR
    answered = None if answered_after is None else began + answered_after * HOUR
    one = incident(began, began + lasts * HOUR, answered)
    periods = (week(FIRST, one), week(SECOND, one))
    for kind in ("response", "repair"):
        settled = [getattr(reached(period), kind).settled for period in periods]
        assert sum(settled) == 1, (kind, settled)
    kept = [reached(period).repair.kept for period in periods]
    assert sum(kept) == (lasts <= 8)


def test_what_is_less_severe_does_not_count_but_a_host_out_of_reach_does() -> None:
    warning = replace(incident(BEGAN, None), worst=State.WARN)
    away = replace(incident(BEGAN, None), worst=State.UNKNOWN, check=REACHABLE, item="")
    assert repair(week(FIRST, warning)) == (0, 0, 0, 0)
    assert repair(week(FIRST, away)) == (0, 0, 1, 0)
    assert repair(week(FIRST, warning, level=replace(LEVEL, severity=State.WARN))) == (0, 0, 1, 0)


def test_what_was_taken_off_rounds_before_its_limit_broke_none() -> None:
    def of(began: float, level: ServiceLevel) -> PeriodRecord:
        fold, days = Fold(frame(PeriodKind.WEEK, FIRST, level)), days_of(PeriodKind.WEEK, FIRST)
        one = incident(began, None)
        for place, day in enumerate(days):
            fold.add(replace(quiet(day), items=(), incidents=(one,) if place == 2 else ()))
        return fold.record("1", at(FIRST))

    evening = at(date(2026, 10, 22)) - 2 * HOUR  # the last record that has it ends two hours later
    assert repair(of(evening, LEVEL)) == (0, 0, 0, 0)
    assert response(of(evening, LEVEL)) == (0, 0, 0, 1, 0), "that limit had passed before"
    assert repair(of(evening - 20 * HOUR, LEVEL)) == (0, 0, 1, 0)
    assert repair(of(evening, replace(LEVEL, repair_seconds=200 * HOUR))) == (0, 0, 0, 0), "nothing is pending"


def test_availability_just_below_the_promise_is_missed_and_not_rounded_up() -> None:
    def of(failed: int) -> Reached:
        fold = Fold(frame(PeriodKind.WEEK, FIRST, LEVEL))
        for day in days_of(PeriodKind.WEEK, FIRST):
            one = quiet(day)
            lines = tuple(replace(line, rounds=1000, rounds_failed=failed) for line in one.hosts)
            fold.add(replace(one, hosts=lines))
        return reached(fold.record("1", at(FIRST)))

    assert of(5).availability.is_kept is True
    assert of(6).availability.is_kept is False
    assert (of(5).availability.hosts_kept, of(6).availability.hosts_kept) == (5, 0)


def test_a_week_without_a_round_is_neither_reached_nor_missed() -> None:
    fold = Fold(frame(PeriodKind.WEEK, FIRST, LEVEL))
    for day in days_of(PeriodKind.WEEK, FIRST):
        fold.add(down(day))
    period = fold.record("1", at(FIRST))
    conclusion = conclude_period(period)
    assert reached(period).is_kept is None
    assert conclusion.headline.en == "Not measured"
    assert "nothing can be said" in conclusion.in_language("en")


def test_what_was_missed_is_named_with_its_numbers() -> None:
    words = conclude_period(week(FIRST, incident(BEGAN, BEGAN + 9 * HOUR), incident(BEGAN + 1, BEGAN + 700)))
    assert words.headline.zh == "服务级别未达标"
    assert "1 of 2 incidents not repaired within 8 h" in words.in_language("en")
    assert "2次故障中1次未在8 小时内修复" in words.in_language("zh")
