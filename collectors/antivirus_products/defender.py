"""Microsoft Defender for Endpoint on Linux: what `mdatp` says of its health, its scans and its threats."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from collectors.antivirus_products.clock import HostClock
from collectors.antivirus_products.product import Database, Detection, Disposition, Infected, Product, Scan
from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number

# Times are in milliseconds. Who the organisation and the machine are stays on the host.
#
# == defender health
# {"appVersion": "101.24112.0003", "definitionsUpdated": "1795270000000", "healthy": true, "healthIssues": [],
#  "realTimeProtectionEnabled": {"source": "local", "value": true}, ...}
# == defender scans
# [{"endTime": "1795250400000", "filesScanned": "41210", "startTime": "1795249800000", "state": "succeeded",
#   "threats": [], "type": "quick"}]
# == defender threats
# {"threats": {"scans": [{"threats": [{"history": [{"key": "1795250000000", "value": "quarantined"}],
#   "threat": {"name": "Virus:DOS/EICAR_Test_File", "tracking_id": "..."}}]}]}}
PROBE = r"""
command -v mdatp >/dev/null || return 0
echo "== defender health"
mdatp health --output json 2>&1 | sed -E 's/("(org|machine|edr|device|group)[A-Za-z]*" *: *)"[^"]*"/\1""/g'
echo "== defender scans"
mdatp scan list --output json 2>&1
echo "== defender threats"
mdatp threat list --output json 2>&1
"""

ROOT_COMMANDS: tuple[str, ...] = ()

_NAME = "Microsoft Defender"
_STATES = {"quarantined": Disposition.QUARANTINED, "removed": Disposition.REMOVED, "cleaned": Disposition.REMOVED}
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
_SHOWN = 20


def read(parts: Mapping[str, str], clock: HostClock) -> Product | None:
    """The facts, or None where it is not installed."""
    if "defender health" not in parts:
        return None
    health = _json(parts["defender health"])
    if not isinstance(health, dict):
        # Its daemon is asked for everything; without it there is only a sentence.
        complaint = parts["defender health"].strip().partition("\n")[0][:120]
        return Product(_NAME, None, False, False, None, None, None, (complaint,), (), (), (), (), ())
    return Product(
        name=_NAME,
        version=_text(health.get("appVersion")),
        daemon=True,
        answers=True,
        real_time=_truth(health.get("realTimeProtectionEnabled")),
        updates=_truth(health.get("automaticDefinitionUpdateEnabled")),
        healthy=_truth(health.get("healthy")),
        complaints=tuple(str(issue)[:120] for issue in _list(health.get("healthIssues")))[:5],
        databases=_definitions(health, clock),
        missing=(),
        scans=tuple(_scans(_json(parts.get("defender scans", "")))),
        detections=tuple(_threats(_json(parts.get("defender threats", "")), clock.now))[:_SHOWN],
        closed=(),
    )


def _json(text: str) -> Any:
    """What is written, or None where it is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _inner(value: Any) -> Any:
    """Settings come with where they were set: {"source": "local", "value": true}."""
    return value.get("value") if isinstance(value, dict) else value


def _truth(value: Any) -> bool | None:
    return {"true": True, "enabled": True, "false": False, "disabled": False}.get(str(_inner(value)).lower())


def _text(value: Any) -> str | None:
    return value[:80] if isinstance(value, str) and value else None


def _number(value: Any) -> int | None:
    """A whole number, in digits or as text."""
    word = str(_inner(value))
    return whole_number(word) if _NUMBER.fullmatch(word) else None


def _definitions(health: Mapping[str, Any], clock: HostClock) -> tuple[Database, ...]:
    milliseconds, minutes = (
        _number(health.get("definitionsUpdated")),
        _number(health.get("definitionsUpdatedMinutesAgo")),
    )
    if milliseconds is None and minutes is None:
        raise UnreadableOutput("definitionsUpdated in mdatp's health", ", ".join(map(str, health))[:120])
    built = clock.now - 60 * (minutes or 0) if milliseconds is None else milliseconds // 1000
    return (Database("security intelligence", _text(health.get("definitionsVersion")), built, None, official=True),)


def _scans(listed: Any) -> Iterator[Scan]:
    """The newest of those that came to their end."""
    whole = []
    for scan in _list(listed):
        ended = _number(scan.get("endTime")) if isinstance(scan, dict) else None
        if ended and str(scan.get("state", "succeeded")).lower() in ("succeeded", "completed"):
            whole.append((ended // 1000, scan))
    if whole:
        ended, scan = max(whole, key=lambda one: one[0])
        # Of threats it does not say here what they are, nor what became of them: its list of threats does.
        infected = 0 if scan.get("threats") == [] else None
        yield Scan(f"mdatp {_text(scan.get('type')) or 'scan'}", ended, _number(scan.get("filesScanned")), infected, ())


def _threats(listed: Any, now: int) -> Iterator[Detection]:
    """What it has found, with what became of it last and when; what still lies there is found now."""
    scans = listed.get("threats") if isinstance(listed, dict) else None
    scans = _list(scans.get("scans") if isinstance(scans, dict) else scans)
    for scan in scans:
        for entry in _list(scan.get("threats") if isinstance(scan, dict) else None):
            threat = entry.get("threat") if isinstance(entry, dict) else None
            if isinstance(threat, dict) and (name := _text(threat.get("name"))):
                history = [step for step in _list(entry.get("history")) if isinstance(step, dict)]
                last = max(history, key=lambda step: _number(step.get("key")) or 0, default={})
                disposition = _STATES.get(str(last.get("value")).lower(), Disposition.LEFT)
                at = (_number(last.get("key")) or 0) // 1000 if disposition is not Disposition.LEFT else now
                yield Detection(at, Infected(_text(threat.get("path")), name, disposition))
