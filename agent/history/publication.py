"""The published records of maintenance days: kept for good, each sealed with a hash that covers the one before it."""

import hashlib
from collections.abc import Collection
from datetime import date

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, func, insert, select

from agent.history.schema import days, untold
from exporters.contract import DayRecord

RECORD = TypeAdapter(DayRecord)

_FIRST = "0" * 64
"""What stands for the hash before the first record."""


def seal(previous: str, record: str) -> str:
    """The SHA-256 of a record as JSON text, after the hash of the record before it."""
    return hashlib.sha256(f"{previous}\n{record}".encode()).hexdigest()


def next_number(connection: Connection, day: date) -> str:
    """`20260102-01`; corrections of the same day count on."""
    there = connection.execute(select(func.count()).where(days.c.date == day.isoformat())).scalar_one()
    return f"{day:%Y%m%d}-{there + 1:02d}"


def add(connection: Connection, record: DayRecord) -> None:
    """Append a record to the chain."""
    last = connection.execute(select(days.c.sha256).order_by(days.c.id.desc()).limit(1)).scalar()
    previous, text = last or _FIRST, RECORD.dump_json(record).decode()
    connection.execute(
        insert(days).values(
            date=record.date.isoformat(),
            number=record.number,
            made_at=record.made_at,
            record=text,
            previous_sha256=previous,
            sha256=seal(previous, text),
        )
    )


def tell_by(connection: Connection, number: str, exporters: Collection[str]) -> None:
    """These exporters are to tell of the record `number`."""
    if exporters:
        connection.execute(insert(untold), [{"number": number, "exporter": exporter} for exporter in exporters])


def to_be_told(connection: Connection) -> tuple[tuple[DayRecord, str], ...]:
    """The records that were not told of yet, the oldest first, each with the exporter that is to do it."""
    query = select(days.c.record, untold.c.exporter).join_from(untold, days).order_by(days.c.id, untold.c.exporter)
    return tuple((RECORD.validate_json(text), exporter) for text, exporter in connection.execute(query))


def told(connection: Connection, number: str, exporter: str) -> None:
    """An exporter has told of the record `number`."""
    connection.execute(delete(untold).where(untold.c.number == number, untold.c.exporter == exporter))


def latest(connection: Connection, day: date) -> DayRecord | None:
    """The record of a day, with all corrections made."""
    query = select(days.c.record).where(days.c.date == day.isoformat()).order_by(days.c.id.desc()).limit(1)
    text = connection.execute(query).scalar()
    return None if text is None else RECORD.validate_json(text)


def last_date(connection: Connection) -> date | None:
    """The newest day there is a record of."""
    newest = connection.execute(select(func.max(days.c.date))).scalar()
    return None if newest is None else date.fromisoformat(newest)


def broken(connection: Connection) -> tuple[str, ...]:
    """The numbers of the records that are not as they were sealed, or do not follow the one before them."""
    found, previous = [], _FIRST
    for row in connection.execute(select(days).order_by(days.c.id)):
        if row.previous_sha256 != previous or row.sha256 != seal(previous, row.record):
            found.append(row.number)
        previous = row.sha256
    return tuple(found)
