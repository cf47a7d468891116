"""A week or a month as JSON, for machines and for later questions.

Its shape is versioned by `schema`; keys may be added, never renamed. Times are ISO 8601 in the system's zone.
"""

from dataclasses import asdict

from checks.contract import State, Text
from exporters.contract import (
    BackupLine,
    CapacityLine,
    ChangeCount,
    CheckCard,
    DayLine,
    Figures,
    HostPeriod,
    PeriodIncident,
    PeriodRecord,
    SubjectLine,
)
from exporters.daily.quantities import iso
from exporters.daily.record import Json, written
from exporters.periodic.conclusion import conclude_period
from exporters.periodic.service import InTime, reached

SCHEMA = "rounds.period/1"


def page(period: PeriodRecord, edition: int = 1) -> str:
    """The record, one entry per line."""
    return written(document(period, edition))


def document(period: PeriodRecord, edition: int = 1) -> Json:
    """The record as JSON's own types."""
    zone, conclusion = period.timezone, conclude_period(period)
    return {
        "schema": SCHEMA,
        "kind": period.kind.value,
        "name": period.name,
        "number": period.number,
        "edition": edition,
        "system": period.system,
        "date": period.date.isoformat(),
        "timezone": zone,
        "begins_at": iso(period.begins_at, zone),
        "ends_at": iso(period.ends_at, zone),
        "made_at": iso(period.made_at, zone),
        "agent_version": period.agent_version,
        "person_on_duty": period.person_on_duty,
        "previous_sha256": period.previous_sha256,
        "conclusion": {
            "service_level_reached": conclusion.kept,
            "incomplete": conclusion.incomplete,
            "sentences": [_text(sentence) for sentence in conclusion.sentences],
        },
        "figures": _figures(period.figures),
        "before": _figures(period.before) if period.before else None,
        "before_number": period.before_number,
        "service_level": _service(period),
        "days": [_day(day, zone) for day in period.days],
        "hosts": [_host(line) for line in period.hosts],
        "incidents": [_incident(one, period) for one in period.incidents],
        "backups": [_backup(line) for line in period.backups],
        "capacity": [_capacity(line, zone) for line in period.capacity],
        "checks": [_subject(line) for line in period.subjects],
        "changes": [_change(count) for count in period.changes],
        "reviews": [{"by": r.by, "at": iso(r.at, zone), "comment": r.comment} for r in period.reviews],
    }


def _figures(figures: Figures) -> Json:
    return {
        **asdict(figures),
        "availability": figures.availability,
        "mean_repair_seconds": figures.mean_repair_seconds,
        "mean_between_failures_seconds": figures.mean_between_failures_seconds,
        "backup_success": figures.backup_success,
        "patch_coverage": figures.patch_coverage,
    }


def _service(period: PeriodRecord) -> Json:
    level = reached(period)
    return {
        "severity": _state(period.service_level.severity),
        "availability": {
            **asdict(level.availability),
            "share": level.availability.share,
            "kept": level.availability.is_kept,
        },
        "response": _in_time(level.response),
        "repair": _in_time(level.repair),
    }


def _in_time(limit: InTime) -> Json:
    return {**asdict(limit), "settled": limit.settled, "kept": limit.is_kept}


def _day(day: DayLine, zone: str) -> Json:
    return {
        **asdict(day),
        "date": day.date.isoformat(),
        "begins_at": iso(day.begins_at, zone),
        "ends_at": iso(day.ends_at, zone),
        "hours": day.hours,
        "made": day.is_made,
    }


def _host(line: HostPeriod) -> Json:
    return {
        "name": line.host.name,
        "project": line.host.project,
        "owner": line.host.owner,
        "role": line.host.role,
        "availability": line.availability,
        **{key: value for key, value in asdict(line).items() if key != "host"},
    }


def _incident(one: PeriodIncident, period: PeriodRecord) -> Json:
    until = period.ends_at if one.ended_at is None else one.ended_at
    return {
        "id": one.id,
        "host": one.host,
        **_check(one.check),
        "item": one.item,
        "worst": _state(one.worst),
        "summary": _text(one.summary),
        "began_at": iso(one.began_at, period.timezone),
        "ended_at": iso(one.ended_at, period.timezone),
        "answered_at": iso(one.answered_at, period.timezone),
        "seconds": round(until - one.began_at),
        "first_on": one.first_on.isoformat(),
        "last_on": one.last_on.isoformat(),
        "notes": [{**asdict(note), "at": iso(note.at, period.timezone)} for note in one.notes],
    }


def _backup(line: BackupLine) -> Json:
    counts = {"due": line.due, "ok": line.ok, "failed": line.failed, "not_checked": line.unchecked}
    return {"host": line.host, "set": line.item, **counts, "days": [_state(state) for state in line.states]}


def _capacity(line: CapacityLine, zone: str) -> Json:
    return {
        **asdict(line),
        "first_on": line.first_on.isoformat(),
        "last_on": line.last_on.isoformat(),
        "full_at": iso(line.full_at, zone),
    }


def _subject(line: SubjectLine) -> Json:
    numbers = {key: value for key, value in asdict(line).items() if key not in ("check", "unchecked")}
    return {**_check(line.check), **numbers, "not_checked": line.unchecked}


def _change(count: ChangeCount) -> Json:
    return {**asdict(count), "total": count.total}


def _check(check: CheckCard) -> Json:
    return {"check": check.name, "title": _text(check.title), "section": check.section}


def _state(state: State | None) -> str | None:
    return None if state is None else state.name.lower()


def _text(text: Text) -> Json:
    return {"en": text.en, "zh": text.zh}
