"""Transitions as they were written."""

from typing import Any

from sqlalchemy import Connection, Row, select

from agent.history.ids import ItemKey
from agent.history.schema import hosts, items, transitions
from agent.problems import Kind, Transition
from checks.contract import State, Text
from collectors.contract import Reason


def changes(connection: Connection, begin: float, end: float, host: str | None) -> tuple[Transition, ...]:
    """Every change of state between `begin` and `end`, of all hosts or one, the oldest first."""
    query = (
        select(transitions, hosts.c.name.label("host"), items.c.check, items.c.item)
        .join_from(transitions, items)
        .join(hosts)
        .where(transitions.c.at >= begin, transitions.c.at < end)
        .order_by(transitions.c.at, transitions.c.id)
    )
    if host is not None:
        query = query.where(hosts.c.name == host)
    return tuple(transition_of(row, (row.host, row.check, row.item)) for row in connection.execute(query))


def transition_of(row: Row[Any], key: ItemKey) -> Transition:
    """A transition of the item `key` from its row."""
    host, check, item = key
    return Transition(
        at=row.at,
        host=host,
        check=check,
        item=item,
        before=None if row.before is None else State(row.before),
        after=None if row.after is None else State(row.after),
        kind=Kind(row.kind),
        reason=None if row.reason is None else Reason(row.reason),
        summary=Text(row.summary_en, row.summary_zh),
        since=row.since,
    )
