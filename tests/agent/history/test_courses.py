"""The courses of a day's measurements and the calendar, made by a real history."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent.history import History
from agent.history.courses import CALENDAR_DAYS, WORST, calendar
from checks.contract import Measurement, Result, Section, State, Text, Unit
from collectors.contract import Reason
from exporters.contract import CheckCard, DayRecord, ItemLine
from exporters.daily import conclude
from tests.agent.history.test_day import BEGIN, DAY, HOUR, Watch, plan
from tests.agent.reports import BACKUP, CPU, DISK, card, found, judged, used
from tests.exporters.sample_day import BACKUP as SAMPLE_BACKUP
from tests.exporters.sample_day import HOSTS, REBOOT, UPDATES, all_well, backup, line

VITAL = replace(DISK, vital=True)
RESTORE = CheckCard("backup_restore_test", Text("Restore test", "恢复测试"), DISK.layer, Section.STORAGE)


@pytest.fixture
def watch(history: History) -> Watch:
    return Watch(history)


def test_the_worst_of_a_vital_check_are_told_hour_by_hour(watch: Watch) -> None:
    mounts = [used(f"/d{n}", 0.1 * n) for n in range(8)]
    watch.rounds(BEGIN + 60, 3, judged(*mounts, check=VITAL))
    watch.rounds(BEGIN + 5 * HOUR, 1, judged(*mounts[:7], used("/d7", 0.85), check=VITAL))
    day = watch.history.day(DAY, plan(VITAL))
    assert [one.item for one in day.series] == ["/d7", "/d6", "/d5", "/d4", "/d3"]
    assert len(day.series) == WORST
    worst = day.series[0]
    assert (worst.host, worst.check, worst.measurement, worst.unit) == ("web-01", VITAL, "used", Unit.RATIO)
    assert (worst.warn, worst.crit) == (0.8, 0.9)
    first, later = worst.points
    assert (first.at, later.at) == (BEGIN, BEGIN + 5 * HOUR)
    assert first.mean == pytest.approx(0.7)
    assert (later.least, later.most) == (0.85, 0.85)


def test_hours_that_a_day_shares_with_another_are_in_no_course(watch: Watch) -> None:
    kolkata = replace(plan(VITAL), timezone="Asia/Kolkata")  # 08:00 is half past two in UTC
    begin, end = kolkata.period(DAY)
    for at, ratio in ((begin - 900, 0.99), (begin + 60, 0.2), (begin + HOUR, 0.3), (end - 900, 0.4), (end + 900, 0.98)):
        watch.rounds(at, 1, judged(used("/", ratio), check=VITAL))
    (course,) = watch.history.day(DAY, kolkata, made_at=end + 2 * HOUR).series
    assert [(point.at, point.most) for point in course.points] == [(begin + HOUR / 2, 0.3)]


def test_what_comes_closest_to_its_own_level_is_the_worst(watch: Watch) -> None:
    watch.rounds(BEGIN + 60, 2, judged(used("/large", 0.9, 0.97, 0.99), used("/small", 0.85), check=VITAL))
    assert [one.item for one in watch.history.day(DAY, plan(VITAL)).series] == ["/small", "/large"]


def test_only_shares_of_vital_checks_have_a_course(watch: Watch) -> None:
    load = replace(CPU, name="load_per_core", vital=True)
    counted = Result("load", State.OK, Text("1", "1"), (Measurement("load", 1.0, warn=2, crit=5),))
    rounds = (judged(used("/", 0.5)), judged(counted, check=load))
    watch.rounds(BEGIN + 60, 2, *rounds)
    assert watch.history.day(DAY, plan(DISK, load)).series == ()


def test_a_day_without_rounds_has_no_course(watch: Watch) -> None:
    day = watch.history.day(DAY, plan(VITAL))
    assert (day.series, day.calendar) == ((), ())


def test_a_day_that_the_agent_slept_through_is_a_record_that_says_so(watch: Watch) -> None:
    day = watch.history.day(DAY, plan(VITAL), made_at=BEGIN + 86400 + 5)
    assert conclude(day).no_data
    assert conclude(day).headline.zh == "无巡检数据"


def test_a_calendar_is_carried_on_from_the_record_before(watch: Watch) -> None:
    for back, state in ((2, State.OK), (1, State.CRIT), (0, State.WARN)):
        watch.rounds(BEGIN + 60 - back * 86400, 3, judged(found("db", state), check=BACKUP))
        watch.history.publish_day(watch.history.day(DAY - timedelta(days=back), plan(BACKUP)))
    kept = watch.history.published(DAY)
    assert kept is not None
    (row,) = kept.calendar
    assert (row.subject, row.host, row.item, len(row.states)) == ("backup", "web-01", "db", CALENDAR_DAYS)
    assert row.states[-4:] == (None, State.OK, State.CRIT, State.WARN)


def test_days_without_a_record_are_gaps(watch: Watch) -> None:
    watch.rounds(BEGIN + 60 - 4 * 86400, 3, judged(found("db", State.OK), check=BACKUP))
    watch.history.publish_day(watch.history.day(DAY - timedelta(days=4), plan(BACKUP)))
    watch.rounds(BEGIN + 60, 3, judged(found("db", State.OK), check=BACKUP))
    (row,) = watch.history.day(DAY, plan(BACKUP)).calendar
    assert row.states[-6:] == (None, State.OK, None, None, None, State.OK)


def day_of(*lines: ItemLine, back: int = 0) -> DayRecord:
    return replace(all_well(), date=date(2026, 11, 21) - timedelta(days=back), items=lines)


def states(day: DayRecord, before: DayRecord | None = None) -> dict[tuple[str, str, str], tuple[State | None, ...]]:
    return {(row.subject, row.host, row.item): row.states[-2:] for row in calendar(day, before)}


def test_the_worst_of_a_subject_counts_for_each_host_and_what_lasts_for_months_does_not() -> None:
    day = day_of(
        backup("db-02", "db", 5, 7),
        line("db-02", RESTORE, "db", State.WARN, "never", "从未"),
        line("db-02", UPDATES, "security", State.CRIT, "4", "4"),
        line("db-02", REBOOT, "kernel", State.WARN, "x", "x"),
    )
    assert states(day) == {("backup", "db-02", "db"): (None, State.OK), ("patches", "db-02", ""): (None, State.CRIT)}


def test_what_was_not_checked_is_told_of_each_row_that_was_known() -> None:
    before = day_of(backup("db-02", "db", 5, 7), backup("db-02", "logs", 5, 7), back=1)
    before = replace(before, calendar=calendar(before, None))
    unreachable = ItemLine("db-02", SAMPLE_BACKUP, "", None, Text("x", "x"), Reason.UNREACHABLE)
    known = states(day_of(unreachable), before)
    assert known == {
        ("backup", "db-02", "db"): (State.OK, State.UNKNOWN),
        ("backup", "db-02", "logs"): (State.OK, State.UNKNOWN),
    }
    assert states(day_of(unreachable)) == {("backup", "db-02", ""): (None, State.UNKNOWN)}
    harmless = replace(unreachable, reason=Reason.NOT_APPLICABLE)
    assert states(day_of(harmless), before)["backup", "db-02", "db"] == (State.OK, None)


def test_a_record_of_before_there_were_calendars_tells_of_its_own_day() -> None:
    before = day_of(backup("db-02", "db", 31, 7, State.CRIT), back=1)
    assert before.calendar == ()
    assert states(day_of(backup("db-02", "db", 5, 7)), before) == {("backup", "db-02", "db"): (State.CRIT, State.OK)}


def test_rows_go_with_their_host_and_when_nothing_is_left_of_them() -> None:
    before = day_of(backup("db-02", "db", 5, 7), back=CALENDAR_DAYS)
    assert calendar(day_of(), before) == ()
    gone = replace(day_of(), hosts=tuple(one for one in all_well().hosts if one.host.name != "db-02"))
    assert calendar(gone, replace(before, date=date(2026, 11, 20))) == ()
    assert card("x").name not in {host.name for host in HOSTS}
