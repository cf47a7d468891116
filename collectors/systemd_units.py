"""systemd as a whole: every unit and its state, sockets that wait for connections, and when timers last ran."""

# == system
# Version=252.39-1~deb12u2, and on a line of its own SystemState=running
# == units
# cron.service loaded active running
# == properties
# (one after the other, with an empty line between) Id=ssh.socket, NAccepted=0, NConnections=0, NRefused=0

import re

from collectors.contract import Collector, NoPermission, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, whole_number
from collectors.systemd_state import STATES, LastRun, Socket, StateCount, Systemd, UnitState, samples
from collectors.unit_properties import UnitProperties, units

# In UTC, which no name of a zone makes ambiguous. A pattern stands for units that are loaded; without --all, active.
# Descriptions stay there: that of a unit made by systemd-run is its command line, with whatever secret is in it.
PROBE = r"""
[ -d /run/systemd/system ] || { echo "== none"; return; }
TZ=UTC; export TZ
echo "== system"
system=$(systemctl show --no-pager -p Version,SystemState 2>&1) ||
  { echo "== refused"; printf '%s\n' "$system"; return; }
printf '%s\n== units\n' "$system"
systemctl list-units --all --plain --no-legend --no-pager --full 2>/dev/null |
  sed -e 's/^[^ .]* \{1,\}//' -e 's/^\([^ ]* *[^ ]* *[^ ]* *[^ ]*\).*/\1/'
echo "== properties"
systemctl show --all --no-pager -p Id,Type,NRestarts,NAccepted,NConnections,NRefused,LastTriggerUSec -- \
  '*.service' '*.socket' '*.timer' 2>/dev/null
:
"""

_UNIT = re.compile(r"(\S+\.[a-z]+) +([a-z-]+) +([a-z]+) +\S+(?: .*)?")
# As Debian's node_exporter is set, which asks systemd by default: what comes and goes by itself, and targets.
_LEFT_OUT = (".automount", ".device", ".mount", ".scope", ".slice", ".target")


def parse(output: str) -> Systemd:
    """Raises `UnreadableOutput`, `NotApplicable` (no systemd), `NoPermission` (it does not answer the login)."""
    parts = blocks(output)
    if "none" in parts:
        raise NotApplicable("no systemd here")
    if "refused" in parts:
        said = parts["refused"].strip()
        raise NoPermission(f"systemctl: {said[:200]}") if "denied" in said else UnreadableOutput("systemd", said)
    parts = blocks(output, "system", "units", "properties")
    system = next(units(parts["system"]), UnitProperties({}))
    told = {unit.required("Id"): unit for unit in units(parts["properties"])}
    listed = [_listed(line) for line in parts["units"].split("\n") if line.strip()]
    states = sorted({*STATES, *(active for _, _, active in listed)})
    shown = [(name, active) for name, load, active in listed if load == "loaded" and not name.endswith(_LEFT_OUT)]
    names = [name for name, _ in shown if name in told]
    if not listed or len({name for name, _, _ in listed}) < len(listed):
        raise UnreadableOutput("each unit once", listed[0][0] if listed else "")
    return Systemd(
        version=system.required("Version"),
        state=system.text("SystemState"),
        counts=tuple(StateCount(one, sum(active == one for _, _, active in listed)) for one in states),
        units=tuple(UnitState(name, active, *_service(name, told.get(name))) for name, active in shown),
        sockets=tuple(_socket(name, told[name]) for name in names if name.endswith(".socket")),
        timers=tuple(
            LastRun(name, told[name].moment("LastTriggerUSec") or 0.0) for name in names if name.endswith(".timer")
        ),
    )


def _listed(line: str) -> tuple[str, str, str]:
    found = _UNIT.fullmatch(line.strip())
    if found is None:
        raise UnreadableOutput("a unit with its states, as systemctl lists it", line)
    return found[1], found[2], found[3]


def _service(name: str, unit: UnitProperties | None) -> tuple[str, int | None]:
    if unit is None or not name.endswith(".service"):
        return "", None
    restarts = unit.text("NRestarts")
    return unit.text("Type"), whole_number(restarts) if restarts else None


def _socket(name: str, unit: UnitProperties) -> Socket:
    refused = unit.text("NRefused")
    accepted, current = (whole_number(unit.required(key)) for key in ("NAccepted", "NConnections"))
    return Socket(name, accepted, current, whole_number(refused) if refused else None)


# Rules for crash loops look back five minutes, and must see two looks.
COLLECTOR = Collector(probe=PROBE, parse=parse, every_seconds=120, timeout_seconds=20, samples=samples)
