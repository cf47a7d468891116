"""What the agent takes up again when it starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from agent.history.schema import facts, hosts, items, runs
from agent.history.sheet import MEASUREMENTS
from agent.hysteresis import MARGIN, presumed
from agent.problems import Standing
from checks.contract import State, Text
from collectors.contract import Reason
from exporters.contract import Lane


@dataclass(frozen=True, slots=True)
class Run:
    """One round of a lane on a host; `reason` is why it failed, None when it did not. Times are epoch seconds."""

    host: str
    lane: Lane
    started_at: float
    finished_at: float
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Restored:
    """`tracked` for the tracker; `facts` as JSON by (host, collector); `last_runs` by (host, lane).

    A state that was not yet confirmed begins its confirmation anew.
    """

    tracked: tuple[Standing, ...]
    facts: Mapping[tuple[str, str], str]
    last_runs: Mapping[tuple[str, Lane], Run]


def restored(connection: Connection) -> Restored:
    """Read it all."""
    present = select(items, hosts.c.name.label("host")).join_from(items, hosts).where(items.c.seen.is_not(None))
    kept = select(hosts.c.name, facts.c.collector, facts.c.json).join_from(facts, hosts)
    return Restored(
        tracked=tuple(_standing(row) for row in connection.execute(present)),
        facts={(host, collector): json for host, collector, json in connection.execute(kept)},
        last_runs={(run.host, run.lane): run for lane in Lane for run in _last_runs(connection, lane)},
    )


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


def _last_runs(connection: Connection, lane: Lane) -> list[Run]:
    of_lane = and_(runs.c.host_id == hosts.c.id, runs.c.lane == lane.value)
    last = select(func.max(runs.c.finished_at)).where(of_lane).correlate(hosts).scalar_subquery()
    query = select(runs, hosts.c.name.label("host")).join_from(hosts, runs, and_(of_lane, runs.c.finished_at == last))
    return [
        Run(row.host, lane, row.started_at, row.finished_at, None if row.reason is None else Reason(row.reason))
        for row in connection.execute(query)
    ]
