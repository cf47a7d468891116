"""What the agent takes up again when it starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from agent.history.schema import facts, hosts, items
from agent.history.sheet import MEASUREMENTS
from agent.hysteresis import MARGIN, presumed
from agent.problems import Standing
from checks.contract import State, Text
from collectors.contract import Reason


@dataclass(frozen=True, slots=True)
class Restored:
    """`tracked` for the tracker; `facts` as JSON by (host, collector).

    A state that was not yet confirmed begins its confirmation anew.
    """

    tracked: tuple[Standing, ...]
    facts: Mapping[tuple[str, str], str]


def restored(connection: Connection) -> Restored:
    """Read it all."""
    present = select(items, hosts.c.name.label("host")).join_from(items, hosts).where(items.c.seen.is_not(None))
    kept = select(hosts.c.name, facts.c.collector, facts.c.json).join_from(facts, hosts)
    return Restored(
        tracked=tuple(_standing(row) for row in connection.execute(present)),
        facts={(host, collector): json for host, collector, json in connection.execute(kept)},
    )


def kept_facts(connection: Connection, host: str) -> Mapping[str, str]:
    """The kept facts of one host, as JSON by collector."""
    query = select(facts.c.collector, facts.c.json).join_from(facts, hosts).where(hosts.c.name == host)
    return {row.collector: row.json for row in connection.execute(query)}


def _standing(row: Row[Any]) -> Standing:
    seen = State(row.seen)
    measurements = MEASUREMENTS.validate_json(row.measurements) if row.measurements else ()
    return Standing(
        host=row.host,
        check=row.check,
        item=row.item,
        seen=seen,
        seen_since=row.seen_since,
        hard=None if row.hard is None else State(row.hard),
        hard_since=row.hard_since,
        reason=None if row.seen_reason is None else Reason(row.seen_reason),
        summary=Text(row.seen_summary_en, row.seen_summary_zh),
        troubled=int(seen in (State.WARN, State.CRIT)),
        crossed=presumed(seen, measurements, MARGIN),
    )
