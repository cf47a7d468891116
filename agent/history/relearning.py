"""The wishes that what was seen first of a host is forgotten and learned anew. They stay, to tell who asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from agent.history.schema import facts, hosts, relearnings


@dataclass(frozen=True, slots=True)
class Relearning:
    """A wish that waits for the agent. `asked_at` in epoch seconds, `asked_by` a login."""

    number: int
    host: str
    collector: str
    asked_at: float
    asked_by: str


def ask(connection: Connection, host: str, collectors: Sequence[str], by: str, at: float) -> None:
    """Note the wish for each of the collectors."""
    rows = [{"host": host, "collector": name, "asked_at": at, "asked_by": by} for name in collectors]
    connection.execute(insert(relearnings), rows)


def waiting(connection: Connection) -> tuple[Relearning, ...]:
    """What was asked and not done yet, the oldest first."""
    rows = connection.execute(select(relearnings).where(relearnings.c.done_at.is_(None)).order_by(relearnings.c.id))
    return tuple(Relearning(row.id, row.host, row.collector, row.asked_at, row.asked_by) for row in rows)


def done(connection: Connection, wish: Relearning, at: float) -> None:
    """The agent has forgotten; what was kept for its next start goes too."""
    kept = select(hosts.c.id).where(hosts.c.name == wish.host)
    connection.execute(delete(facts).where(facts.c.host_id.in_(kept), facts.c.collector == wish.collector))
    connection.execute(update(relearnings).where(relearnings.c.id == wish.number).values(done_at=at))
