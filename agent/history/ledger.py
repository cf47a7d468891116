"""The ledger: all that is kept for good, in one chain of sealed and signed entries. Nothing in it is ever changed."""

import hashlib
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import Connection, Row, insert, select, text

from agent.history.database import Database
from agent.history.errors import HistoryError
from agent.history.schema import ledger
from agent.history.seals import introduction, seal, statement
from agent.signing import Head, KeyFile, PrivateKey, SigningError

log = structlog.get_logger()

FIRST = "0" * 64
"""What stands for the hash before the first entry."""

_APPEND_LOCK = 0x726F756E6465  # an arbitrary number that is ours among PostgreSQL's advisory locks


class EntryKind(StrEnum):
    """What an entry is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    REVIEW = "review"
    NOTE = "note"
    FILES = "files"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it was sealed. `body` is JSON; `made_at` in epoch seconds; `position` counts from 1."""

    position: int
    kind: str
    date: date
    number: str
    made_at: float
    body: str
    sha256: str


class Appender:
    """Adds entries within one transaction; `Ledger.append` gives it. `key` None: they are not signed."""

    def __init__(self, connection: Connection, key: PrivateKey | None) -> None:
        self.connection = connection
        self.key = key
        last = connection.execute(select(ledger.c.id, ledger.c.sha256).order_by(ledger.c.id.desc()).limit(1)).first()
        self.head = Head(last.id, last.sha256) if last else Head(0, FIRST)
        self.has_added = False

    def add(self, kind: EntryKind, day: date, number: str, body: str, made_at: float) -> Entry:
        """Append an entry; `body` is JSON text, `number` its own among all entries (see `next_number`)."""
        return self._add(Entry(self.head.count + 1, kind, day, number, made_at, body, seal(self.head.sha256, body)))

    def sign_with(self, key: PrivateKey, now: float, *, signed_by: PrivateKey | None = None) -> None:
        """From here on `key` signs; the entry that says so is signed by the key before it, where that is at hand.

        What stands unsigned so far is sealed by it too.
        """
        day, fingerprint = datetime.fromtimestamp(now, UTC).date(), key.public.fingerprint
        body = {
            "fingerprint": fingerprint,
            "public_key": key.public.pem,
            "introduction": key.sign(introduction(self.head.sha256, fingerprint)).hex(),
            "unsigned": list(_unsigned(self.connection)),
        }
        self.key = signed_by or key
        self.add(EntryKind.KEY, day, next_number(self.connection, EntryKind.KEY, day), json.dumps(body), now)
        self.key = key

    def _add(self, entry: Entry) -> Entry:
        stored, key = zlib.compress(entry.body.encode("utf-8")), self.key
        row: dict[str, Any] = {
            "id": entry.position,
            "kind": entry.kind,
            "date": entry.date.isoformat(),
            "number": entry.number,
            "made_at": entry.made_at,
            "body": stored,
            "previous_sha256": self.head.sha256,
            "sha256": entry.sha256,
        }
        if key is not None:
            columns = (str(entry.kind), row["date"], entry.number, entry.made_at, entry.sha256)
            said = statement(entry.position, columns, stored)
            row |= {"key": key.public.fingerprint, "signature": key.sign(said)}
        self.connection.execute(insert(ledger).values(**row))
        self.head, self.has_added = Head(entry.position, entry.sha256), True
        return entry


class Ledger:
    """Appends to the ledger in `database`, signed by the key in `key_file`; without one nothing is signed."""

    def __init__(self, database: Database, key_file: KeyFile | None) -> None:
        self._database = database
        self.key_file = key_file

    @contextmanager
    def append(self, now: float) -> Iterator[Appender]:
        """A transaction in which entries are added, one process at a time. Raises `HistoryError`; then none is.

        The key is made when there is none and never was; `now` is when, in epoch seconds.
        """
        with self._database.write(safely=True) as connection:
            _lock(connection)
            is_whole = self._goes_on(connection)
            appender = self._appender(connection, now)
            yield appender
        if self.key_file and appender.key and appender.has_added and is_whole:
            self.key_file.note_head(appender.key, appender.head)

    def begin_signing(self, now: float) -> None:
        """Make the key and seal what is there unsigned, unless that was done before. Raises `HistoryError`."""
        with self.append(now) as appender:
            if self.key_file and appender.key:
                self._republish(appender.key)
                if not self.key_file.head_path.exists() and appender.head.count:
                    appender.has_added = True  # its head is noted, as after a restore

    def renew_key(self, now: float, *, is_lost: bool) -> str:
        """Introduce a new key, signed by the present one unless that `is_lost`; its fingerprint. `HistoryError`."""
        keys = self.key_file
        if keys is None:
            raise HistoryError("no key is named to sign with")
        with _keys_told(), self._database.write(safely=True) as connection:
            _lock(connection)
            is_whole = self._goes_on(connection)
            known, present = signing_key(connection), keys.read()
            if known is None:
                raise HistoryError("nothing is signed yet: the agent makes its first key when it starts")
            at_hand = present is not None and present.public.fingerprint == known
            if at_hand and is_lost:
                raise HistoryError(f"the key is not lost: {keys.path} holds it, and it can vouch for a new one")
            if not at_hand and not is_lost:
                raise HistoryError(f"{keys.path} does not hold the key that signs at present ({known[:16]})")
            key = keys.make_next()
            appender = Appender(connection, key)
            appender.sign_with(key, now, signed_by=present if at_hand else None)
        with _keys_told():
            keys.take_next()
        if is_whole:
            keys.note_head(key, appender.head)
        return key.public.fingerprint

    def _appender(self, connection: Connection, now: float) -> Appender:
        known = signing_key(connection)
        if self.key_file is None and known is None:
            return Appender(connection, None)
        if self.key_file is None:
            raise HistoryError("the ledger is signed, and no key is named to go on with")
        with _keys_told():
            key = self.key_file.read()
            if key is None and known is None:
                key = self.key_file.make()
            if known is not None and (key is None or key.public.fingerprint != known):
                key = self.key_file.settle(known) or key
        if key is None:
            raise HistoryError(
                f"the signing key {self.key_file.path} is missing; put it back from its backup, or, if it is lost for"
                " good, make another with `rounds new-key --lost`"
            )
        if known is not None and key.public.fingerprint != known:
            raise HistoryError(
                f"{self.key_file.path} holds another key ({key.public.fingerprint[:16]}) than the ledger is signed with"
                f" ({known[:16]}); a new one is introduced with `rounds new-key`"
            )
        appender = Appender(connection, key)
        if known is None:
            if appender.head.count and self.key_file.head_path.exists():
                raise HistoryError(
                    f"nothing in the ledger is signed, but {self.key_file.head_path} says that it was: somebody took"
                    " the signatures away, or put back a history from before; if that is known to be right, put the"
                    " file aside"
                )
            appender.sign_with(key, now)
        return appender

    def _goes_on(self, connection: Connection) -> bool:
        """Whether the ledger still holds what the head says. Where it does not the head stays: it is the proof."""
        try:
            known = self.key_file.head() if self.key_file else None
        except SigningError as error:
            log.error("ledger_head_unusable", error=str(error))
            return False
        if known is None:
            return True
        head, _, _ = known
        there = connection.execute(select(ledger.c.sha256).where(ledger.c.id == head.count)).scalar()
        if there != head.sha256:
            log.error("ledger_was_set_back", entry=head.count, hint="`rounds verify` tells more")
        return there == head.sha256

    def _republish(self, key: PrivateKey) -> None:
        assert self.key_file is not None
        with _keys_told():
            if not self.key_file.public_path.exists():
                self.key_file.publish(key.public)


@contextmanager
def _keys_told() -> Iterator[None]:
    try:
        yield
    except SigningError as error:
        raise HistoryError(str(error)) from error


def _lock(connection: Connection) -> None:
    """One process appends at a time; in SQLite a transaction that writes is alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _APPEND_LOCK})


def next_number(connection: Connection, kind: EntryKind, day: date) -> str:
    """`20260102-01` for a day; those of the same kind and date count on."""
    week = day.isocalendar()
    stem = {
        EntryKind.DAY: f"{day:%Y%m%d}",
        EntryKind.WEEK: f"{week.year}-W{week.week:02d}",
        EntryKind.MONTH: f"{day:%Y}-M{day:%m}",
    }.get(kind, f"{kind[0].upper()}{day:%Y%m%d}")
    query = select(ledger.c.number).where(
        ledger.c.kind == kind, ledger.c.number.startswith(f"{stem}-", autoescape=True)
    )
    counts = (number.removeprefix(f"{stem}-") for number in connection.execute(query).scalars())
    last = max((int(count) for count in counts if count.isdecimal()), default=0)
    return f"{stem}-{last + 1:02d}"


def latest(connection: Connection, kind: EntryKind, day: date) -> Entry | None:
    """The newest entry of a kind for a date: a correction rather than what it corrects."""
    query = select(ledger).where(ledger.c.kind == kind, ledger.c.date == day.isoformat())
    row = connection.execute(query.order_by(ledger.c.id.desc()).limit(1)).first()
    return None if row is None else read(row)


def numbered(connection: Connection, number: str) -> Entry | None:
    """The entry of that number."""
    row = connection.execute(select(ledger).where(ledger.c.number == number)).first()
    return None if row is None else read(row)


def between(connection: Connection, kind: EntryKind, begin: date, end: date) -> Iterator[Entry]:
    """The entries of a kind from one date to another, both included, in the order they were made."""
    dates = ledger.c.date.between(begin.isoformat(), end.isoformat())
    query = select(ledger).where(ledger.c.kind == kind, dates).order_by(ledger.c.id)
    for row in connection.execute(query.execution_options(yield_per=20)):
        yield read(row)


def read(row: Row[Any]) -> Entry:
    """An entry of its row. Raises `HistoryError` when it is not as an entry is stored."""
    try:
        body = zlib.decompress(row.body).decode("utf-8")
        return Entry(row.id, row.kind, date.fromisoformat(row.date), row.number, row.made_at, body, row.sha256)
    except (zlib.error, ValueError, TypeError) as error:
        raise HistoryError(
            f"entry {row.id} of the ledger ({row.number}) is damaged: {error}; `rounds verify` tells more"
        ) from error


def signing_key(connection: Connection) -> str | None:
    """The fingerprint of the key that signs at present; None when nothing is signed yet."""
    newest = select(ledger.c.body).where(ledger.c.kind == EntryKind.KEY).order_by(ledger.c.id.desc()).limit(1)
    stored = connection.execute(newest).scalar()
    if stored is None:
        return None
    try:
        return str(json.loads(zlib.decompress(stored))["fingerprint"])
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise HistoryError("the entry of the signing key is damaged; `rounds verify` tells more") from error


def _unsigned(connection: Connection) -> Iterator[str]:
    """The SHA-256 of the statement of each unsigned entry before the first key."""
    query = select(ledger).where(ledger.c.signature.is_(None)).order_by(ledger.c.id)
    for row in connection.execute(query.execution_options(yield_per=20)):
        said = statement(row.id, (row.kind, row.date, row.number, row.made_at, row.sha256), row.body)
        yield hashlib.sha256(said).hexdigest()
