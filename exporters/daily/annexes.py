"""What stands in the JSON record besides the lines of the day: courses, evidence, and what people added."""

import math
from datetime import date, timedelta
from typing import Any

from checks.contract import State
from exporters.contract import CalendarRow, Evidence, IncidentNote, Review, Series
from exporters.daily.quantities import iso

Json = dict[str, Any]


def note(note: IncidentNote, timezone: str) -> Json:
    """What somebody noted of an incident."""
    return {
        "by": note.by,
        "at": iso(note.at, timezone),
        "effect": note.effect,
        "cause": note.cause,
        "measure": note.measure,
        "owner": note.owner,
        "due": note.due,
        "comment": note.comment,
        "account": note.account,
    }


def review(review: Review, timezone: str) -> Json:
    """Who read the record and answers for it."""
    return {
        "number": review.number,
        "by": review.by,
        "at": iso(review.at, timezone),
        "comment": review.comment,
        "account": review.account,
    }


def evidence(evidence: Evidence, timezone: str) -> Json:
    """The answer of a host that lines rest on."""
    return {
        "host": evidence.host,
        "collector": evidence.collector,
        "at": iso(evidence.at, timezone),
        "command_sha256": evidence.command_sha256,
        "answer_sha256": evidence.answer_sha256,
        "exit_status": evidence.exit_status,
        "seconds": finite(evidence.seconds),
    }


def series(series: Series, timezone: str) -> Json:
    """A day's course of one measurement, hour by hour."""
    return {
        "host": series.host,
        "check": series.check.name,
        "item": series.item,
        "measurement": series.measurement,
        "unit": series.unit,
        "warn": finite(series.warn),
        "crit": finite(series.crit),
        "hours": [
            {
                "from": iso(one.at, timezone),
                "mean": finite(one.mean),
                "min": finite(one.least),
                "max": finite(one.most),
            }
            for one in series.points
        ],
    }


def calendar(row: CalendarRow, until: date) -> Json:
    """The states by day; null: nothing is known of that day."""
    last = len(row.states) - 1
    days = {(until - timedelta(last - place)).isoformat(): state_name(state) for place, state in enumerate(row.states)}
    return {"subject": row.subject, "host": row.host, "item": row.item, "days": days}


def finite(value: float | None) -> float | None:
    """JSON knows no infinity and no NaN."""
    return value if value is not None and math.isfinite(value) else None


def state_name(state: State | None) -> str | None:
    """The name of a state, in small letters."""
    return None if state is None else state.name.lower()
