"""Services: systemd's failed units and the units asked for; without systemd the names of all processes."""

# Under systemd the units asked for, then those that failed:
#   == asked
#   nginx
#   == units
#   (one a line) Type=forking, Result=success, Id=nginx.service, LoadState=loaded, ActiveState=active ...
# Elsewhere `== asked` and `== processes`, with one name a line.

from collections.abc import Mapping
from dataclasses import dataclass

from collectors.contract import Collector, NoPermission, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, whole_number

# `show` answers in the order of the names, with an empty line between, for units that do not exist too; then come those
# that `*` stands for, of which --state leaves the failed. To learn that there are none dbus-send takes half the time.
PROBE = r"""
if [ -d /run/systemd/system ]; then
  echo "== asked"; [ $# = 0 ] || printf '%s\n' "$@"
  echo "== units"
  if [ $# = 0 ]; then
    failed=$(dbus-send --system --print-reply=literal --dest=org.freedesktop.systemd1 /org/freedesktop/systemd1 \
      org.freedesktop.DBus.Properties.Get string:org.freedesktop.systemd1.Manager string:NFailedUnits 2>/dev/null)
    case $failed in *" uint32 0") return ;; esac
  fi
  exec systemctl show --no-pager --state=failed \
    -p Id,LoadState,ActiveState,SubState,Type,Result,ExecMainStartTimestampMonotonic,TriggeredBy -- "$@" '*' 2>&1
else
  [ $# -gt 0 ] || { echo "== asked
== processes"; return; }
  echo "== asked"; printf '%s\n' "$@"
  [ -r /proc/1/comm ] || echo "== hidden"
  echo "== processes"
  cat /proc/[0-9]*/comm 2>/dev/null | sort -u
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
    """With `systemd`: failed units of every type, and the units asked for. Without: the process names there are.

    `timed` are the names of those failed units that a timer starts.
    """

    systemd: bool
    failed: tuple[Unit, ...] = ()
    asked: tuple[AskedUnit, ...] = ()
    process_names: tuple[str, ...] = ()
    timed: tuple[str, ...] = ()


def parse(output: str) -> Services:
    """Raises `UnreadableOutput`, `NotApplicable` (no systemd, nothing asked), `NoPermission` (hidden /proc, no bus)."""
    # Split off first: a process may bear any name.
    head, found, names = output.partition("== processes\n")
    parts = blocks(head, "asked")
    if found and "units" not in parts:
        return _without_systemd(parts, names)
    asked = parts["asked"].split()
    shown = [_properties(text) for text in blocks(output, "units")["units"].strip("\n").split("\n\n") if text]
    if len(shown) < len(asked):
        raise UnreadableOutput(f"{len(asked)} units", parts["units"].partition("\n")[0])
    failed = tuple(dict.fromkeys(_unit(properties) for properties in shown[len(asked) :]))
    if len({unit.name for unit in failed}) < len(failed) or any(unit.active != "failed" for unit in failed):
        raise UnreadableOutput("each failed unit once", ", ".join(f"{unit.name} {unit.active}" for unit in failed))
    return Services(
        systemd=True,
        failed=failed,
        asked=tuple(_asked(name, properties) for name, properties in zip(asked, shown, strict=False)),
        timed=tuple(dict.fromkeys(one["Id"] for one in shown[len(asked) :] if ".timer" in one.get("TriggeredBy", ""))),
    )


def _without_systemd(parts: Mapping[str, str], names: str) -> Services:
    if "hidden" in parts:
        raise NoPermission(
            "/proc hides other users' processes (hidepid): add the login to the group it is mounted with"
        )
    if not parts.get("asked", "").strip():
        raise NotApplicable("no systemd here, and no required services to look for among the processes")
    return Services(systemd=False, process_names=tuple(dict.fromkeys(name for name in names.split("\n") if name)))


def _properties(text: str) -> Mapping[str, str]:
    values: dict[str, str] = {}
    for line in text.split("\n"):
        key, equals, value = line.partition("=")
        if not equals or " " in key:
            if "denied" in line:
                raise NoPermission(f"systemctl: {line.strip()}")
            raise UnreadableOutput("a property as systemctl show prints it", line)
        values[key] = value
    return values


def _unit(values: Mapping[str, str]) -> Unit:
    for key in ("Id", "LoadState", "ActiveState", "SubState"):
        if not values.get(key):
            raise UnreadableOutput(f"a unit's property {key}", ", ".join(f"{k}={v}" for k, v in values.items()))
    if values["ActiveState"] not in _STATES:
        raise UnreadableOutput("a known ActiveState", values["ActiveState"])
    return Unit(values["Id"], values["LoadState"], values["ActiveState"], values["SubState"])


def _asked(name: str, values: Mapping[str, str]) -> AskedUnit:
    ticks = values.get("ExecMainStartTimestampMonotonic", "")
    return AskedUnit(
        asked=name,
        unit=_unit(values),
        kind=values.get("Type", ""),
        result=values.get("Result", ""),
        started=whole_number(ticks, f"{name}: {ticks}") > 0 if ticks else None,
    )


COLLECTOR = Collector(probe=PROBE, parse=parse, timeout_seconds=10)
