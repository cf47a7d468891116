"""The published records of weeks and months: entries of the ledger beside those of their days."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pydantic import TypeAdapter
from sqlalchemy import Connection, func, select

from agent.history.additions import reviews
from agent.history.ledger import Appender, Entry, EntryKind, latest, next_number, read
from agent.history.schema import ledger, untold
from agent.history.sealed import sealed
from exporters.contract import PeriodKind, PeriodRecord, Review

RECORD = TypeAdapter(PeriodRecord)

_KINDS = {PeriodKind.WEEK: EntryKind.WEEK, PeriodKind.MONTH: EntryKind.MONTH}


def add(appender: Appender, record: PeriodRecord) -> PeriodRecord:
    """Append a record under its number, and return it as it was sealed."""
    bare = replace(
        record,
        number=number(appender.connection, record.kind, record.date),
        reviews=(),
        previous_sha256=appender.head.sha256,
    )
    body = RECORD.dump_json(bare).decode()
    appender.add(_KINDS[bare.kind], _filed(bare.date), bare.number, body, bare.made_at)
    return bare


def number(connection: Connection, kind: PeriodKind, ends_on: date) -> str:
    """The number that the record of a period would get now."""
    return next_number(connection, _KINDS[kind], _filed(ends_on))


def published(connection: Connection, kind: PeriodKind, ends_on: date) -> PeriodRecord | None:
    """The record of the period that ends on a day, with all corrections made, and who reviewed it."""
    entry = latest(connection, _KINDS[kind], _filed(ends_on))
    return None if entry is None else _with_reviews(connection, entry)


@dataclass(frozen=True, slots=True)
class PublishedPeriod:
    """The record in force of a week or a month, without its content; `ends_on` is the day it ends on.

    `reviews`: how often it was signed.
    """

    kind: PeriodKind
    ends_on: date
    number: str
    made_at: float
    position: int
    sha256: str
    reviews: int


def listed(connection: Connection, kinds: Collection[PeriodKind], limit: int) -> tuple[PublishedPeriod, ...]:
    """The weeks and months that have a record, the newest first."""
    wanted = [_KINDS[kind] for kind in kinds]
    newest = select(func.max(ledger.c.id)).where(ledger.c.kind.in_(wanted)).group_by(ledger.c.kind, ledger.c.date)
    columns = (ledger.c.kind, ledger.c.date, ledger.c.number, ledger.c.made_at, ledger.c.id, ledger.c.sha256)
    query = select(*columns).where(ledger.c.id.in_(newest)).order_by(ledger.c.date.desc(), ledger.c.id.desc())
    found = []
    for row in connection.execute(query.limit(limit)).all():
        kind, filed = PeriodKind(row.kind), date.fromisoformat(row.date)
        signed = sum(review.number == row.number for review in reviews(connection, filed))
        ends_on = filed + timedelta(days=1)
        found.append(PublishedPeriod(kind, ends_on, row.number, row.made_at, row.id, row.sha256, signed))
    return tuple(found)


def reviews_of(connection: Connection, kind: PeriodKind, ends_on: date) -> tuple[Review, ...]:
    """All reviews of the records of a period, the oldest first; not those of the day that is filed beside it."""
    filed = _filed(ends_on)
    query = select(ledger.c.number).where(ledger.c.kind == _KINDS[kind], ledger.c.date == filed.isoformat())
    numbers = set(connection.execute(query).scalars())
    return tuple(review for review in reviews(connection, filed) if review.number in numbers)


def last_end(connection: Connection, kind: PeriodKind, until: date) -> date | None:
    """The day until then on which the newest period ended that there is a record of."""
    wanted = (ledger.c.kind == _KINDS[kind], ledger.c.date < until.isoformat())
    newest = connection.execute(select(func.max(ledger.c.date)).where(*wanted)).scalar()
    return None if newest is None else date.fromisoformat(newest) + timedelta(days=1)


def first_day(connection: Connection) -> date | None:
    """The oldest day there is a record of."""
    oldest = connection.execute(select(func.min(ledger.c.date)).where(ledger.c.kind == EntryKind.DAY)).scalar()
    return None if oldest is None else date.fromisoformat(oldest)


def to_be_told(connection: Connection) -> tuple[tuple[PeriodRecord, str], ...]:
    """The records of periods that were not told of yet, the oldest first, each with the exporter that is to do it."""
    query = (
        select(ledger, untold.c.exporter)
        .join_from(untold, ledger)
        .where(ledger.c.kind.in_(list(_KINDS.values())))
        .order_by(ledger.c.id, untold.c.exporter)
    )
    return tuple((_with_reviews(connection, read(row)), row.exporter) for row in connection.execute(query).all())


def _with_reviews(connection: Connection, entry: Entry) -> PeriodRecord:
    found = tuple(review for review in reviews(connection, entry.date) if review.number == entry.number)
    return replace(sealed(entry, RECORD), reviews=found)


def _filed(ends_on: date) -> date:
    """Under which date a period stands in the ledger: its last whole day, so that its number is of its own week."""
    return ends_on - timedelta(days=1)
