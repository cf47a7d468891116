"""What is started at boot: systemd's units and whether they are enabled, OpenRC's services, or links of runlevels."""

# == systemd
# ssh.service                            enabled         enabled
# cryptdisks.service                     masked          enabled
# Elsewhere `== openrc` and lines of `sshd |      default`; `== sysv` and lines of `/etc/rc2.d/S01sshd`.

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from collectors.contract import Collector, Entry, Kind, NoPermission, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks
from collectors.inventoried import entries

# Timers are told by their own collector, with when they run.
PROBE = r"""
if [ -d /run/systemd/system ]; then
  echo "== systemd"
  # By pattern: of a --type systemd would load every unit there is.
  systemctl list-unit-files --no-legend --no-pager --full '*.service' '*.socket' '*.path' '*.automount' 2>&1
elif command -v rc-update >/dev/null; then
  echo "== openrc"
  rc-update show 2>/dev/null
else
  echo "== sysv"
  for link in /etc/rc[S2345].d/S[0-9]* /etc/rc.d/rc[S2345].d/S[0-9]* /etc/init.d/S[0-9]*; do
    [ ! -e "$link" ] || echo "$link"
  done
fi
:
"""

# The others cannot be enabled, are only other names, or are made while the host runs.
_OF_PEOPLE = (
    *("enabled", "enabled-runtime", "disabled", "masked", "masked-runtime", "linked", "linked-runtime", "indirect"),
    *("generated", "bad"),
)
_OTHERS = ("static", "alias", "transient", "invalid")
_UNIT = re.compile(r"(\S+\.(?:service|socket|path|automount))\s+([a-z-]+)(?:\s+\S+)?\s*")
_LINK = re.compile(r"/etc/(?:rc\.d/)?(?:rc([S2345])\.d|init\.d)/S\d+(.+)")


class Starter(StrEnum):
    """What starts services here."""

    SYSTEMD = "systemd"
    OPENRC = "openrc"
    SYSV = "sysv"


@dataclass(frozen=True, slots=True)
class StartedUnit:
    """A service and its `state`: systemd's word, such as `enabled` or `masked`, or the runlevels it starts in."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class EnabledUnits:
    """All that can be enabled or is."""

    starter: Starter
    units: tuple[StartedUnit, ...]


def parse(output: str) -> EnabledUnits:
    """Raises `UnreadableOutput`, `NotApplicable` (nothing that is known starts services), `NoPermission` (no bus)."""
    parts = blocks(output)
    starter = next((starter for starter in Starter if starter in parts), None)
    if starter is None:
        raise UnreadableOutput("systemd, openrc or sysv", output.partition("\n")[0])
    read = {Starter.SYSTEMD: _systemd, Starter.OPENRC: _openrc, Starter.SYSV: _sysv}[starter]
    states: dict[str, list[str]] = {}
    for line in parts[starter].split("\n"):
        for name, state in read(line) if line.strip() else ():
            states.setdefault(name, []).append(state)
    units = tuple(StartedUnit(name, " ".join(sorted(set(states[name])))) for name in sorted(states))
    if not units and starter is Starter.SYSV:
        raise NotApplicable("neither systemd nor OpenRC nor links of runlevels here")
    if not units:
        raise UnreadableOutput("units", parts[starter].partition("\n")[0])
    return EnabledUnits(starter, units)


def _systemd(line: str) -> Iterator[tuple[str, str]]:
    match = _UNIT.fullmatch(line)
    if match is None or match[2] not in (*_OF_PEOPLE, *_OTHERS):
        if "denied" in line or "connect to bus" in line:
            raise NoPermission(f"systemctl: {line.strip()[:200]}")
        raise UnreadableOutput("a unit file and its state", line)
    if match[2] in _OF_PEOPLE:
        yield match[1], match[2]


def _openrc(line: str) -> Iterator[tuple[str, str]]:
    name, bar, levels = line.partition("|")
    if not bar or len(name.split()) != 1:
        raise UnreadableOutput("a service | its runlevels", line)
    if levels.split():
        yield name.strip(), "enabled in " + " ".join(sorted(levels.split()))


def _sysv(line: str) -> Iterator[tuple[str, str]]:
    match = _LINK.fullmatch(line)
    if match is None:
        raise UnreadableOutput("a link that starts a service", line)
    yield match[2], match[1] or "boot"


def inventory(facts: EnabledUnits) -> Iterator[Entry]:
    """Each unit that people enable or disable, and what it is; of runlevels those it starts in."""
    words = "runlevels " if facts.starter is Starter.SYSV else ""
    yield from entries(Kind.SERVICE, ((unit.name, f"{words}{unit.state}") for unit in facts.units))


COLLECTOR = Collector(probe=PROBE, parse=parse, every_seconds=3 * 3600, timeout_seconds=30, inventory=inventory)
