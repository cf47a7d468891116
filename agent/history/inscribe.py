"""Writes a sheet into the tables, within one transaction."""

import time
from collections import Counter, deque
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Double, SmallInteger, bindparam, case, delete, func, update
from sqlalchemy import insert as plain_insert

from agent.history.ids import Ids, ItemKey
from agent.history.schema import facts, items, rollups, runs, tallies, transitions
from agent.history.sheet import SLOT, Sheet, clean, measurements_json
from agent.history.surveys import Survey, compare_with_known
from agent.history.upsert import insert
from agent.problems import Transition
from collectors.contract import Kind

_RESULT = ("summary_en", "summary_zh", "measurements", "checked_at")


def inscribe(connection: Connection, sheet: Sheet, ids: Ids) -> None:
    """Write everything on the sheet but its surveys. `ids` learns what is new."""
    ids.learn_hosts(connection, sheet.hosts)
    ids.learn_items(connection, sheet.items)
    _results(connection, sheet, ids)
    _tallies(connection, sheet, ids)
    _rollups(connection, sheet, ids)
    _transitions(connection, sheet, ids)
    _runs(connection, sheet, ids)
    _facts(connection, sheet, ids)


def inscribe_surveys(
    connection: Connection, surveys: deque[Survey], ids: Ids, seconds: float
) -> list[tuple[Survey, Counter[Kind]]]:
    """Compare inventories with what is known, and take them from `surveys`, until none is left or `seconds` are over.

    To write one again changes nothing. Returns those taken, with how many entries of each kind became different.
    """
    compared = []
    until = time.monotonic() + seconds
    ids.learn_hosts(connection, {survey.host for survey in surveys})
    while surveys and time.monotonic() < until:
        survey = surveys.popleft()
        compared.append((survey, compare_with_known(connection, ids.hosts[survey.host], survey)))
    return compared


def _results(connection: Connection, sheet: Sheet, ids: Ids) -> None:
    rows = [
        {
            "row": ids.items[key],
            "new_state": int(result.state),
            "new_summary_en": clean(result.summary.en),
            "new_summary_zh": clean(result.summary.zh),
            "new_measurements": measurements_json(result.measurements),
            "new_checked_at": at,
            "slot_start": float(slot * SLOT),
        }
        for (key, slot), (at, result) in sheet.results.items()
    ]
    if rows:
        connection.execute(_UPDATE_RESULT, rows)


_is_earlier = items.c.checked_at < bindparam("slot_start", type_=Double)
_UPDATE_RESULT = (
    update(items)
    .where(items.c.id == bindparam("row"))
    .values(
        state=bindparam("new_state", type_=SmallInteger),
        **{name: bindparam(f"new_{name}", type_=items.c[name].type) for name in _RESULT},
        **{f"earlier_{name}": case((_is_earlier, items.c[name]), else_=items.c[f"earlier_{name}"]) for name in _RESULT},
    )
)


def _tallies(connection: Connection, sheet: Sheet, ids: Ids) -> None:
    rows = []
    for (start, key), tally in sheet.tallies.items():
        ok, warn, unknown, crit = tally.counts
        rows.append(
            {
                "start": start,
                "item_id": ids.items[key],
                "ok": ok,
                "warn": warn,
                "unknown": unknown,
                "crit": crit,
                "unchecked": tally.unchecked,
                "reason": _plain(tally.reason),
                "detail": clean(tally.detail) if tally.reason else None,
                "first_at": tally.first_at,
                "last_at": tally.last_at,
            }
        )
    if not rows:
        return
    statement = insert(connection, tallies)
    new, counts = statement.excluded, ("ok", "warn", "unknown", "crit", "unchecked")
    statement = statement.on_conflict_do_update(
        index_elements=["start", "item_id"],
        set_={
            **{name: tallies.c[name] + new[name] for name in counts},
            "reason": func.coalesce(new.reason, tallies.c.reason),
            "detail": func.coalesce(new.detail, tallies.c.detail),
            "first_at": _lesser(tallies.c.first_at, new.first_at),
            "last_at": _greater(tallies.c.last_at, new.last_at),
        },
    )
    connection.execute(statement, rows)


def _rollups(connection: Connection, sheet: Sheet, ids: Ids) -> None:
    keys = {(ids.items[key], name, unit) for _, key, name, unit in sheet.ranges}
    ids.learn_series(connection, keys)
    rows = [
        {
            "granularity": "hour",
            "start": start,
            "series_id": ids.series[ids.items[key], name, unit],
            "count": values.count,
            "min": values.least,
            "sum": values.total,
            "max": values.most,
        }
        for (start, key, name, unit), values in sheet.ranges.items()
    ]
    if not rows:
        return
    statement = insert(connection, rollups)
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["granularity", "start", "series_id"],
        set_={
            "count": rollups.c.count + new["count"],
            "min": _lesser(rollups.c.min, new["min"]),
            "sum": rollups.c.sum + new["sum"],
            "max": _greater(rollups.c.max, new["max"]),
        },
    )
    connection.execute(statement, rows)


def _transitions(connection: Connection, sheet: Sheet, ids: Ids) -> None:
    if sheet.transitions:
        connection.execute(plain_insert(transitions), [_transition(t, ids) for t in sheet.transitions])
    if sheet.seen:
        rows = [{"row": ids.items[key], **_seen(transition)} for key, transition in sheet.seen.items()]
        connection.execute(_UPDATE_SEEN, rows)
    if sheet.hard:
        connection.execute(_UPDATE_HARD, [_hard(key, transition, ids) for key, transition in sheet.hard.items()])
    forgotten = [ids.hosts[host] for host in sheet.forgotten if host in ids.hosts]
    if forgotten:
        connection.execute(delete(facts).where(facts.c.host_id.in_(forgotten)))
        nothing = dict.fromkeys(("seen", "hard", "hard_since"))
        connection.execute(update(items).where(items.c.host_id.in_(forgotten)).values(**nothing))


_SEEN = ("seen", "seen_since", "seen_reason", "seen_summary_en", "seen_summary_zh")
_UPDATE_SEEN = (
    update(items)
    .where(items.c.id == bindparam("row"))
    .values(**{name: bindparam(f"new_{name}", type_=items.c[name].type) for name in _SEEN})
)
_UPDATE_HARD = (
    update(items)
    .where(items.c.id == bindparam("row"))
    .values(
        hard=bindparam("new_hard", type_=SmallInteger),
        hard_since=bindparam("new_hard_since", type_=Double),
    )
)


def _transition(transition: Transition, ids: Ids) -> dict[str, Any]:
    return {
        "item_id": ids.items[transition.host, transition.check, clean(transition.item)],
        "at": transition.at,
        "since": transition.since,
        "before": _plain(transition.before),
        "after": _plain(transition.after),
        "kind": _plain(transition.kind),
        "reason": _plain(transition.reason),
        "summary_en": clean(transition.summary.en),
        "summary_zh": clean(transition.summary.zh),
    }


def _seen(transition: Transition) -> dict[str, Any]:
    return {
        "new_seen": _plain(transition.after),
        "new_seen_since": transition.since,
        "new_seen_reason": _plain(transition.reason),
        "new_seen_summary_en": clean(transition.summary.en),
        "new_seen_summary_zh": clean(transition.summary.zh),
    }


def _hard(key: ItemKey, transition: Transition, ids: Ids) -> dict[str, Any]:
    return {"row": ids.items[key], "new_hard": _plain(transition.after), "new_hard_since": transition.at}


def _runs(connection: Connection, sheet: Sheet, ids: Ids) -> None:
    rows = [
        {
            "host_id": ids.hosts[report.host.name],
            "lane": report.lane.value,
            "started_at": report.started_at,
            "finished_at": report.finished_at,
            "reason": report.failure.reason.value if report.failure else None,
        }
        for report in sheet.runs
    ]
    if rows:
        connection.execute(plain_insert(runs), rows)


def _facts(connection: Connection, sheet: Sheet, ids: Ids) -> None:
    rows = [
        {"host_id": ids.hosts[host], "collector": collector, "at": at, "json": json}
        for (host, collector), (at, json) in sheet.facts.items()
    ]
    if not rows:
        return
    statement = insert(connection, facts)
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["host_id", "collector"], set_={"at": new["at"], "json": new.json}
    )
    connection.execute(statement, rows)


def _plain(member: Enum | None) -> Any:
    """The value of an enum: a driver may write an enum by its name."""
    return None if member is None else member.value


def _lesser(old: Any, new: Any) -> Any:
    return case((new < old, new), else_=old)


def _greater(old: Any, new: Any) -> Any:
    return case((new > old, new), else_=old)
