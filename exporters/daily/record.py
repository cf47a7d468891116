"""The daily log as JSON: every item, for machines and for later questions.

Its shape is versioned by `schema`; keys may be added, never renamed. Times are ISO 8601 in the day's zone.
"""

import json
import re
from collections.abc import Iterator, Mapping

from checks.contract import Measurement, Text
from exporters.contract import (
    Change,
    CheckCard,
    DayRecord,
    HostCard,
    HostChanges,
    HostLine,
    Incident,
    ItemLine,
)
from exporters.daily import annexes
from exporters.daily.conclusion import conclude
from exporters.daily.inert import visible
from exporters.daily.quantities import iso
from exporters.daily.statistics import Statistics
from exporters.daily.topics import not_covered

SCHEMA = "rounds.daily/1"

Json = annexes.Json
_UNSEEN = re.compile(r"[^\x20-\x7e\n\u4e00-\u9fff]+")


def page(day: DayRecord, edition: int = 1) -> str:
    """The record as JSON text."""
    return written(document(day, edition))


def written(record: Json) -> str:
    """A record, one item per line, so that `grep` and `diff` are of use.

    Invisible and bidirectional characters are escaped: an editor shows what is there.
    """
    return "".join(lines(record))


def lines(record: Mapping[str, object]) -> Iterator[str]:
    """The same line by line; a list may be an iterator, which is asked for its items one at a time."""
    before = "{\n"
    for key, value in record.items():
        for text in _entry(key, value):
            yield before + _UNSEEN.sub(lambda match: _escaped(match[0]), text)
            before = ""
        before = ",\n"
    yield "\n}\n"


def _entry(key: str, value: object) -> Iterator[str]:
    if not isinstance(value, list | Iterator) or value == []:
        yield f"  {_compact(key)}: {_compact(value)}"
        return
    before = f"  {_compact(key)}: [\n    "
    for item in value:
        yield before + _compact(item)
        before = ",\n    "
    yield "\n  ]" if before.startswith(",") else f"  {_compact(key)}: []"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def document(day: DayRecord, edition: int = 1) -> Json:
    """The record as JSON's own types."""
    numbers, conclusion = Statistics.of(day), conclude(day)
    return {
        "schema": SCHEMA,
        "number": day.number,
        "edition": edition,
        "system": day.system,
        "date": day.date.isoformat(),
        "timezone": day.timezone,
        "begins_at": iso(day.begins_at, day.timezone),
        "ends_at": iso(day.ends_at, day.timezone),
        "made_at": iso(day.made_at, day.timezone),
        "agent_version": day.agent_version,
        "person_on_duty": day.person_on_duty,
        "conclusion": {
            "findings": conclusion.findings,
            "incomplete": conclusion.incomplete,
            "worst": annexes.state_name(conclusion.worst),
            "no_data": conclusion.no_data,
            "sentences": [_text(sentence) for sentence in conclusion.sentences],
        },
        "statistics": {
            "hosts": {"due": numbers.hosts_due, "done": numbers.hosts_done, "not_checked": numbers.hosts_not_done},
            "items": {
                "due": numbers.items.due,
                "done": numbers.items.done,
                "normal": numbers.items.normal,
                "abnormal": numbers.items.abnormal,
                "critical": numbers.items.critical,
                "warning": numbers.items.warning,
                "not_checked": numbers.items.unchecked,
                "not_applicable": numbers.items.not_applicable,
            },
            "rounds": {"made": numbers.rounds, "failed": numbers.rounds_failed},
            "incidents": {"resolved": numbers.resolved, "open": numbers.open},
        },
        "hosts": [_host_line(line, day.timezone) for line in day.hosts],
        "items": [_item(line, day.timezone) for line in day.items],
        "incidents": [_incident(incident, day) for incident in day.incidents],
        "changes": [_changes(host, day.timezone) for host in day.changes],
        "out_of_service": [_host(card) for card in day.out_of_service],
        "not_covered": [_text(topic.title) for topic in not_covered(day)],
        "began_at": iso(day.began_at, day.timezone),
        "gaps": [{"from": iso(a, day.timezone), "until": iso(b, day.timezone)} for a, b in day.gaps],
        "series": [annexes.series(series, day.timezone) for series in day.series],
        "calendar": [annexes.calendar(row, day.date) for row in day.calendar],
        "evidence": [annexes.evidence(evidence, day.timezone) for evidence in day.evidence],
        "reviews": [annexes.review(review, day.timezone) for review in day.reviews],
        "previous_sha256": day.previous_sha256,
    }


def _host_line(line: HostLine, timezone: str) -> Json:
    return {
        **_host(line.host),
        "checked": line.checked,
        "state": annexes.state_name(line.state),
        "rounds": line.rounds,
        "rounds_failed": line.rounds_failed,
        "reason": line.reason,
        "message": line.message,
        "checked_at": iso(line.checked_at, timezone),
    }


def _host(card: HostCard) -> Json:
    return {
        "name": card.name,
        "address": card.address,
        "role": card.role,
        "owner": card.owner,
        "location": card.location,
        "project": card.project,
        "groups": list(card.groups),
    }


def _item(line: ItemLine, timezone: str) -> Json:
    return {
        "host": line.host,
        **_check(line.check),
        "item": line.item,
        "state": annexes.state_name(line.state),
        "reason": line.reason,
        "worst": annexes.state_name(line.worst),
        "summary": _text(line.summary),
        "since": iso(line.since, timezone),
        "checked_at": iso(line.checked_at, timezone),
        "measurements": [_measurement(measurement) for measurement in line.measurements],
    }


def _incident(incident: Incident, day: DayRecord) -> Json:
    until = min(day.ends_at, day.made_at) if incident.ended_at is None else incident.ended_at
    return {
        "id": incident.id,
        "host": incident.host,
        **_check(incident.check),
        "item": incident.item,
        "worst": annexes.state_name(incident.worst),
        "summary": _text(incident.summary),
        "began_at": iso(incident.began_at, day.timezone),
        "ended_at": iso(incident.ended_at, day.timezone),
        "seconds": round(until - incident.began_at),
        "changes_before": [_change(change, day.timezone) for change in incident.changes_before],
        "changes_before_total": incident.changes_before_total,
        "is_lapse": incident.is_lapse,
        "notes": [annexes.note(note, day.timezone) for note in incident.notes],
    }


def _changes(host: HostChanges, timezone: str) -> Json:
    return {"host": host.host, "total": host.total, "changes": [_change(change, timezone) for change in host.changes]}


def _change(change: Change, timezone: str) -> Json:
    return {
        "kind": change.kind,
        "name": change.name,
        "before": change.before,
        "after": change.after,
        "not_before": iso(change.since, timezone),
        "seen_at": iso(change.at, timezone),
    }


def _check(check: CheckCard) -> Json:
    return {"check": check.name, "title": _text(check.title), "layer": check.layer, "section": check.section}


def _measurement(measurement: Measurement) -> Json:
    return {
        "name": measurement.name,
        "value": annexes.finite(measurement.value),
        "unit": measurement.unit,
        "warn": annexes.finite(measurement.warn),
        "crit": annexes.finite(measurement.crit),
    }


def _text(text: Text) -> Json:
    return {"en": text.en, "zh": text.zh}


def _escaped(text: str) -> str:
    """`text` with what cannot be seen as JSON's own escapes; beyond the first plane these come in pairs."""
    if visible(text) == text:
        return text
    return "".join(c if visible(c) == c else json.dumps(c)[1:-1] for c in text)
