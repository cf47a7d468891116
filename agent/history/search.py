"""Looking back: changes of state, and single rounds, that fit a description."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, false, func, or_, select

from agent.history.changes import transition_of
from agent.history.daybook import batched
from agent.history.schema import hosts, items, runs, transitions
from agent.history.timeline import Trouble, troubles
from agent.problems import Kind, Transition
from checks.contract import State
from collectors.contract import Reason
from exporters.contract import Lane, incident_id

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for, from `begin` to `end` (epoch seconds). What is empty does not matter.

    `item` may hold `*` and `?`. A change has the state that it led to; a round that did not reach its host is UNKNOWN,
    any other OK. Of more than `most` the last are found.
    """

    begin: float
    end: float
    hosts: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    item: str = ""
    states: tuple[State, ...] = ()
    most: int = 1000


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """What was found, the oldest first, and how many there were in all."""

    total: int
    found: tuple[T, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """A change of state, and the id of the incident that it belongs to; empty: to none."""

    change: Transition
    incident: str


@dataclass(frozen=True, slots=True)
class PastRound:
    """One round on one host; `reason` says why it did not reach it."""

    host: str
    lane: Lane
    started_at: float
    finished_at: float
    reason: Reason | None

    @property
    def state(self) -> State:
        """OK, or UNKNOWN when the host was not reached."""
        return State.OK if self.reason is None else State.UNKNOWN


def events(connection: Connection, sought: Sought, *, everything: bool = False) -> Found[Event]:
    """The changes of state that were confirmed, but for what was normal at its first sight; or `everything`."""
    wanted = [transitions.c.at >= sought.begin, transitions.c.at < sought.end]
    if not everything:
        wanted.append(transitions.c.kind == Kind.HARD.value)
        wanted.append(or_(transitions.c.before.is_not(None), transitions.c.after != State.OK.value))
    if sought.hosts:
        wanted.append(hosts.c.name.in_(sought.hosts))
    if sought.checks:
        wanted.append(items.c.check.in_(sought.checks))
    if sought.item:
        wanted.append(items.c.item.ilike(_like(sought.item), escape="\\"))
    if sought.states:
        wanted.append(transitions.c.after.in_([state.value for state in sought.states]))
    columns = (transitions, hosts.c.name.label("host"), items.c.check, items.c.item)
    query = select(*columns).join_from(transitions, items).join(hosts).where(*wanted)
    order = (transitions.c.at.desc(), transitions.c.id.desc())
    total, rows = _last_of(connection, query, order, sought.most)
    changes = [(row.item_id, transition_of(row, (row.host, row.check, row.item))) for row in rows]
    known = _troubles(connection, {item_id for item_id, _ in changes}, sought.end)
    return Found(total, tuple(Event(change, _incident(change, known[item_id])) for item_id, change in changes))


def rounds(connection: Connection, sought: Sought) -> Found[PastRound]:
    """The rounds that ended in that time."""
    wanted: list[ColumnElement[bool]] = [runs.c.finished_at >= sought.begin, runs.c.finished_at < sought.end]
    if sought.hosts:
        wanted.append(hosts.c.name.in_(sought.hosts))
    if sought.states:
        fates = {State.OK: runs.c.reason.is_(None), State.UNKNOWN: runs.c.reason.is_not(None)}
        wanted.append(or_(false(), *(fate for state, fate in fates.items() if state in sought.states)))
    query = select(runs, hosts.c.name.label("host")).join_from(runs, hosts).where(*wanted)
    total, rows = _last_of(connection, query, (runs.c.finished_at.desc(), runs.c.id.desc()), sought.most)
    made = (
        PastRound(r.host, Lane(r.lane), r.started_at, r.finished_at, None if r.reason is None else Reason(r.reason))
        for r in rows
    )
    return Found(total, tuple(made))


def _last_of(
    connection: Connection, query: Select[Any], newest_first: Sequence[ColumnElement[Any]], most: int
) -> tuple[int, list[Row[Any]]]:
    """How many rows there are, and the last of them, the oldest first."""
    rows = list(connection.execute(query.order_by(*newest_first).limit(most)))
    counted = select(func.count()).select_from(query.subquery())
    total = len(rows) if len(rows) < most else int(connection.execute(counted).scalar_one())
    return total, rows[::-1]


def _troubles(connection: Connection, item_ids: Collection[int], end: float) -> dict[int, list[Trouble]]:
    """Every confirmed problem that some items had until then."""
    hard: defaultdict[int, list[Transition]] = defaultdict(list)
    columns = (transitions, hosts.c.name.label("host"), items.c.check, items.c.item)
    for some in batched(sorted(item_ids)):
        mine = (transitions.c.item_id.in_(some), transitions.c.kind == Kind.HARD.value, transitions.c.at < end)
        query = select(*columns).join_from(transitions, items).join(hosts).where(*mine).order_by(transitions.c.id)
        for row in connection.execute(query):
            hard[row.item_id].append(transition_of(row, (row.host, row.check, row.item)))
    return {item_id: troubles(hard[item_id]) for item_id in item_ids}


def _incident(change: Transition, known: Sequence[Trouble]) -> str:
    for trouble in known:
        over = trouble.noticed_end_at is not None and change.at > trouble.noticed_end_at
        if trouble.began_at <= change.since and not over:
            return incident_id(change.host, change.check, change.item, trouble.began_at)
    return ""


def _like(glob: str) -> str:
    escaped = re.sub(r"([\\%_])", r"\\\1", glob)
    return escaped.replace("*", "%").replace("?", "_")
