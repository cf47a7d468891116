"""Looking back into the records of maintenance days: which there are, and what they say of a host or a check."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

from agent.history import History, Sought
from exporters.contract import DayRecord, ItemLine


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A line of a day's record."""

    record: DayRecord
    line: ItemLine


def records(history: History, sought: Sought, zone: ZoneInfo) -> Iterator[DayRecord]:
    """The records of the days that end in that time, the newest first, each as it was last corrected.

    Of one host, or a check: only the days that say something of it in one of the states that are looked for.
    """
    newest, first_run = history.last_published_date(), history.first_run_at()
    if newest is None or first_run is None:
        return
    day, first = min(newest, _day(sought.end, zone)), _day(max(sought.begin, first_run), zone)
    while day >= first:
        record = history.published(day)
        if record is not None and sought.begin <= record.ends_at < sought.end and _tells(record, sought):
            yield record
        day -= timedelta(days=1)


def lines(history: History, sought: Sought, zone: ZoneInfo) -> Iterator[RecordLine]:
    """The lines that fit, the last line of the newest day first."""
    for record in records(history, sought, zone):
        for line in reversed(record.items):
            if _fits(line, sought):
                yield RecordLine(record, line)


def _tells(record: DayRecord, sought: Sought) -> bool:
    is_narrowed = sought.hosts or sought.checks or sought.item or sought.states
    return not is_narrowed or any(_fits(line, sought) for line in record.items)


def _fits(line: ItemLine, sought: Sought) -> bool:
    return (
        (not sought.hosts or line.host in sought.hosts)
        and (not sought.checks or line.check.name in sought.checks)
        and (not sought.item or fnmatchcase(line.item.lower(), sought.item.lower().replace("[", "[[]")))
        and (not sought.states or line.state in sought.states)
    )


def _day(at: float, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at, zone).date()
