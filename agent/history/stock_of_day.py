"""What the forms of a day want besides its lines: what hosts were made of, and what collectors knew of them."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

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
    first_looks = select(hosts.c.name, surveys.c.collector).join_from(surveys, hosts).where(surveys.c.first_at <= at)
    looked = {(row.name, row.collector) for row in connection.execute(first_looks)}
    known: defaultdict[str, _Known] = defaultdict(dict)
    present = select(hosts.c.name.label("host"), inventory).join_from(inventory, hosts)
    for row in connection.execute(present.where(_wanted(inventory.c, needs))):
        if (row.host, row.collector) in looked:
            known[row.host][Kind(row.kind), row.name] = row.value
    _take_back(connection, known, needs, at)
    counts = _counts(connection, needs.counted - needs.kinds, looked, at)
    hosts_looked_at = {name for name, _ in looked}
    for name in names:
        if name in hosts_looked_at:
            listed = _bounded(name, known[name], needs)
            yield replace(listed, left_out=(*listed.left_out, *sorted(counts[name].items())))


def _counts(
    connection: Connection, kinds: Collection[Kind], looked: Collection[tuple[str, str]], at: float
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
            if (row.name, row.collector) in looked:
                found[row.name][Kind(row.kind)] += sign * row.number
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
    if not needs.collectors:
        return
    # What is too long is not even read: of a thousand hosts it would fill the memory.
    told = case((func.length(facts.c.json) <= LONGEST_FACTS, facts.c.json), else_="null")
    query = (
        select(hosts.c.name, facts.c.collector, facts.c.at, told.label("told"))
        .join_from(facts, hosts)
        .where(facts.c.collector.in_(sorted(needs.collectors)), facts.c.at <= at + SLACK_SECONDS)
    )
    found = {(row.name, row.collector): row for row in connection.execute(query)}
    shared: dict[Any, Any] = {}  # the same updates wait on many servers: each text is in memory once

    def lean(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {shared.setdefault(k, k): shared.setdefault(v, v) if isinstance(v, str) else v for k, v in pairs}

    decoder = json.JSONDecoder(object_pairs_hook=lean)
    for name in names:
        for collector in sorted(needs.collectors):
            row = found.get((name, collector))
            if row is not None:
                yield HostFacts(name, collector, row.at, decoder.decode(row.told))
