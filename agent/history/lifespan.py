"""When the agent ran and when it did not."""

import time
from collections.abc import Iterable

from sqlalchemy import Connection, func, insert, select, update

from agent.history.schema import lifespans, runs, tallies

Span = tuple[float, float]
"""From, to, in epoch seconds."""

SHORTEST_GAP = 60.0
"""Seconds. A shorter absence, such as a restart, misses no round."""

_BEAT_SECONDS = 30.0


class Lifespan:
    """This life of the agent. `begin` and `live` cost nothing; `beat` writes, and `kept` says it was committed."""

    def __init__(self) -> None:
        self._started_at: float | None = None
        self._alive_at = 0.0
        self._id: int | None = None
        self._written_at = 0.0
        self._pending: tuple[int | None, float] = (None, 0.0)

    def begin(self) -> None:
        """The agent starts."""
        self._started_at = self._alive_at = time.time()

    def live(self) -> None:
        """The agent is alive now."""
        self._alive_at = time.time()

    @property
    def is_due(self) -> bool:
        """Whether there is something new to write that is worth a transaction of its own."""
        if self._started_at is None:
            return False
        return self._id is None or self._alive_at - self._written_at >= _BEAT_SECONDS / 2

    def beat(self, connection: Connection) -> None:
        """Write down how long the agent has lived."""
        if self._started_at is not None:
            self._pending = (self._write(connection, alive_at=self._alive_at), self._alive_at)

    def kept(self) -> None:
        """What the last `beat` wrote is committed."""
        self._id, self._written_at = self._pending

    def end(self, connection: Connection) -> None:
        """The agent stops as it should."""
        now = time.time()
        self._write(connection, alive_at=now, stopped_at=now)
        self._started_at = None

    def span(self, now: float) -> Span | None:
        """This life so far; None when the agent does not run."""
        return None if self._started_at is None else (self._started_at, now)

    def _write(self, connection: Connection, **times: float) -> int | None:
        if self._id is not None:
            connection.execute(update(lifespans).where(lifespans.c.id == self._id).values(times))
            return self._id
        row = connection.execute(insert(lifespans).values(started_at=self._started_at, **times)).inserted_primary_key
        return row[0] if row else None


def first_start(connection: Connection) -> float | None:
    """When the agent ran for the first time."""
    found: float | None = connection.execute(select(func.min(lifespans.c.started_at))).scalar()
    return found


def began_in(first: float | None, alive: Iterable[Span], begin: float, end: float) -> float | None:
    """When the agent ran for the first time, if that was from `begin` to `end`: what was before it is no gap.

    `first` is the first start that was written down; the life that lasts may not be yet.
    """
    started = [*(since for since, _ in alive), *([] if first is None else [first])]
    return min(started) if started and begin + SHORTEST_GAP < min(started) < end else None


def beginning(connection: Connection) -> float | None:
    """The first that is remembered: the agent's first start, or the first look at a host, in epoch seconds."""
    found = (
        first_start(connection),
        connection.execute(select(func.min(tallies.c.first_at))).scalar(),
        connection.execute(select(func.min(runs.c.finished_at))).scalar(),
    )
    return min((at for at in found if at is not None), default=None)


def spans_alive(connection: Connection, begin: float, end: float) -> list[Span]:
    """When the agent ran between `begin` and `end`, as far as it was written down."""
    until = func.coalesce(lifespans.c.stopped_at, lifespans.c.alive_at)
    query = select(lifespans.c.started_at, until).where(lifespans.c.started_at < end, until > begin)
    return [(started, last) for started, last in connection.execute(query)]


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
