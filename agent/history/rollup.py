"""Measurements over time, as far as the history keeps them; the long series belong to Prometheus."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, select

from agent.history.ids import ItemKey
from agent.history.schema import hosts, items, rollups, series
from checks.contract import Unit

Granularity = Literal["hour", "day"]


@dataclass(frozen=True, slots=True)
class Rollup:
    """A measurement over one hour or day (UTC) that begins at `start`, in epoch seconds. Values are in `unit`."""

    start: int
    unit: Unit
    count: int
    least: float
    mean: float
    most: float


def measured(
    connection: Connection, key: ItemKey, name: str, granularity: Granularity, begin: float, end: float
) -> tuple[Rollup, ...]:
    """What the measurement `name` of an item was between `begin` and `end`, the oldest first."""
    host, check, item = key
    query = (
        select(
            rollups.c.start, series.c.unit, rollups.c.count.label("number"), rollups.c.min, rollups.c.sum, rollups.c.max
        )
        .join_from(rollups, series)
        .join(items)
        .join(hosts)
        .where(hosts.c.name == host, items.c.check == check, items.c.item == item, series.c.name == name)
        .where(rollups.c.granularity == granularity, rollups.c.start >= begin, rollups.c.start < end)
        .order_by(rollups.c.start)
    )
    return tuple(
        Rollup(row.start, Unit(row.unit), row.number, row.min, row.sum / row.number, row.max)
        for row in connection.execute(query)
    )
