"""The rows of the ledger as they lie in the database, whatever somebody made of them: for those who mistrust it."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from agent.history.seals import seal, statement
from agent.signing import PublicKey

_LONGEST_BODY = 1 << 30
"""Bytes of JSON in one entry; what unpacks to more was not made by the agent."""

_TEXTS = ("kind", "date", "number", "previous_sha256", "sha256", "key")
_TYPES = {"text" * 5 + kind for kind in ("textblobblob", "nullblobnull")}

# SQLite lets anything stand in any column, and refuses to hand out text that is not UTF-8.
_SQLITE = (
    "SELECT id, "
    + ", ".join(f"CAST({name} AS BLOB) AS {name}" for name in _TEXTS)
    + ", CASE typeof(made_at) WHEN 'real' THEN made_at END AS made_at"
    + ", CAST(body AS BLOB) AS body, CAST(signature AS BLOB) AS signature, "
    + " || ".join(f"typeof({name})" for name in (*_TEXTS, "body", "signature"))
    + " AS types FROM ledger"
)
_POSTGRESQL = "SELECT *, NULL AS types FROM ledger"


@dataclass(frozen=True, slots=True)
class Stored:
    """One row. Texts that are none show their bytes; `is_well_typed` False: a value is not of its column's type."""

    position: int
    kind: str
    date: str
    number: str
    made_at: float | None
    body: bytes
    previous_sha256: str
    sha256: str
    key: str | None
    signature: bytes | None
    is_well_typed: bool

    def statement(self, position: int | None = None) -> bytes:
        """What its signature has to cover, at its own position or at another."""
        columns = (self.kind, self.date, self.number, self.made_at or 0.0, self.sha256)
        return statement(self.position if position is None else position, columns, self.body)

    def place_signed(self, key: PublicKey, place: int | None) -> int | None:
        """The position that its signature by `key` is for: its own, or `place`; None when it is for neither."""
        for position in (self.position, place):
            if position is not None and key.has_signed(self.statement(position), self.signature or b""):
                return position
        return None

    def text(self) -> str | None:
        """The JSON it holds; None when it cannot be unpacked, or something stands behind it."""
        unpacking = zlib.decompressobj()
        try:
            content = unpacking.decompress(self.body, _LONGEST_BODY)
            is_whole = unpacking.eof and not unpacking.unused_data and not unpacking.unconsumed_tail
            return content.decode("utf-8") if is_whole else None
        except (zlib.error, ValueError):
            return None

    def holds_its_hash(self, body: str) -> bool:
        """Whether its hash is that of what it holds, after the hash that it names."""
        return self.is_well_typed and seal(self.previous_sha256, body) == self.sha256


def stored_rows(connection: Connection, where: str = "", **values: object) -> Iterator[Stored]:
    """The rows in the order of their positions, a few at a time; `where` narrows them, in SQL."""
    query = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    rows = connection.execute(text(f"{query} {where} ORDER BY id"), values, execution_options={"yield_per": 8})
    for row in rows:
        yield _stored(row)


def links(connection: Connection) -> list[tuple[int, str, str]]:
    """Position, previous hash and own hash of every row, by position."""
    names = [f"CAST({name} AS BLOB) AS {name}" for name in ("previous_sha256", "sha256")]
    of_sqlite = connection.dialect.name == "sqlite"
    columns = ", ".join(names) if of_sqlite else "previous_sha256, sha256"
    rows = connection.execute(text(f"SELECT id, {columns} FROM ledger ORDER BY id"))
    return [(row[0], _text(row[1]) or "", _text(row[2]) or "") for row in rows]


def _stored(row: Row[Any]) -> Stored:
    texts = {name: _text(getattr(row, name)) for name in _TEXTS}
    return Stored(
        position=row.id,
        kind=texts["kind"] or "",
        date=texts["date"] or "",
        number=texts["number"] or "",
        made_at=row.made_at,
        body=bytes(row.body or b""),
        previous_sha256=texts["previous_sha256"] or "",
        sha256=texts["sha256"] or "",
        key=texts["key"],
        signature=None if row.signature is None else bytes(row.signature),
        is_well_typed=row.made_at is not None and (row.types is None or row.types in _TYPES),
    )


def _text(value: bytes | str | None) -> str | None:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value
