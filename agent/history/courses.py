"""How the worst of a day's measurements went hour by hour, and how things stood on each of the last days."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from agent.history import publication
from agent.history.daybook import batched
from agent.history.ids import ItemKey
from agent.history.schema import HOUR, hosts, items, rollups
from agent.history.schema import series as measurements
from checks.contract import Measurement, State, Unit
from exporters.contract import CalendarRow, DayRecord, ItemLine, Point, Series
from exporters.daily.topics import BACKUP, PATCHES, Topic, topic_of

WORST = 5
"""Items of a check whose course is kept."""

CALENDAR_DAYS = 28

SUBJECTS = {"backup": BACKUP, "patches": PATCHES}
"""What has a calendar, by the name its rows have."""

BY_ITEM = frozenset({"backup"})
"""Subjects with a row for each item; the others have one for each host."""

NOT_OF_THE_DAY = frozenset({"backup_restore_test", "end_of_life", "automatic_updates"})
"""Checks that say the same for months: they would hide in a calendar what each day was like."""

RowKey = tuple[str, str, str]
"""Subject, host, item."""


def courses(connection: Connection, record: DayRecord, yesterday: DayRecord | None) -> DayRecord:
    """The record with its series and its calendar."""
    earlier = yesterday or _record_before(connection, record.date)
    return replace(record, series=tuple(_series(connection, record)), calendar=calendar(record, earlier))


def calendar(record: DayRecord, earlier: DayRecord | None) -> tuple[CalendarRow, ...]:
    """The last weeks up to this day, carried on from an earlier record; of days between them nothing is known.

    A row of which nothing is left but days without knowledge goes, and so do those of hosts that are off rounds.
    """
    today, missed = _standings(record)
    past = _past(earlier, (record.date - earlier.date).days if earlier else 0)
    due = {line.host.name for line in record.hosts}
    for key in past.keys() - today.keys():
        if key[:2] in missed:
            today[key] = State.UNKNOWN
    for subject, host in missed:
        if not any(key[:2] == (subject, host) for key in today):
            today[subject, host, ""] = State.UNKNOWN
    rows = []
    for key in sorted(past.keys() | today.keys()):
        states = (*past.get(key, (None,) * (CALENDAR_DAYS - 1)), today.get(key))
        if key[1] in due and any(state is not None for state in states):
            rows.append(CalendarRow(*key, states))
    return tuple(rows)


def _record_before(connection: Connection, day: date) -> DayRecord | None:
    """The newest record that a calendar can be carried on from, where there is none of the day before."""
    days = (day - timedelta(days=back) for back in range(2, CALENDAR_DAYS))
    return next((found for one in days if (found := publication.published(connection, one)) is not None), None)


def _past(earlier: DayRecord | None, days_ago: int) -> dict[RowKey, tuple[State | None, ...]]:
    """The states of the days before today, by row. A record without a calendar tells of its own day."""
    if earlier is None:
        return {}
    rows = earlier.calendar or calendar(earlier, None)
    empty: tuple[State | None, ...] = (None,) * CALENDAR_DAYS
    filled = {(row.subject, row.host, row.item): (*empty, *row.states, *empty[: days_ago - 1]) for row in rows}
    return {key: states[-(CALENDAR_DAYS - 1) :] for key, states in filled.items()}


def _standings(record: DayRecord) -> tuple[dict[RowKey, State | None], set[tuple[str, str]]]:
    """The worst state of each row at the end of the day, and the (subject, host) of which something was not checked."""
    names: dict[Topic, str] = {topic: name for name, topic in SUBJECTS.items()}
    found: dict[RowKey, list[State]] = defaultdict(list)
    missed: set[tuple[str, str]] = set()
    for line in record.items:
        subject = names.get(topic_of(line.check))
        if subject is None or line.check.name in NOT_OF_THE_DAY or (line.reason and line.reason.is_harmless):
            continue
        if line.state is not None:
            found[subject, line.host, line.item if subject in BY_ITEM else ""].append(line.state)
        elif line.item and subject in BY_ITEM:
            found[subject, line.host, line.item].append(State.UNKNOWN)
        else:
            missed.add((subject, line.host))
    return {key: max(states) for key, states in found.items()}, missed


def _series(connection: Connection, record: DayRecord) -> Iterator[Series]:
    """The courses of the items that came closest to their level, of each vital check that measures a share.

    In whole hours of UTC, as they are remembered: where the day begins at half past, the hours that are cut off at
    either end belong in part to another day and are left out.
    """
    candidates = {(line.host, line.check.name, line.item): line for line in record.items if _share(line) is not None}
    begin, end = record.begins_at, min(record.ends_at - HOUR + 1, record.made_at)
    peaks: dict[str, list[tuple[float, ItemKey, int]]] = defaultdict(list)
    for row in _peaks(connection, sorted({check for _, check, _ in candidates}), begin, end):
        line = candidates.get((row.host, row.check, row.item))
        share = None if line is None else _share(line)
        if share is not None and share.name == row.name:
            level = share.crit or share.warn or 1.0
            peaks[row.check].append((row.peak / level, (row.host, row.check, row.item), row.id))
    worst = {
        series_id: key
        for check in sorted(peaks)
        for _, key, series_id in sorted(peaks[check], key=lambda one: (-one[0], one[1]))[:WORST]
    }
    points = _points(connection, tuple(worst), begin, end)
    for series_id, key in worst.items():
        line = candidates[key]
        share = _share(line)
        if share is not None:
            course = tuple(points[series_id])
            yield Series(line.host, line.check, line.item, share.name, share.unit, course, share.warn, share.crit)


def _share(line: ItemLine) -> Measurement | None:
    """The share that a vital check measured of an item, with an upper level or none."""
    if not line.check.vital:
        return None
    return next((m for m in line.measurements if m.unit is Unit.RATIO and not m.lower), None)


def _peaks(connection: Connection, checks: Sequence[str], begin: float, end: float) -> Iterable[Any]:
    """The most that each share was in the hours that begin from `begin` to before `end`."""
    peak = func.max(rollups.c.max).label("peak")
    query = (
        select(measurements.c.id, measurements.c.name, hosts.c.name.label("host"), items.c.check, items.c.item, peak)
        .join_from(items, hosts)
        .join(measurements, measurements.c.item_id == items.c.id)
        .join(rollups, rollups.c.series_id == measurements.c.id)
        .where(items.c.check.in_(checks), measurements.c.unit == Unit.RATIO.value)
        .where(rollups.c.granularity == "hour", rollups.c.start >= begin, rollups.c.start < end)
        .group_by(measurements.c.id, measurements.c.name, hosts.c.name, items.c.check, items.c.item)
    )
    return connection.execute(query) if checks else ()


def _points(connection: Connection, ids: Sequence[int], begin: float, end: float) -> dict[int, list[Point]]:
    found: dict[int, list[Point]] = {series_id: [] for series_id in ids}
    for some in batched(ids):
        query = (
            select(rollups)
            .where(rollups.c.granularity == "hour", rollups.c.start >= begin, rollups.c.start < end)
            .where(rollups.c.series_id.in_(some))
            .order_by(rollups.c.start)
        )
        for row in connection.execute(query):
            found[row.series_id].append(Point(row.start, row.sum / row.count, row.min, row.max))
    return found
