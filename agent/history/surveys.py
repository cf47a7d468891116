"""What each host is made of, as it was last seen, and all that became different."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Text, and_, bindparam, delete, func, insert, select, update

from agent.history.schema import hosts, inventory, inventory_changes, surveys
from collectors.contract import Entry, Kind
from exporters.contract import Change

Known = Mapping[tuple[Kind, str], str]
"""Values by kind and name."""


@dataclass(frozen=True, slots=True)
class Survey:
    """All that one collector told of what a host is made of, at `at` (epoch seconds)."""

    host: str
    collector: str
    at: float
    entries: Known

    @property
    def digest(self) -> str:
        """The same for the same entries."""
        told = "\0".join(f"{kind}\0{name}\0{value}" for (kind, name), value in sorted(self.entries.items()))
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Stock:
    """What one collector knows that a host is made of; `seen_at` is its last look, in epoch seconds."""

    collector: str
    seen_at: float
    entries: tuple[Entry, ...]


def compare_with_known(connection: Connection, host_id: int, survey: Survey) -> Counter[Kind]:
    """Make what a collector told the present state, and note what became different. The first time nothing has.

    Returns how many entries of each kind became different.
    """
    mine = and_(surveys.c.host_id == host_id, surveys.c.collector == survey.collector)
    last = connection.execute(select(surveys.c.digest, surveys.c.last_at).where(mine)).one_or_none()
    digest = survey.digest
    if last is None:
        row = {"host_id": host_id, "collector": survey.collector, "first_at": survey.at, "last_at": survey.at}
        connection.execute(insert(surveys).values(**row, digest=digest))
        _replace(connection, host_id, survey.collector, {}, survey.entries)
        return Counter()
    seen_at = last.last_at
    if survey.at < seen_at:
        seen_at = survey.at
        _set_back(connection, host_id, survey)
    connection.execute(update(surveys).where(mine).values(last_at=survey.at, digest=digest))
    if digest == last.digest:
        return Counter()
    before = _known(connection, host_id, survey.collector)
    _replace(connection, host_id, survey.collector, before, survey.entries)
    rows = [
        {
            "host_id": host_id,
            "collector": survey.collector,
            "kind": kind.value,
            "name": name,
            "before": before.get((kind, name)),
            "after": survey.entries.get((kind, name)),
            "since": seen_at,
            "at": survey.at,
        }
        for kind, name in sorted(before.keys() | survey.entries.keys())
        if before.get((kind, name)) != survey.entries.get((kind, name))
    ]
    connection.execute(insert(inventory_changes), rows)
    return Counter(Kind(row["kind"]) for row in rows)


def last_changes(connection: Connection) -> dict[str, float]:
    """By host, when something was last found to have become different, in epoch seconds."""
    at = func.max(inventory_changes.c.at).label("at")
    query = select(hosts.c.name, at).join_from(inventory_changes, hosts).group_by(hosts.c.name)
    return {row.name: row.at for row in connection.execute(query)}


def changes(
    connection: Connection, begin: float, end: float, host: str | None = None, kinds: Collection[Kind] = ()
) -> tuple[Change, ...]:
    """What became different from `begin` to `end` (epoch seconds), of all hosts or one, the oldest first."""
    query = (
        select(inventory_changes, hosts.c.name.label("host"))
        .join_from(inventory_changes, hosts)
        .where(inventory_changes.c.at >= begin, inventory_changes.c.at < end)
        .order_by(inventory_changes.c.at, inventory_changes.c.id)
    )
    if host is not None:
        query = query.where(hosts.c.name == host)
    if kinds:
        query = query.where(inventory_changes.c.kind.in_([kind.value for kind in kinds]))
    return tuple(
        Change(row.host, Kind(row.kind), row.name, row.before, row.after, row.since, row.at)
        for row in connection.execute(query)
    )


def stock(connection: Connection, host: str, at: float) -> tuple[Stock, ...]:
    """What a host was made of at a time: what it is now, with all that became different since taken back."""
    query = select(surveys).join_from(surveys, hosts).where(hosts.c.name == host, surveys.c.first_at <= at)
    found = []
    for row in connection.execute(query.order_by(surveys.c.collector)).all():
        entries = _known(connection, row.host_id, row.collector)
        later = select(inventory_changes).where(
            inventory_changes.c.host_id == row.host_id,
            inventory_changes.c.collector == row.collector,
            inventory_changes.c.at > at,
        )
        seen_at = row.last_at
        for change in connection.execute(later.order_by(inventory_changes.c.id.desc())):
            seen_at = change.since
            if change.before is None:
                entries.pop((Kind(change.kind), change.name), None)
            else:
                entries[Kind(change.kind), change.name] = change.before
        told = tuple(Entry(kind, name, entries[kind, name]) for kind, name in sorted(entries))
        found.append(Stock(row.collector, min(seen_at, at), told))
    return tuple(found)


def known_since(connection: Connection) -> dict[str, float]:
    """By host, when what it is made of was first looked at, in epoch seconds."""
    first_at = func.min(surveys.c.first_at).label("first_at")
    query = select(hosts.c.name, first_at).join_from(surveys, hosts).group_by(hosts.c.name)
    return {row.name: row.first_at for row in connection.execute(query)}


def compared(connection: Connection, begin: float) -> frozenset[str]:
    """The hosts that were looked at both before a time and since: what changed between is known."""
    both = and_(surveys.c.first_at < begin, surveys.c.last_at >= begin)
    query = select(hosts.c.name).join_from(surveys, hosts).where(both).distinct()
    return frozenset(connection.execute(query).scalars())


def forget_old(connection: Connection, before: float) -> None:
    """Forget what nobody told of since a time: hosts that are off rounds for good, and tools that went."""
    old = select(surveys.c.host_id, surveys.c.collector).where(surveys.c.last_at < before)
    for host_id, collector in connection.execute(old).all():
        for table in (inventory, surveys):
            connection.execute(delete(table).where(table.c.host_id == host_id, table.c.collector == collector))


def _set_back(connection: Connection, host_id: int, survey: Survey) -> None:
    """The agent's clock went wrong, and is right again: what was seen at times to come was seen by now.

    Looks of one host come in their order, so an earlier time is never that of an earlier look.
    """
    at = survey.at
    for table, times in ((surveys, ("first_at",)), (inventory_changes, ("since", "at"))):
        mine = and_(table.c.host_id == host_id, table.c.collector == survey.collector)
        for time in times:
            connection.execute(update(table).where(mine, table.c[time] > at).values({time: at}))


def _known(connection: Connection, host_id: int, collector: str) -> dict[tuple[Kind, str], str]:
    query = select(inventory).where(inventory.c.host_id == host_id, inventory.c.collector == collector)
    return {(Kind(row.kind), row.name): row.value for row in connection.execute(query)}


def _replace(connection: Connection, host_id: int, collector: str, before: Known, after: Known) -> None:
    """Write only what differs."""
    place = {"host_id": host_id, "collector": collector}
    new = [
        {**place, "kind": kind.value, "name": name, "value": after[kind, name]}
        for kind, name in after
        if (kind, name) not in before
    ]
    other = [
        {**_which(place, kind, name), "new_value": after[kind, name]}
        for kind, name in after
        if before.get((kind, name), after[kind, name]) != after[kind, name]
    ]
    gone = [_which(place, kind, name) for kind, name in before if (kind, name) not in after]
    for statement, rows in ((_DELETE, gone), (_UPDATE, other), (insert(inventory), new)):
        if rows:
            connection.execute(statement, rows)


def _which(place: Mapping[str, Any], kind: Kind, name: str) -> dict[str, Any]:
    return {f"of_{key}": value for key, value in {**place, "kind": kind.value, "name": name}.items()}


_KEY = ("host_id", "collector", "kind", "name")
_OF = and_(*(inventory.c[key] == bindparam(f"of_{key}", type_=inventory.c[key].type) for key in _KEY))
_DELETE = delete(inventory).where(_OF)
_UPDATE = update(inventory).where(_OF).values(value=bindparam("new_value", type_=Text))
