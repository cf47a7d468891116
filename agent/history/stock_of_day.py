"""What the forms of a day want besides its lines: what hosts were made of, and what collectors knew of them."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult
from sqlalchemy import ColumnElement, Connection, Table, and_, case, func, or_, select

from agent.history.schema import facts, hosts, inventory, inventory_changes, surveys
from collectors.contract import Entry, Kind
from exporters.contract import DayRecord, HostEntries, HostFacts, Needs

MOST_ENTRIES = 500
"""Entries of one kind that the record of a day has room for, by host; how many more there are is said."""

LONGEST_FACTS = 256 * 1024
"""Characters of JSON, by host and collector; longer facts are named, and left out."""

SLACK_SECONDS = 600.0
"""A record is made when its day has just ended: what was looked at by then stands for the end of the day."""

_Known = dict[tuple[Kind, str], str]


@dataclass(slots=True)
class _Looks:
    """When hosts were last looked at by a time: by each collector, and at what."""

    by_collector: dict[tuple[str, str], float]
    newest: dict[str, float] = field(default_factory=dict)
    at_kind: dict[tuple[str, Kind], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for (host, _), last_at in self.by_collector.items():
            self.newest[host] = max(last_at, self.newest.get(host, last_at))

    def note(self, host: str, collector: str, kind: Kind) -> bool:
        """That entries of a kind are the collector's; False when it had not looked by then. The oldest look counts."""
        last_at = self.by_collector.get((host, collector))
        if last_at is None:
            return False
        self.at_kind[host, kind] = min(last_at, self.at_kind.get((host, kind), last_at))
        return True

    def seen_at(self, host: str, kinds: Iterable[Kind]) -> tuple[tuple[Kind, float], ...]:
        """When each kind was last looked at; one of which there is nothing when the host was."""
        return tuple((kind, self.at_kind.get((host, kind), self.newest[host])) for kind in sorted(kinds))


def with_stock(connection: Connection, record: DayRecord, needs: Needs) -> DayRecord:
    """The record with the entries and facts that are needed, as of the end of its day, or of now while it lasts."""
    at = min(record.ends_at, record.made_at)
    names = [line.host.name for line in record.hosts]
    return replace(
        record,
        entries=tuple(_entries(connection, names, needs, at)),
        facts=tuple(_facts(connection, names, needs, at)),
    )


def _entries(connection: Connection, names: Iterable[str], needs: Needs, at: float) -> Iterator[HostEntries]:
    if not (needs.kinds or needs.named or needs.counted):
        return
    by_then = select(hosts.c.name, surveys).join_from(surveys, hosts).where(surveys.c.first_at <= at)
    looks = _Looks({(row.name, row.collector): min(row.last_at, at) for row in connection.execute(by_then)})
    known: defaultdict[str, _Known] = defaultdict(dict)
    present = select(hosts.c.name.label("host"), inventory).join_from(inventory, hosts)
    for row in connection.execute(present.where(_wanted(inventory.c, needs))):
        if looks.note(row.host, row.collector, kind := Kind(row.kind)):
            known[row.host][kind, row.name] = row.value
    _take_back(connection, known, needs, at)
    counts = _counts(connection, needs.counted - needs.kinds, looks, at)
    kinds = {*needs.kinds, *needs.counted, *(kind for kind, _ in needs.named)}
    for name in names:
        if name in looks.newest:
            listed = _bounded(name, known[name], needs)
            left_out = (*listed.left_out, *sorted(counts[name].items()))
            yield replace(listed, left_out=left_out, seen_at=looks.seen_at(name, kinds))


def _counts(
    connection: Connection, kinds: Collection[Kind], looks: _Looks, at: float
) -> Mapping[str, Mapping[Kind, int]]:
    """By host how many entries of each kind there were at a time: of packages nobody wants to read all."""
    found: defaultdict[str, Counter[Kind]] = defaultdict(Counter)
    for table, when, sign in _BALANCE:
        number = func.count().label("number")
        query = select(hosts.c.name, table.c.collector, table.c.kind, number).join_from(table, hosts)
        query = query.where(table.c.kind.in_(sorted(kind.value for kind in kinds)))
        if when is not None:
            query = query.where(inventory_changes.c.at > at, when)
        for row in connection.execute(query.group_by(hosts.c.name, table.c.collector, table.c.kind)):
            if looks.note(row.name, row.collector, kind := Kind(row.kind)):
                found[row.name][kind] += sign * row.number
    return found


_BALANCE: tuple[tuple[Table, ColumnElement[bool] | None, int], ...] = (
    (inventory, None, 1),
    (inventory_changes, inventory_changes.c.before.is_(None), -1),
    (inventory_changes, inventory_changes.c.after.is_(None), 1),
)
"""What is there now, less what came since, and what went since."""


def _take_back(connection: Connection, known: Mapping[str, _Known], needs: Needs, at: float) -> None:
    """Undo in `known` what became different after a time, the newest change first."""
    later = select(hosts.c.name.label("host"), inventory_changes).join_from(inventory_changes, hosts)
    later = later.where(inventory_changes.c.at > at, _wanted(inventory_changes.c, needs))
    for row in connection.execute(later.order_by(inventory_changes.c.id.desc())):
        if row.before is None:
            known[row.host].pop((Kind(row.kind), row.name), None)
        else:
            known[row.host][Kind(row.kind), row.name] = row.before


def _wanted(columns: Any, needs: Needs) -> ColumnElement[bool]:
    """In SQL, and so with more than the shell patterns mean; `_is_wanted` has the last word."""
    of_kinds = columns.kind.in_(sorted(kind.value for kind in needs.kinds))
    named = [
        and_(columns.kind == kind.value, columns.name.like(_like(pattern), escape="\\"))
        for kind, pattern in sorted(needs.named)
        if kind not in needs.kinds
    ]
    return or_(of_kinds, *named)


def _like(pattern: str) -> str:
    """A pattern of LIKE that fits at least all that a shell pattern does."""
    plain = pattern.partition("[")[0]
    escaped = "".join("\\" + letter if letter in "\\%_" else letter for letter in plain)
    return escaped.replace("*", "%").replace("?", "_") + ("%" if plain != pattern else "")


def _is_wanted(kind: Kind, name: str, needs: Needs) -> bool:
    return kind in needs.kinds or any(of == kind and fnmatchcase(name, pattern) for of, pattern in needs.named)


def _bounded(host: str, known: _Known, needs: Needs) -> HostEntries:
    by_kind: defaultdict[Kind, list[Entry]] = defaultdict(list)
    for kind, name in sorted(known):
        if _is_wanted(kind, name, needs):
            by_kind[kind].append(Entry(kind, name, known[kind, name]))
    return HostEntries(
        host=host,
        entries=tuple(entry for entries in by_kind.values() for entry in entries[:MOST_ENTRIES]),
        left_out=tuple((kind, n - MOST_ENTRIES) for kind, found in by_kind.items() if (n := len(found)) > MOST_ENTRIES),
    )


def _facts(connection: Connection, names: Iterable[str], needs: Needs, at: float) -> Iterator[HostFacts]:
    paths: defaultdict[str, list[str]] = defaultdict(list)
    for collector, path in sorted(needs.paths):
        paths[collector].append(path)
    wanted = sorted({*needs.collectors, *paths})
    if not wanted:
        return
    # What is too long is not even read: of a thousand hosts it would fill the memory.
    told = case((func.length(facts.c.json) <= LONGEST_FACTS, facts.c.json), else_="null")
    query = (
        select(hosts.c.name, facts.c.collector, facts.c.at, told.label("told"))
        .join_from(facts, hosts)
        .where(facts.c.collector.in_(wanted), facts.c.at <= at + SLACK_SECONDS)
    )
    shared: dict[Any, Any] = {}  # the same updates wait on many servers: each text is in memory once

    def lean(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {shared.setdefault(k, k): shared.setdefault(v, v) if isinstance(v, str) else v for k, v in pairs}

    decoder = json.JSONDecoder(object_pairs_hook=lean)
    kept: dict[tuple[str, str], HostFacts] = {}
    for row in connection.execute(query.execution_options(yield_per=100)):
        whole = decoder.decode(row.told)
        found = None
        if whole is not None and row.collector not in needs.collectors:
            whole, found = None, {path: _search(path, whole) for path in paths[row.collector]}
        kept[row.name, row.collector] = HostFacts(row.name, row.collector, row.at, whole, found)
    yield from (kept[name, collector] for name in names for collector in wanted if (name, collector) in kept)


@cache
def _compiled(path: str) -> ParsedResult:
    return jmespath.compile(path)


def _search(path: str, whole: Any) -> Any:
    """What a JMESPath finds; nothing where it does not fit what is there."""
    try:
        return _compiled(path).search(whole)
    except JMESPathError:
        return None
