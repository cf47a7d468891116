"""Services: systemd's failed units and the units asked for; without systemd the names of all processes."""

# Under systemd:
#   == failed
#   billing.service loaded failed failed Billing
#   == asked
#   nginx
#   == units
#   (one a line) Type=forking, Result=success, Id=nginx.service, LoadState=loaded, ActiveState=active ...
# Elsewhere `== asked` and `== processes`, with one name a line.

from collections.abc import Mapping
from dataclasses import dataclass

from collectors.contract import Collector, NoPermission, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, whole_number

# `show` answers in the order of the names, with an empty line between, for units that do not exist too.
PROBE = r"""
if [ -d /run/systemd/system ]; then
  echo "== failed"
  systemctl list-units --state=failed --all --plain --no-legend --no-pager --full 2>&1 || return 1
  [ $# = 0 ] && return
  echo "== asked"; printf '%s\n' "$@"
  echo "== units"
  systemctl show --no-pager -p Id,LoadState,ActiveState,SubState,Type,Result,ExecMainStartTimestampMonotonic \
    -- "$@" 2>&1
else
  echo "== asked"; [ $# = 0 ] || printf '%s\n' "$@"
  [ $# = 0 ] || [ -r /proc/1/comm ] || echo "== hidden"
  echo "== processes"
  [ $# = 0 ] || cat /proc/[0-9]*/comm 2>/dev/null | sort -u
fi
"""

_STATES = frozenset(
    ("active", "reloading", "inactive", "failed", "activating", "deactivating", "maintenance", "refreshing")
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit under its full name; `load`, `active` and `sub` are systemd's words, such as loaded, active, running."""

    name: str
    load: str
    active: str
    sub: str


@dataclass(frozen=True, slots=True)
class AskedUnit:
    """A unit that a check asked for, under the name it was `asked` by; `unit.name` differs where that is an alias.

    `kind` and `result` are systemd's Type and Result, "" for what is no service. `started` is whether its
    main process ran since the host started; None where systemd does not say.
    """

    asked: str
    unit: Unit
    kind: str
    result: str
    started: bool | None


@dataclass(frozen=True, slots=True)
class Services:
    """With `systemd`: failed units of every type, and the units asked for. Without: the process names there are."""

    systemd: bool
    failed: tuple[Unit, ...] = ()
    asked: tuple[AskedUnit, ...] = ()
    process_names: tuple[str, ...] = ()


def parse(output: str) -> Services:
    """Raises `UnreadableOutput`, `NotApplicable` (no systemd, nothing asked), `NoPermission` (hidden /proc, no bus)."""
    # Split off first: a process may bear any name.
    head, found, names = output.partition("== processes\n")
    parts = blocks(head)
    if found and "failed" not in parts:
        return _without_systemd(parts, names)
    parts = blocks(output, "failed")
    failed = tuple(dict.fromkeys(_failed(line) for line in parts["failed"].split("\n") if line.strip()))
    if len({unit.name for unit in failed}) < len(failed):
        raise UnreadableOutput("each failed unit once", parts["failed"].partition("\n")[0])
    if "asked" not in parts:
        return Services(systemd=True, failed=failed)
    asked = parts["asked"].split()
    if "units" not in parts:
        raise UnreadableOutput("a part 'units'", output.partition("\n")[0])
    shown = [block for block in parts["units"].strip("\n").split("\n\n") if block]
    if len(shown) != len(asked):
        raise UnreadableOutput(f"{len(asked)} units", parts["units"].partition("\n")[0])
    return Services(True, failed, tuple(_asked(name, block) for name, block in zip(asked, shown, strict=True)))


def _without_systemd(parts: Mapping[str, str], names: str) -> Services:
    if "hidden" in parts:
        raise NoPermission(
            "/proc hides other users' processes (hidepid): add the login to the group it is mounted with"
        )
    if not parts.get("asked", "").strip():
        raise NotApplicable("no systemd here, and no required services to look for among the processes")
    return Services(systemd=False, process_names=tuple(dict.fromkeys(name for name in names.split("\n") if name)))


def _failed(line: str) -> Unit:
    # Before --plain was understood everywhere a bullet came first.
    words = line.lstrip("●×*○↻ ").split(None, 4)
    if len(words) < 4 or "." not in words[0] or words[2] not in _STATES:
        if "denied" in line:
            raise NoPermission(f"systemctl: {line.strip()}")
        raise UnreadableOutput("a failed unit: its name and states", line)
    return Unit(words[0], words[1], words[2], words[3])


def _asked(name: str, block: str) -> AskedUnit:
    values: dict[str, str] = {}
    for line in block.split("\n"):
        key, equals, value = line.partition("=")
        if not equals:
            raise UnreadableOutput("a property as systemctl show prints it", line)
        values[key] = value
    for key in ("Id", "LoadState", "ActiveState", "SubState"):
        if not values.get(key):
            raise UnreadableOutput(f"property {key} of {name}", block.partition("\n")[0])
    if values["ActiveState"] not in _STATES:
        raise UnreadableOutput("a known ActiveState", values["ActiveState"])
    ticks = values.get("ExecMainStartTimestampMonotonic", "")
    return AskedUnit(
        asked=name,
        unit=Unit(values["Id"], values["LoadState"], values["ActiveState"], values["SubState"]),
        kind=values.get("Type", ""),
        result=values.get("Result", ""),
        started=whole_number(ticks, block) > 0 if ticks else None,
    )


COLLECTOR = Collector(probe=PROBE, parse=parse, timeout_seconds=10)
