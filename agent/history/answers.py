"""What hosts answered: each text once, compressed, under its hash, and of which host, when, and to which command."""

import hashlib
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, Double, Integer, Text, bindparam, or_, select, text, update
from sqlalchemy import Row as TableRow

from agent.deposition import Deposition, command_text
from agent.history.daybook import batched
from agent.history.schema import answers, evidence, hosts
from agent.history.sheet import SLOT
from agent.history.upsert import insert
from exporters.contract import DayRecord, Evidence

_LEVEL = 6
_LOCK = 0x616E7377657273
"""Ours among PostgreSQL's advisory locks: a text is not removed while another transaction is about to name it."""

Place = tuple[str, str, float]
"""Host, collector, and the end of the round."""


class Keeping(StrEnum):
    """Whether a text is still what its hash says."""

    KEPT = "kept"
    ALTERED = "altered"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class KeptText:
    """A text asked for by its hash. `text` is as it is stored, None when it is missing or cannot be unpacked."""

    keeping: Keeping
    text: bytes | None = None


class _Named(NamedTuple):
    """A row of evidence, and the texts that it names."""

    id: int
    command_id: int
    answer_id: int


class Bundle:
    """Depositions on their way into the tables: hashed when made, packed before they are written."""

    def __init__(self, depositions: Iterable[Deposition]) -> None:
        self._texts: dict[bytes, bytes] = {}
        self._packed: dict[bytes, bytes] = {}
        known: dict[tuple[str, tuple[str, ...]], bytes] = {}
        self._rows: list[tuple[Deposition, bytes, bytes]] = []
        for deposition in depositions:
            answer = deposition.answer
            asked = (answer.command, answer.arguments)
            if asked not in known:
                known[asked] = self._add(command_text(answer))
            self._rows.append((deposition, known[asked], self._add(answer.text)))

    def pack(self, connection: Connection) -> None:
        """Compress what is not stored yet: it takes long, and is not to be done while others wait for a lock."""
        self._pack(self._texts.keys() - _numbers(connection, self._texts).keys())

    def write(self, connection: Connection) -> None:
        """Put all into the tables, and remove what nothing rests on any more. To write it again changes nothing."""
        if not self._rows:
            return
        _alone(connection)
        numbers = self._write_texts(connection)
        places = _host_numbers(connection, {deposition.host for deposition, _, _ in self._rows})
        rows = [
            {
                "host_id": places[deposition.host],
                "collector": deposition.collector,
                "at": deposition.at,
                "command_id": numbers[command],
                "answer_id": numbers[answer],
                "exit_status": deposition.answer.exit_status,
                "seconds": deposition.seconds,
                "lasting": deposition.lasting,
            }
            for deposition, command, answer in self._rows
        ]
        statement = insert(connection, evidence)
        lasting = or_(evidence.c.lasting, statement.excluded.lasting)
        key = ["host_id", "collector", "at"]
        connection.execute(statement.on_conflict_do_update(index_elements=key, set_={"lasting": lasting}), rows)
        _remove(connection, _superseded(connection, tuple(places.values())))

    def _add(self, words: str) -> bytes:
        # What a host printed was decoded without loss; a command of ours may hold what somebody wrote in config.yaml.
        content = words.encode("utf-8", "backslashreplace")
        digest = hashlib.sha256(content).digest()
        self._texts[digest] = content
        return digest

    def _pack(self, digests: Iterable[bytes]) -> None:
        for digest in digests:
            if digest not in self._packed:
                self._packed[digest] = zlib.compress(self._texts[digest], _LEVEL)

    def _write_texts(self, connection: Connection) -> dict[bytes, int]:
        numbers = _numbers(connection, self._texts)
        new = self._texts.keys() - numbers.keys()
        if not new:
            return numbers
        self._pack(new)  # none, unless it was removed since
        rows = [{"sha256": digest, "size": len(self._texts[digest]), "packed": self._packed[digest]} for digest in new]
        connection.execute(insert(connection, answers).on_conflict_do_nothing(), rows)
        return numbers | _numbers(connection, new)


def grounds(connection: Connection, record: DayRecord) -> tuple[Evidence, ...]:
    """The answers that the lines of a day rest on, as far as they were kept, by host and collector."""
    wanted = {
        (line.host, line.check.collector, line.checked_at) for line in record.items if line.checked_at is not None
    }
    command, answer = answers.alias(), answers.alias()
    query = (
        select(evidence, hosts.c.name, command.c.sha256.label("command"), answer.c.sha256.label("answer"))
        .join_from(evidence, hosts)
        .join(command, evidence.c.command_id == command.c.id)
        .join(answer, evidence.c.answer_id == answer.c.id)
        .where(evidence.c.at >= record.begins_at, evidence.c.at < record.ends_at)
        .order_by(hosts.c.name, evidence.c.collector, evidence.c.at)
    )
    found = connection.execution_options(yield_per=1000).execute(query)
    return tuple(_evidence(row) for row in found if (row.name, row.collector, row.at) in wanted)


def hold(connection: Connection, named: Collection[Evidence]) -> None:
    """A record is to name these: they are kept for the whole retention time."""
    _alone(connection)
    places = _host_numbers(connection, {one.host for one in named})
    rows = [{"of_host": places[one.host], "of_collector": one.collector, "of_at": one.at} for one in named]
    connection.execute(_HOLD, rows)


def text_of(connection: Connection, sha256: str) -> KeptText:
    """The text with a hash (hexadecimal). Raises ValueError for what is no hash."""
    row = connection.execute(select(answers).where(answers.c.sha256 == bytes.fromhex(sha256))).one_or_none()
    return KeptText(Keeping.MISSING) if row is None else _unpacked(row)


def altered(connection: Connection) -> Iterator[str]:
    """The hashes (hexadecimal) of all kept texts that are not any more what they were."""
    for row in connection.execution_options(yield_per=200).execute(select(answers).order_by(answers.c.id)):
        if _unpacked(row).keeping is not Keeping.KEPT:
            yield row.sha256.hex()


def lost(connection: Connection, named: Iterable[Evidence]) -> Iterator[Evidence]:
    """Those of a record's answers whose command's or answer's text is not kept any more."""
    left = iter(named)
    while some := list(islice(left, 1000)):
        hashes = {bytes.fromhex(sha256) for one in some for sha256 in (one.command_sha256, one.answer_sha256)}
        gone = {digest.hex() for digest in hashes - _numbers(connection, hashes).keys()}
        yield from (one for one in some if {one.command_sha256, one.answer_sha256} & gone)


def remove_old(connection: Connection, before: float, most: int = 5000) -> bool:
    """Remove some of what was answered before a time, and texts that nothing names then. False: there was no more."""
    _alone(connection)
    old = select(evidence.c.id, evidence.c.command_id, evidence.c.answer_id).where(evidence.c.at < before).limit(most)
    rows = [_Named(*row) for row in connection.execute(old)]
    _remove(connection, rows)
    return bool(rows)


def _superseded(connection: Connection, host_ids: Sequence[int]) -> list[_Named]:
    """What no day to come can rest on: all but the last, and the last before the slot that one is in (see `items`)."""
    found: list[_Named] = []
    for some in batched(host_ids):
        passing = select(evidence).where(evidence.c.lasting.is_(False), evidence.c.host_id.in_(some))
        newest: dict[tuple[int, str], float] = {}
        earlier: set[tuple[int, str]] = set()
        for row in connection.execute(passing.order_by(evidence.c.at.desc())):
            key = (row.host_id, row.collector)
            if key not in newest:
                newest[key] = row.at
            elif key not in earlier and row.at < newest[key] // SLOT * SLOT:
                earlier.add(key)
            else:
                found.append(_Named(row.id, row.command_id, row.answer_id))
    return found


def _remove(connection: Connection, rows: Sequence[_Named]) -> None:
    """Remove evidence, and the texts that were named by it alone."""
    for some in batched([row.id for row in rows]):
        connection.execute(evidence.delete().where(evidence.c.id.in_(some)))
    texts = {row.answer_id for row in rows} | {row.command_id for row in rows}
    for some in batched(sorted(texts)):
        unnamed = [
            ~select(evidence.c.id).where(column == answers.c.id).exists()
            for column in (evidence.c.answer_id, evidence.c.command_id)
        ]
        connection.execute(answers.delete().where(answers.c.id.in_(some), *unnamed))


def _numbers(connection: Connection, digests: Collection[bytes]) -> dict[bytes, int]:
    found = {}
    for some in batched(list(digests)):
        for row in connection.execute(select(answers.c.id, answers.c.sha256).where(answers.c.sha256.in_(some))):
            found[bytes(row.sha256)] = row.id
    return found


def _host_numbers(connection: Connection, names: Collection[str]) -> Mapping[str, int]:
    statement = insert(connection, hosts).on_conflict_do_nothing()
    connection.execute(statement, [{"name": name} for name in sorted(names)])
    found = {}
    for some in batched(sorted(names)):
        for row in connection.execute(select(hosts).where(hosts.c.name.in_(some))):
            found[row.name] = row.id
    return found


def _alone(connection: Connection) -> None:
    """Until this transaction ends no other one names or removes texts."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _unpacked(row: TableRow[Any]) -> KeptText:
    """The text of a row. No more is unpacked than there was: an altered one may swell to anything."""
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(row.packed, row.size + 1)
    except zlib.error:
        return KeptText(Keeping.ALTERED)
    is_whole = len(content) == row.size and hashlib.sha256(content).digest() == row.sha256
    return KeptText(Keeping.KEPT if is_whole else Keeping.ALTERED, content)


def _evidence(row: TableRow[Any]) -> Evidence:
    return Evidence(
        host=row.name,
        collector=row.collector,
        at=row.at,
        command_sha256=row.command.hex(),
        answer_sha256=row.answer.hex(),
        exit_status=row.exit_status,
        seconds=row.seconds,
    )


_HOLD = (
    update(evidence)
    .where(
        evidence.c.host_id == bindparam("of_host", type_=Integer),
        evidence.c.collector == bindparam("of_collector", type_=Text),
        evidence.c.at == bindparam("of_at", type_=Double),
    )
    .values(lasting=True)
)
