"""A week and a month are the sums of their days, and say what they lack."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from pydantic import TypeAdapter

from checks.contract import Measurement, State, Text, Unit
from exporters.contract import DayRecord, HostCard, HostLine, Incident, ItemLine, PeriodKind, PeriodRecord
from exporters.periodic import Fold, conclude_period, days_of
from tests.exporters import sample_day, sample_period
from tests.exporters.sample_period import MONTH, at, busy, down, frame, quiet

WEEK_END = date(2026, 10, 26)
WEEK = days_of(PeriodKind.WEEK, WEEK_END)


def folded(*days: DayRecord, ends_on: date = WEEK_END, kind: PeriodKind = PeriodKind.WEEK) -> PeriodRecord:
    fold = Fold(frame(kind, ends_on))
    for day in days:
        fold.add(day)
    return fold.record("2026-W43-01", at(ends_on) + 60)


def test_a_month_is_the_sum_of_its_days() -> None:
    month = days_of(PeriodKind.MONTH, MONTH)
    days = [busy(day, place) for place, day in enumerate(month)]
    figures = folded(*days, ends_on=MONTH, kind=PeriodKind.MONTH).figures
    assert (figures.days_due, figures.days_made) == (31, 31)
    assert figures.normal == sum(len(day.normal) for day in days)
    assert figures.abnormal == sum(len(day.abnormal) for day in days)
    assert figures.unchecked == sum(len(day.unchecked) for day in days)
    assert figures.items_due == sum(len(day.items_due) for day in days)
    assert figures.rounds == sum(line.rounds for day in days for line in day.hosts)
    assert figures.ended == sum(len(day.resolved) for day in days), "each day's own"
    assert figures.open == len(days[-1].open)
    assert figures.incidents == figures.ended + figures.open + figures.lapsed
    assert figures.changes == sum(host.total for day in days for host in day.changes)


def test_an_incident_that_spans_days_counts_once_with_its_worst_state_and_its_end() -> None:
    began = at(WEEK[0], 10)
    over = began + 3 * 86400
    lines = [
        Incident("db-01", sample_day.DISK, "/", State.WARN, Text("81 %", "81 %"), began, None),
        Incident("db-01", sample_day.DISK, "/", State.CRIT, Text("95 %", "95 %"), began, None),
        Incident("db-01", sample_day.DISK, "/", State.WARN, Text("82 %", "82 %"), began, over),
    ]
    period = folded(*(replace(quiet(day), incidents=(line,)) for day, line in zip(WEEK[1:4], lines, strict=True)))
    (one,) = period.incidents
    assert (one.worst, one.summary.en, one.seconds) == (State.CRIT, "95 %", 3 * 86400)
    assert (one.first_on, one.last_on) == (WEEK[1], WEEK[3])
    assert (period.figures.incidents, period.figures.ended, period.figures.mean_repair_seconds) == (1, 1, 3 * 86400)


def test_what_nobody_looks_at_any_more_is_neither_open_nor_mended() -> None:
    gone = Incident("old", sample_day.DISK, "/", State.CRIT, Text("", ""), at(WEEK[0], 10), None)
    figures = folded(replace(quiet(WEEK[1]), incidents=(gone,)), quiet(WEEK[2])).figures
    assert (figures.ended, figures.open, figures.lapsed, figures.mean_repair_seconds) == (0, 0, 1, None)


def test_what_was_only_not_checked_for_a_time_is_no_incident_of_a_period_as_it_is_none_of_a_day() -> None:
    began = at(WEEK[0], 10)
    lapse = Incident("db-01", sample_day.DISK, "/", State.UNKNOWN, Text("unreadable", "无法读取"), began, began + 600)
    period = folded(quiet(WEEK[0]), replace(quiet(WEEK[1]), incidents=(lapse,)), quiet(WEEK[2]))
    assert (period.incidents, period.figures.incidents, period.figures.ended) == ((), 0, 0)
    assert [(day.incidents, day.resolved) for day in period.days[:2]] == [(0, 0), (0, 0)]
    assert conclude_period(period).kept is True


def test_a_warning_that_could_not_be_checked_for_a_day_is_one_all_the_same() -> None:
    began = at(WEEK[0], 10)
    states = ((State.WARN, None), (State.UNKNOWN, None), (State.UNKNOWN, began + 3 * 86400))
    lines = [Incident("db-01", sample_day.DISK, "/", s, Text(s.name, s.name), began, over) for s, over in states]
    period = folded(*(replace(quiet(day), incidents=(line,)) for day, line in zip(WEEK[1:4], lines, strict=True)))
    (one,) = period.incidents
    assert (one.worst, one.summary.en, one.seconds, one.last_on) == (State.WARN, "WARN", 3 * 86400, WEEK[3])
    assert period.figures.ended == 1


def test_a_host_is_available_by_the_rounds_that_reached_it_the_worst_first() -> None:
    def day(ends_on: date, failed: int) -> DayRecord:
        lines = (
            HostLine(HostCard("a", "192.0.2.1"), True, State.OK, rounds=100, rounds_failed=0),
            HostLine(HostCard("b", "192.0.2.2"), True, State.OK, rounds=100, rounds_failed=failed),
        )
        return replace(quiet(ends_on), hosts=lines)

    period = folded(day(WEEK[0], 0), day(WEEK[1], 50))
    assert [(line.host.name, line.availability) for line in period.hosts] == [("b", 0.75), ("a", 1.0)]
    assert period.figures.availability == 0.875


def test_a_day_without_the_agent_makes_no_host_less_available() -> None:
    with_it, without = folded(quiet(WEEK[0])), folded(quiet(WEEK[0]), down(WEEK[1]))
    assert with_it.figures.availability == without.figures.availability == 1
    assert (without.figures.days_down, without.figures.gap_seconds) == (1, 86400)
    assert without.hosts[0].watched_seconds == with_it.hosts[0].watched_seconds


def test_planned_time_out_of_service_is_left_out() -> None:
    out = quiet(WEEK[1])
    card = out.hosts[0].host
    out = replace(out, hosts=out.hosts[1:], out_of_service=(replace(card, in_service=False),))
    (line,) = [line for line in folded(quiet(WEEK[0]), out).hosts if line.host.name == card.name]
    assert (line.days, line.days_out_of_service, line.availability) == (1, 1, 1)


def test_days_without_a_record_are_named() -> None:
    period = folded(quiet(WEEK[0]), quiet(WEEK[6]))
    assert [day.date for day in period.missing] == list(WEEK[1:6])
    assert (period.figures.days_due, period.figures.days_made) == (7, 2)


def test_a_day_of_another_period_is_refused() -> None:
    with pytest.raises(KeyError):
        folded(quiet(WEEK_END + timedelta(days=1)))


def test_the_night_on_which_the_clocks_change_has_25_hours() -> None:
    hours = {day.date: day.hours for day in folded(*(quiet(day) for day in WEEK)).days}
    assert hours.pop(date(2026, 10, 25)) == 25
    assert set(hours.values()) == {24}


def test_a_backup_set_is_as_good_as_the_worst_that_any_check_says() -> None:
    day = quiet(WEEK[0])
    copies = replace(sample_day.BACKUP, name="backup_copies")
    bad = ItemLine("db-02", copies, "db", State.WARN, Text("", ""))
    unseen = ItemLine("mail-01", copies, "mailboxes", None, Text("", ""))
    period = folded(day, replace(quiet(WEEK[1]), items=(*day.items, bad, unseen)))
    states = {(line.host, line.item): line.states[:3] for line in period.backups}
    assert states["db-02", "db"] == (State.OK, State.WARN, None)
    assert states["mail-01", "mailboxes"] == (State.OK, State.UNKNOWN, None)
    assert (period.figures.backups_ok, period.figures.backups_due) == (2, 4)


def filling(day: date, share: float, size: float = 2e10) -> DayRecord:
    measured = (Measurement("used", share, Unit.RATIO), Measurement("size", size, Unit.BYTES))
    return replace(
        quiet(day),
        items=(ItemLine("db", sample_day.DISK, "/", State.OK, Text("", ""), None, None, None, None, measured),),
    )


def test_a_disk_that_fills_evenly_is_full_when_the_line_says() -> None:
    (line,) = folded(*(filling(day, 0.5 + 0.02 * place) for place, day in enumerate(WEEK[:5]))).capacity
    assert (line.first, round(line.last, 6), line.days) == (0.5, 0.58, 5)
    # One of the days has 25 hours: the slope is by the hour, not by the date.
    assert line.per_day == pytest.approx(0.02, rel=0.02)
    assert line.full_at == pytest.approx(at(WEEK[4]) + 21 * 86400, abs=86400)
    assert line.course[:5] == tuple(pytest.approx(0.5 + 0.02 * n) for n in range(5))
    assert line.course[5:] == (None, None)


def test_a_disk_that_jumps_up_and_down_has_no_forecast() -> None:
    (line,) = folded(*(filling(day, 0.5 + 0.2 * (place % 2)) for place, day in enumerate(WEEK))).capacity
    assert line.full_at is None


def test_a_disk_that_was_enlarged_begins_anew() -> None:
    shares = (0.80, 0.85, 0.90, 0.45, 0.451, 0.452, 0.453)
    sizes = (1e10,) * 3 + (2e10,) * 4
    (line,) = folded(*(filling(*day) for day in zip(WEEK, shares, sizes, strict=True))).capacity
    assert line.per_day == pytest.approx(0.001, rel=0.05)


def test_patches_are_counted_on_the_last_day_that_judged_any() -> None:
    figures = sample_period.period(PeriodKind.MONTH, MONTH).figures
    last = busy(MONTH, 30)
    judged = [line for line in last.items if line.item == "security updates"]
    assert figures.patches_judged == len({line.host for line in judged})
    assert figures.patches_covered == sum(line.state == State.OK for line in judged)


def test_the_record_is_the_same_when_it_is_read_again() -> None:
    before = sample_period.period(PeriodKind.MONTH, date(2026, 10, 1))
    record = sample_period.period(PeriodKind.MONTH, MONTH, before, missing=(28,))
    adapter = TypeAdapter(PeriodRecord)
    assert adapter.validate_json(adapter.dump_json(record)) == record
    assert record.before == before.figures
