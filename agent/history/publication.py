"""The published records of maintenance days: entries of the ledger, and who has yet to tell of them."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, func, select

from agent.history.additions import reviews, with_additions
from agent.history.ledger import FIRST, Appender, EntryKind, latest, next_number, numbered
from agent.history.schema import ledger, untold
from agent.history.sealed import sealed
from agent.history.upsert import insert
from exporters.contract import DayRecord

RECORD = TypeAdapter(DayRecord)


@dataclass(frozen=True, slots=True)
class Draft:
    """A record as it is to be sealed, and its text: without what people have added to it."""

    record: DayRecord
    body: str

    @classmethod
    def of(cls, connection: Connection, record: DayRecord, previous: str | None = None) -> "Draft":
        """Under the next number, behind the entry whose hash is `previous`; default: the newest there is now."""
        bare = replace(
            record,
            number=next_number(connection, EntryKind.DAY, record.date),
            incidents=tuple(replace(incident, notes=()) for incident in record.incidents),
            reviews=(),
            previous_sha256=previous or head(connection),
        )
        return cls(bare, RECORD.dump_json(bare).decode())


def add(appender: Appender, record: DayRecord, draft: Draft | None = None) -> DayRecord:
    """Append a record under its number, and return it as it was sealed.

    `draft` is it as written before others had to wait, which is used unless something else was appended since.
    """
    if draft is None or draft.record.previous_sha256 != appender.head.sha256:
        draft = Draft.of(appender.connection, record, appender.head.sha256)
    sealed = draft.record
    appender.add(EntryKind.DAY, sealed.date, sealed.number, draft.body, sealed.made_at)
    return sealed


def head(connection: Connection) -> str:
    """The hash of the newest entry of any kind."""
    newest = connection.execute(select(ledger.c.sha256).order_by(ledger.c.id.desc()).limit(1)).scalar()
    return newest or FIRST


def length(connection: Connection) -> int:
    """How many entries of any kind there are."""
    return connection.execute(select(func.max(ledger.c.id))).scalar() or 0


def tell_by(connection: Connection, number: str, exporters: Collection[str]) -> None:
    """These exporters are to tell of the record `number`, again if they did."""
    if exporters:
        rows = [{"number": number, "exporter": exporter} for exporter in exporters]
        connection.execute(insert(connection, untold).on_conflict_do_nothing(), rows)


def to_be_told(connection: Connection) -> tuple[tuple[str, str], ...]:
    """The numbers of the days' records not told of yet, the oldest first, each with the exporter that is to do it."""
    query = (
        select(ledger.c.number, untold.c.exporter).join_from(untold, ledger).order_by(ledger.c.id, untold.c.exporter)
    )
    rows = connection.execute(query.where(ledger.c.kind == EntryKind.DAY))
    return tuple((row.number, row.exporter) for row in rows)


def numbered_record(connection: Connection, number: str) -> DayRecord | None:
    """The record of a number, as it was sealed."""
    entry = numbered(connection, number)
    return None if entry is None else sealed(entry, RECORD)


def told(connection: Connection, number: str, exporter: str) -> None:
    """An exporter has told of the record `number`."""
    connection.execute(delete(untold).where(untold.c.number == number, untold.c.exporter == exporter))


def published(connection: Connection, day: date) -> DayRecord | None:
    """The record of a day, with all corrections made, and what people have added to it."""
    entry = latest(connection, EntryKind.DAY, day)
    return None if entry is None else with_additions(connection, sealed(entry, RECORD))


@dataclass(frozen=True, slots=True)
class PublishedDay:
    """The record in force of a day, without its content. `reviews`: how often it was signed."""

    date: date
    number: str
    made_at: float
    position: int
    sha256: str
    reviews: int


def days(connection: Connection, begin: date, end: date, limit: int) -> tuple[PublishedDay, ...]:
    """The days that have a record, the newest first."""
    in_range = ledger.c.date.between(begin.isoformat(), end.isoformat())
    newest = select(func.max(ledger.c.id)).where(ledger.c.kind == EntryKind.DAY, in_range).group_by(ledger.c.date)
    columns = (ledger.c.date, ledger.c.number, ledger.c.made_at, ledger.c.id, ledger.c.sha256)
    query = select(*columns).where(ledger.c.id.in_(newest)).order_by(ledger.c.date.desc()).limit(limit)
    found = []
    for row in connection.execute(query):
        day = date.fromisoformat(row.date)
        signed = sum(review.number == row.number for review in reviews(connection, day))
        found.append(PublishedDay(day, row.number, row.made_at, row.id, row.sha256, signed))
    return tuple(found)


def last_date(connection: Connection, until: date) -> date | None:
    """The newest day until then that there is a record of."""
    wanted = (ledger.c.kind == EntryKind.DAY, ledger.c.date <= until.isoformat())
    newest = connection.execute(select(func.max(ledger.c.date)).where(*wanted)).scalar()
    return None if newest is None else date.fromisoformat(newest)
