"""For each of so many days, weeks, months or years up to the newest copy there is one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from checks.contract import Text

_DAY = 86400
_LATEST = 253_370_764_800  # the year 9999, where dates end


@dataclass(frozen=True, slots=True)
class Period:
    """A kind of period.

    begin   the first day of the one that a day is in
    before  a day of the one before that one
    label   what people call it
    usual   seconds from one copy to the next that are no gap, though a calendar's period may lie between: a job that
            runs at midnight ends now before it, now after
    """

    noun: Text
    begin: Callable[[date], date]
    label: Callable[[date], str]
    usual: float

    def up_to(self, last: date, count: int) -> list[date]:
        """The first days of `count` of them, the one of `last` first; fewer where the calendar begins."""
        found = [self.begin(last)]
        while len(found) < count and found[-1] > date(1, 2, 1):
            found.append(self.begin(found[-1] - timedelta(days=1)))
        return found


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


PERIODS = {
    "keep": Period(Text(en="days", zh="天"), lambda day: day, lambda day: day.strftime("%m-%d"), 26 * 3600),
    "keep_weekly": Period(Text(en="weeks", zh="周"), lambda day: day - timedelta(day.weekday()), _week, 8 * _DAY),
    "keep_monthly": Period(
        Text(en="months", zh="个月"),
        lambda day: day.replace(day=1),
        lambda day: f"{day.year}-{day.month:02}",
        32 * _DAY,
    ),
    "keep_yearly": Period(
        Text(en="years", zh="年"), lambda day: day.replace(month=1, day=1), lambda day: str(day.year), 367 * _DAY
    ),
}
"""By the key of a set that asks for them."""


def gaps(period: Period, count: int, made: Sequence[int], utc_offset: int, usual: float) -> list[str]:
    """The labels of those periods that have no copy, newest first. `made` is newest first; empty: none is told.

    `usual` is how far apart copies may be without one being missed, in seconds.
    """
    days = [(moment, _day_of(moment, utc_offset)) for moment in made if 0 <= moment < _LATEST]
    if not days or not count:
        return []
    have = {period.begin(day) for _, day in days}
    apart = max(usual, period.usual)
    bridged = {
        begin
        for (later, later_day), (earlier, earlier_day) in pairwise(days)
        if later - earlier <= apart
        for begin in _between(period, earlier_day, later_day)
    }
    return [period.label(begin) for begin in period.up_to(days[0][1], count) if begin not in have | bridged]


def _between(period: Period, earlier: date, later: date) -> Iterator[date]:
    begin = period.begin(period.begin(later) - timedelta(days=1))
    while begin > earlier:
        yield begin
        begin = period.begin(begin - timedelta(days=1))


def days_covered(made: Sequence[int], utc_offset: int) -> int:
    """On how many of the host's days a copy was made."""
    return len({(moment + utc_offset) // _DAY for moment in made})


def _day_of(moment: int, utc_offset: int) -> date:
    return datetime.fromtimestamp(max(0, moment + utc_offset), UTC).date()
