"""Looks at every entry of the ledger, as somebody who believes nothing, and says which is not as it was made."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, text

from agent.history.flaws import Finding, Flaw
from agent.history.keyring import Keyring
from agent.history.ledger import FIRST, EntryKind
from agent.history.stored import Stored, links, stored_rows
from agent.signing import Head, PublicKey


@dataclass(frozen=True, slots=True)
class Outside:
    """What is known without the database: the agent's public key, the head it signed, what whoever asks knows.

    `anchors` are hashes that were told outside, whole or their first characters. `due` is the last day there must be a
    record of. Entries dated from `begin` to `end` are unpacked and read; of the others the signatures are checked.
    """

    key: PublicKey | None = None
    head: tuple[Head, str, bytes] | None = None
    trusted: frozenset[str] = frozenset()
    anchors: tuple[str, ...] = ()
    due: date | None = None
    begin: date = date.min
    end: date = date.max


@dataclass(slots=True)
class Inspection:
    """What was found. `head` is the hash of the last entry: who keeps it elsewhere has an anchor."""

    findings: list[Finding] = field(default_factory=list)
    entries: int = 0
    unsigned: int = 0
    head: str = FIRST
    days: set[str] = field(default_factory=set)


OnEntry = Callable[[Stored, str], None]
"""Hears of each entry that is whole and in the range, with its JSON."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What the record of a day says of itself."""

    number: str
    date: str
    made_at: float
    previous_sha256: str = ""


_TOLD = TypeAdapter(_Told)


def inspect(connection: Connection, outside: Outside, heard_by: Collection[OnEntry] = ()) -> Inspection:
    """Look at the whole ledger, an entry at a time."""
    return _Inspector(connection, outside, heard_by).inspect()


class _Inspector:
    def __init__(self, connection: Connection, outside: Outside, heard_by: Collection[OnEntry]) -> None:
        self._connection = connection
        self._outside = outside
        self._heard_by = heard_by
        self._found = Inspection()
        self._was_found_wrong = False  # the entry before the present one, or the gap before it
        self._links = links(connection)
        self._hashes = {sha256 for _, _, sha256 in self._links}
        self._places = _places(self._links)
        keys = stored_rows(connection, "WHERE kind = :kind", kind=str(EntryKind.KEY))
        self._ring = Keyring.read(keys, self._places, outside.key, outside.trusted)

    def inspect(self) -> Inspection:
        for row, words in self._ring.complaints:
            self._complain(Flaw.UNKNOWN_KEY, words, row)
        before: Stored | None = None
        for row in stored_rows(self._connection):
            known = len(self._found.findings)
            self._gap(before, row)
            self._entry(row, before)
            before, self._was_found_wrong = row, len(self._found.findings) > known
        self._end(before)
        if self._connection.dialect.name == "sqlite":
            self._file()
        return self._found

    def _gap(self, before: Stored | None, row: Stored) -> None:
        expected = before.position + 1 if before else 1
        if row.position != expected:
            after = f"after {before.number} ({before.date})" if before else "at the beginning"
            self._complain(Flaw.MISSING, f"{_entries(expected, row.position - 1)} {after}, before {row.number}")

    def _entry(self, row: Stored, before: Stored | None) -> None:
        self._found.entries += 1
        self._found.head = row.sha256
        self._found.unsigned += row.signature is None
        if row.kind == EntryKind.DAY:
            self._found.days.add(row.date)
        wrong = self._judged(row)
        body = row.text() if self._is_in_range(row) else None
        if self._is_in_range(row) and (wrong is None or wrong[0] is Flaw.BAD_SIGNATURE):
            wrong = self._content(row, body) or wrong
        wrong = wrong or self._link(row, before)
        if wrong is not None:
            self._complain(*wrong, row)
        elif body is not None:
            for hear in self._heard_by:
                hear(row, body)

    def _judged(self, row: Stored) -> tuple[Flaw, str] | None:
        """What its signature, or the seal of the first key, says of a row; None: nothing wrong."""
        if not row.is_well_typed:
            return Flaw.ALTERED, "a value is not of its column's type"
        if row.signature is None and row.key is None:
            return self._unsigned(row)
        return self._signed(row)

    def _signed(self, row: Stored) -> tuple[Flaw, str] | None:
        key = self._ring.keys.get(row.key or "")
        if key is None:
            return Flaw.UNKNOWN_KEY, f"it is signed with the key {row.key!r:.20}, which is not the agent's"
        place = row.place_signed(key, self._places.get(row.sha256))
        if place is None:
            return Flaw.BAD_SIGNATURE, "its signature does not cover what stands there"
        if place != row.position:
            return Flaw.SWAPPED, _elsewhere(row, place)
        introduces_itself = (place, key.fingerprint) in self._ring.reigns
        if introduces_itself or self._ring.is_in_force(key, place):
            return None
        return Flaw.UNKNOWN_KEY, f"it is signed with the key {key.fingerprint[:16]}, which was replaced before that"

    def _unsigned(self, row: Stored) -> tuple[Flaw, str] | None:
        begins = self._ring.begins
        if begins is None and self._outside.key is None:
            return None  # nothing was ever signed; the content is all there is to look at
        if begins is None or row.position > begins:
            return Flaw.ADDED, "it is not signed: somebody else added it, or took its signature away"
        return self._sealed(row)

    def _sealed(self, row: Stored) -> tuple[Flaw, str] | None:
        sealed = self._ring.sealed
        if sealed[row.position - 1 : row.position] == (_digest(row, row.position),):
            return None
        place = self._places.get(row.sha256)
        if place is not None and sealed[place - 1 : place] == (_digest(row, place),):
            return Flaw.SWAPPED, _elsewhere(row, place)
        return Flaw.ALTERED, "it is not as it was when the first key sealed it"

    def _content(self, row: Stored, body: str | None) -> tuple[Flaw, str] | None:
        if body is None:
            return Flaw.ALTERED, "its content cannot be unpacked"
        if not row.holds_its_hash(body):
            return Flaw.ALTERED, "its content is not what its hash was made of"
        if row.kind != EntryKind.DAY:
            return None
        try:
            told = _TOLD.validate_json(body)
        except ValidationError:
            return Flaw.ALTERED, "its content is not the record of a day"
        said = (told.number, told.date, told.made_at, told.previous_sha256 or row.previous_sha256)
        for name, inside, beside in zip(_NAMES, said, _columns(row), strict=True):
            if inside != beside:
                return Flaw.ALTERED, f"its {name} is {inside!r} in the record, and {beside!r} beside it"
        return None

    def _link(self, row: Stored, before: Stored | None) -> tuple[Flaw, str] | None:
        """What is wrong with the hash that a row names as the one before it.

        A signature covers one row. That it stands behind the rows it was made behind, only the chain tells: without it
        a forger could put real rows behind others, and real keys behind his own. Of two neighbours the first is named.
        """
        place = self._places.get(row.sha256)
        if place is not None and place != row.position:
            return Flaw.SWAPPED, _elsewhere(row, place)
        position, sha256 = (before.position, before.sha256) if before else (0, FIRST)
        is_next = row.position == position + 1
        is_vouched = row.signature is not None or row.position <= (self._ring.begins or 0)  # then the gap is all
        if (is_next or not is_vouched) and not self._was_found_wrong and row.previous_sha256 != sha256:
            return Flaw.ALTERED, "it does not follow the entry before it: one of the two is altered, or one is missing"
        return None

    def _end(self, last: Stored | None) -> None:
        self._head(last.position if last else 0)
        for anchor in self._outside.anchors:
            if not any(sha256.startswith(anchor) for sha256 in self._hashes):
                self._complain(Flaw.MISSING, f"no entry has the hash {anchor}: what it was told of is altered or gone")
        if self._found.days and self._outside.due is not None:
            self._missing_days(self._outside.due)

    def _head(self, count: int) -> None:
        if self._outside.head is None:
            return
        head, fingerprint, signature = self._outside.head
        key = self._ring.keys.get(fingerprint)
        if key is None or not key.has_signed(head.statement(), signature):
            self._complain(Flaw.BAD_SIGNATURE, "the head of the ledger, the file beside the key, is not the agent's")
        elif count < head.count:
            self._complain(Flaw.MISSING, f"{_entries(count + 1, head.count)} at the end")
        elif any(position == head.count and sha256 != head.sha256 for position, _, sha256 in self._links):
            self._complain(Flaw.ALTERED, f"entry {head.count} has another hash than the agent's head of the ledger")

    def _missing_days(self, due: date) -> None:
        known = sorted(_dates(self._found.days))
        if not known:
            return
        day, last = max(known[0], self._outside.begin), min(max(known[-1], due), self._outside.end)
        there = set(known)
        while day <= last:
            if day not in there:
                said = (
                    "there is no record of this day" if day < known[-1] else "no record of this day was made, or kept"
                )
                self._found.findings.append(Finding(Flaw.MISSING, said, EntryKind.DAY, "", day.isoformat()))
            day += timedelta(days=1)

    def _file(self) -> None:
        for (words,) in self._connection.execute(text("PRAGMA integrity_check(ledger)")):
            if words != "ok":
                self._complain(Flaw.DAMAGED, f"the database file: {words}")

    def _is_in_range(self, row: Stored) -> bool:
        begin, end = self._outside.begin, self._outside.end
        if begin == date.min and end == date.max:
            return True
        day = next(_dates([row.date]), None)
        return day is None or begin <= day <= end

    def _complain(self, flaw: Flaw, detail: str, row: Stored | None = None) -> None:
        named = (row.kind, row.number, row.date) if row else ("", "", "")
        self._found.findings.append(Finding(flaw, detail, *named))


_NAMES = ("number", "date", "time of making", "hash before it")


def _columns(row: Stored) -> tuple[object, ...]:
    return row.number, row.date, row.made_at, row.previous_sha256


def _places(chain: list[tuple[int, str, str]]) -> dict[str, int]:
    """The place of each hash as the chain itself has it, from the beginning as far as it is whole."""
    after: dict[str, list[str]] = defaultdict(list)
    for _, previous, sha256 in chain:
        after[previous].append(sha256)
    places: dict[str, int] = {}
    reached, place = after[FIRST], 0
    while reached:
        place += 1
        fresh = [sha256 for sha256 in reached if sha256 not in places]  # a forger may close a circle
        places |= dict.fromkeys(fresh, place)
        reached = [follower for sha256 in fresh for follower in after[sha256]]
    return places


def _elsewhere(row: Stored, place: int) -> str:
    return f"it stands at {row.position}, and was made as entry {place} of the ledger"


def _digest(row: Stored, position: int) -> str:
    return hashlib.sha256(row.statement(position)).hexdigest()


def _dates(written: Collection[str]) -> Iterator[date]:
    for day in written:
        try:
            yield date.fromisoformat(day)
        except ValueError:
            continue  # the row is found altered


def _entries(first: int, last: int) -> str:
    return f"entry {first} is gone" if first == last else f"entries {first} to {last} are gone"
