"""When the agent ran and when it did not."""

import time
from collections.abc import Iterable

from sqlalchemy import Connection, func, insert, or_, select, update

from agent.history.schema import lifespans

Span = tuple[float, float]
"""From, to, in epoch seconds."""

SHORTEST_GAP = 60.0
"""Seconds. A shorter absence, such as a restart, misses no round."""

_BEAT_SECONDS = 30.0


class Lifespan:
    """This life of the agent, from `begin` to `end`. Between them `beat` writes down that it goes on."""

    def __init__(self) -> None:
        self._id: int | None = None
        self._alive_at = 0.0
        self._written_at = 0.0

    def begin(self, connection: Connection) -> None:
        """The agent starts."""
        now = time.time()
        row = connection.execute(insert(lifespans).values(started_at=now, alive_at=now))
        self._id = row.inserted_primary_key[0] if row.inserted_primary_key else None
        self._alive_at = self._written_at = now

    def live(self) -> None:
        """The agent is alive now. Costs nothing; the next `beat` writes it."""
        self._alive_at = time.time()

    @property
    def is_due(self) -> bool:
        """Whether there is something new to write that is worth a transaction of its own."""
        return self._id is not None and self._alive_at - self._written_at >= _BEAT_SECONDS / 2

    def beat(self, connection: Connection) -> None:
        """Write down how long the agent has lived."""
        if self._id is None or self._alive_at <= self._written_at:
            return
        connection.execute(update(lifespans).where(lifespans.c.id == self._id).values(alive_at=self._alive_at))
        self._written_at = self._alive_at

    def end(self, connection: Connection) -> None:
        """The agent stops as it should."""
        now = time.time()
        connection.execute(update(lifespans).where(lifespans.c.id == self._id).values(alive_at=now, stopped_at=now))
        self._id = None

    @property
    def id(self) -> int | None:
        """The row of this life; None when the agent does not run."""
        return self._id


def first_start(connection: Connection) -> float | None:
    """When the agent ran for the first time."""
    found: float | None = connection.execute(select(func.min(lifespans.c.started_at))).scalar()
    return found


def spans_alive(connection: Connection, begin: float, end: float, current: int | None, now: float) -> list[Span]:
    """When the agent ran between `begin` and `end`. The life `current` goes on at `now`."""
    until = func.coalesce(lifespans.c.stopped_at, lifespans.c.alive_at)
    query = select(lifespans.c.id, lifespans.c.started_at, until).where(
        lifespans.c.started_at < end, or_(until > begin, lifespans.c.id == current)
    )
    return [(started, now if row == current else last) for row, started, last in connection.execute(query)]


def gaps(alive: Iterable[Span], begin: float, end: float) -> tuple[Span, ...]:
    """The spans between `begin` and `end` that `alive` leaves open, but for those too short to matter."""
    found, reached = [], begin
    for started, ended in sorted(alive):
        if started - reached >= SHORTEST_GAP:
            found.append((reached, min(started, end)))
        reached = max(reached, ended)
    if end - reached >= SHORTEST_GAP:
        found.append((reached, end))
    return tuple(found)
