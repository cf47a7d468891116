"""Letters that wait to be delivered."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update

from agent.history.schema import letters
from agent.history.upsert import insert
from exporters.contract import Letter


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A letter in the outbox, with the exporter that wrote it and how often its delivery was tried in vain."""

    exporter: str
    letter: Letter
    attempts: int
    created_at: float


_WAITING = and_(letters.c.delivered_at.is_(None), letters.c.given_up_at.is_(None))


AGAIN_SECONDS = 60.0
"""How long a letter that somebody sends by hand is left to them, before the agent tries it too."""


def put(connection: Connection, exporter: str, letter: Letter, now: float, *, again: bool = False) -> bool:
    """Add a letter, due at once. False: one with its Message-ID is there already, delivered or not.

    `again`: it is sent by hand just now. One that is there already waits anew, for all its recipients; the agent
    tries it after a minute, unless it was delivered by then.
    """
    same = select(letters.c.id).where(letters.c.message_id == letter.message_id)
    if not again and connection.execute(same).first() is not None:
        return False
    row = {
        "message_id": letter.message_id,
        "exporter": exporter,
        "subject": letter.subject,
        "recipients": json.dumps(letter.recipients),
        "content": letter.content,
        "created_at": now,
        "next_try": now + AGAIN_SECONDS if again else now,
        "attempts": 0,
    }
    statement = insert(connection, letters)
    if again:
        anew = {key: row[key] for key in ("recipients", "next_try", "attempts")}
        done = {"delivered_at": None, "given_up_at": None, "last_error": None}
        statement = statement.on_conflict_do_update(index_elements=["message_id"], set_=anew | done)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=["message_id"])
    connection.execute(statement, [row])
    return True


def due(connection: Connection, now: float) -> tuple[int, ...]:
    """The ids of what is to be tried now, the oldest first.

    Where a letter is due, all that failed before are tried with it: what gathered while a server was down arrives in
    the order in which it was written.
    """
    exporters = select(letters.c.exporter).where(_WAITING, letters.c.next_try <= now)
    again = and_(letters.c.attempts > 0, letters.c.exporter.in_(exporters))
    query = select(letters.c.id).where(_WAITING, or_(letters.c.next_try <= now, again)).order_by(letters.c.id)
    return tuple(connection.execute(query).scalars())


def waiting(connection: Connection, letter: int) -> OutboxEntry | None:
    """One letter; None when it waits no longer, because somebody sent it by hand, say."""
    row = connection.execute(select(letters).where(_WAITING, letters.c.id == letter)).first()
    if row is None:
        return None
    return OutboxEntry(
        exporter=row.exporter,
        letter=Letter(row.message_id, row.subject, tuple(json.loads(row.recipients)), bytes(row.content)),
        attempts=row.attempts,
        created_at=row.created_at,
    )


def delivered(connection: Connection, message_id: str, now: float) -> None:
    """It was accepted."""
    this = letters.c.message_id == message_id
    connection.execute(update(letters).where(this).values(delivered_at=now, next_try=None, last_error=None))


def failed(
    connection: Connection,
    message_id: str,
    error: str,
    next_try: float | None,
    now: float,
    remaining: tuple[str, ...] = (),
) -> None:
    """It was not, or only by some: then `remaining` are left. Without `next_try` it is given up."""
    this = letters.c.message_id == message_id
    given_up = now if next_try is None else None
    values: dict[str, Any] = {"attempts": letters.c.attempts + 1, "last_error": error, "next_try": next_try}
    if remaining:
        values["recipients"] = json.dumps(remaining)
    connection.execute(update(letters).where(this).values(**values, given_up_at=given_up))


def length(connection: Connection, given_up_since: float | None = None) -> int:
    """How many wait; or how many were given up since a time, and not sent by hand after that."""
    which = _WAITING if given_up_since is None else letters.c.given_up_at >= given_up_since
    return int(connection.execute(select(func.count()).select_from(letters).where(which)).scalar_one())
