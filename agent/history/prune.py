"""Adds finished days up, and removes what is older than it is to be kept."""

from collections.abc import Iterator

from sqlalchemy import Connection, Delete, delete, func, literal, or_, select

from agent.history.retention import Retention
from agent.history.schema import (
    DAY,
    inventory_changes,
    items,
    letters,
    lifespans,
    rollups,
    runs,
    series,
    tallies,
    transitions,
)
from agent.history.upsert import insert


def roll_up_days(connection: Connection, now: float) -> None:
    """Make a row per day (UTC) and series from the hours of every finished day whose hours are still there."""
    day = rollups.c.start - rollups.c.start % DAY
    newest = select(func.max(rollups.c.start)).where(rollups.c.granularity == "day")
    last = connection.execute(newest).scalar()
    since = 0 if last is None else last - DAY  # once more: notes may have waited in the backlog at midnight
    hours = (
        select(
            literal("day"),
            day.label("day_start"),
            rollups.c.series_id,
            func.sum(rollups.c.count),
            func.min(rollups.c.min),
            func.sum(rollups.c.sum),
            func.max(rollups.c.max),
        )
        .where(rollups.c.granularity == "hour", rollups.c.start >= since, rollups.c.start < now // DAY * DAY)
        .group_by(day, rollups.c.series_id)
    )
    columns = ["granularity", "start", "series_id", "count", "min", "sum", "max"]
    statement = insert(connection, rollups).from_select(columns, hours)
    replaced = {name: statement.excluded[name] for name in columns[3:]}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["granularity", "start", "series_id"], set_=replaced)
    )


def outdated(retention: Retention, now: float) -> Iterator[Delete]:
    """One statement per table. The records of days have none: they are never deleted."""
    hours, days = now - retention.hourly, now - retention.daily
    yield delete(rollups).where(rollups.c.granularity == "hour", rollups.c.start < hours)
    yield delete(rollups).where(rollups.c.granularity == "day", rollups.c.start < days)
    yield delete(tallies).where(tallies.c.start < hours)
    yield delete(runs).where(runs.c.finished_at < now - retention.runs)
    # The last of each item stay: they say since when it is as it is.
    last = select(func.max(transitions.c.id)).group_by(transitions.c.item_id, transitions.c.kind)
    old = transitions.c.at < now - retention.transitions
    yield delete(transitions).where(old, transitions.c.id.not_in(last))
    yield delete(inventory_changes).where(inventory_changes.c.at < now - retention.transitions)
    done_before = now - retention.letters
    yield delete(letters).where(or_(letters.c.delivered_at < done_before, letters.c.given_up_at < done_before))
    yield from _gone_items(now - max(retention.hourly, retention.daily, retention.transitions))
    yield delete(lifespans).where(lifespans.c.alive_at < now - retention.transitions)


def _gone_items(before: float) -> Iterator[Delete]:
    """Items that went so long ago that nothing else tells of them: a mount of last year, a host off rounds since."""
    recent = select(tallies.c.item_id).where(tallies.c.last_at >= before)
    gone = select(items.c.id).where(items.c.seen.is_(None), items.c.seen_since < before, items.c.id.not_in(recent))
    measured = select(series.c.id).where(series.c.item_id.in_(gone))
    yield delete(rollups).where(rollups.c.series_id.in_(measured))
    for table in (series, tallies, transitions):
        yield delete(table).where(table.c.item_id.in_(gone))
    yield delete(items).where(items.c.id.in_(gone))
