"""Copies kept, by day, week, month and year."""

from datetime import UTC, datetime, timedelta

import pytest

from checks.backup_copies import BackupCopiesParams, evaluate
from checks.contract import Result, State
from collectors.backup_sources import Copy, Listing, Obstacle, Obstruction, source_of
from collectors.backups import Backups

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def judged(made: list[datetime], *, partial: tuple[int, ...] = (), hidden: bool = False, **expected: object) -> Result:
    """`partial` are the copies that are not full."""
    params = BackupCopiesParams.model_validate({"sets": [{"name": "db", "files": "/srv/*", **expected}]})
    copies = tuple(
        Copy(f"/srv/{number}", int(moment.timestamp()), is_full=number not in partial)
        for number, moment in enumerate(made)
    )
    obstructions = (Obstruction(Obstacle.CLOSED, "/srv/x"),) if hidden else ()
    source = source_of("files\t/srv/*", Listing(copies, obstructions))
    (result,) = evaluate(Backups(int(NOW.timestamp()), 0, (source,)), params)
    assert result.item == "db"
    return result


def nightly(*days: int, hour: float = 2) -> list[datetime]:
    midnight = NOW.replace(hour=0)
    return [midnight - timedelta(days=day) + timedelta(hours=hour) for day in days]


def test_seven_nights() -> None:
    result = judged(nightly(*range(7)))
    assert (result.state, result.summary.en) == (State.OK, "7 kept, of 7 days (warn below 7)")
    assert result.summary.zh == "保留 7 份,覆盖 7 天(警告阈值 7 份)"
    assert [(one.name, one.value, one.warn) for one in result.measurements] == [
        ("copies", 7, 7),
        ("days", 7, None),
        ("missed_days", 0, None),
    ]


def test_days_that_were_missed_are_named() -> None:
    result = judged(nightly(0, 1, 3, 4, 6, 7, 8, 9))
    assert (result.state, result.summary.en) == (State.WARN, "2 days without a copy: 11-19, 11-16")
    assert result.summary.zh == "2 天没有备份:11-19、11-16"
    result = judged(nightly(0, 1, 3, 4, 5, 6, 7))
    assert result.summary.en == "1 day without a copy: 11-19"


def test_too_few_and_the_days_they_lack() -> None:
    result = judged(nightly(0, 1, 2))
    assert result.summary.en == "3 copies kept (warn below 7); 4 days without a copy: 11-18, 11-17, 11-16, 11-15"
    assert judged(nightly(0, 1, 2), keep=3).state is State.OK
    assert judged(nightly(0), keep=2).summary.en.startswith("1 copy kept (warn below 2)")


def test_none_is_critical() -> None:
    assert judged([]).state is State.CRIT
    assert judged([], keep=0).state is State.OK


def test_a_stopped_job_is_told_by_its_age_and_not_by_missing_days() -> None:
    assert judged(nightly(*range(3, 11))).state is State.OK


def test_a_job_at_midnight_misses_no_day() -> None:
    """It ends a few minutes before it, or after."""
    made = [moment for day in range(8) for moment in nightly(day, hour=0.1 if day % 2 else -0.1)]
    assert len({moment.date() for moment in made}) < 8
    assert judged(made).state is State.OK


def test_a_weekly_set_misses_no_days() -> None:
    assert judged(nightly(*range(0, 70, 7)), newest_within="8d").state is State.OK
    result = judged(nightly(*range(0, 28, 7)), newest_within="8d")
    assert result.summary.en == "4 copies kept (warn below 7)"


def test_hourly_copies_need_not_last_for_days() -> None:
    made = [NOW - timedelta(hours=hours) for hours in range(24)]
    assert judged(made, newest_within="2h", keep=24).state is State.OK
    assert judged(made, keep=24).state is State.WARN


def test_hidden_copies_may_be_those_that_lack() -> None:
    result = judged(nightly(0, 1), hidden=True)
    assert result.state is State.UNKNOWN
    assert judged(nightly(*range(7)), hidden=True).state is State.OK


def test_a_full_copy_every_year() -> None:
    made = [*nightly(*range(7)), NOW - timedelta(days=330), NOW - timedelta(days=330 + 380)]
    assert judged(made, keep_yearly=4).summary.en == "1 year without a full copy: 2023"
    assert judged(made, keep_yearly=3).state is State.OK
    result = judged(made, keep_yearly=3, partial=(7,))
    assert result.state is State.WARN
    assert result.summary.en == "1 year without a full copy: 2025"
    result = judged(nightly(*range(7)), keep_yearly=1, partial=tuple(range(7)))
    assert (result.state, result.summary.en) == (State.WARN, "no full copy is kept")
    assert result.summary.zh == "未保留完整备份"


def test_weeks_and_months() -> None:
    made = nightly(*range(7)) + nightly(7, 14, 60)
    assert judged(made, keep_weekly=3).state is State.OK
    assert judged(made, keep_weekly=4).summary.en == "1 week without a copy: 2026-W44"
    assert judged(made, keep_monthly=3).summary.en == "1 month without a copy: 2026-10"
    assert judged(made, keep_monthly=3).summary.zh == "1 个月没有备份:2026-10"


def test_many_missing_days_are_not_all_named() -> None:
    result = judged(nightly(0, 40), keep=30)
    assert result.summary.en.endswith("29 days without a copy: 11-20, 11-19, 11-18, 11-17, 11-16, 11-15, 11-14, ...")


@pytest.mark.parametrize("moment", [-(2**62), -1, 0, 2**62])
def test_impossible_times_are_survived(moment: int) -> None:
    source = source_of("files\t/srv/*", Listing((Copy("/srv/a", moment), Copy("/srv/b", 5))))
    sets = [{"name": "a", "files": "/srv/*", "keep_yearly": 10, "keep_weekly": 520, "keep_monthly": 120}]
    params = BackupCopiesParams.model_validate({"sets": sets})
    (result,) = evaluate(Backups(0, -43200, (source,)), params)
    assert result.state is State.WARN


def test_takes_the_sets_of_freshness() -> None:
    assert not list(evaluate(Backups(0, 0, ()), BackupCopiesParams()))
    assert not BackupCopiesParams().is_asked_for
