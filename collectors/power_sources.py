"""Mains adapters and batteries that the kernel knows: of small servers, of laptops that serve.

AC/type:Mains
AC/online:0
BAT0/type:Battery
BAT0/status:Discharging
BAT0/capacity:81
BAT0/health:Good
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.bare_metal import TELL_VIRTUAL, absent
from collectors.contract import Collector, Sample, UnreadableOutput
from collectors.contract.reading import whole_number

PROBE = f"""\
set --
cd /sys/class/power_supply 2>/dev/null && for source in *; do
  [ ! -d "$source" ] || set -- "$@" "$source/type" "$source/scope" "$source/online" "$source/status" \\
    "$source/capacity" "$source/health"
done
if [ $# = 0 ]; then
{TELL_VIRTUAL}
else
  grep -s . /dev/null "$@" 2>/dev/null
fi
return 0
"""

_FILE = re.compile(r"([^/]{1,60})/(type|scope|online|status|capacity|health):(.*)")


@dataclass(frozen=True, slots=True)
class PowerSource:
    """An adapter or a battery of the machine itself, not of a mouse. None: it does not tell.

    `kind` is the kernel's word: Mains, USB, Battery, UPS. `is_online` is of adapters, the rest of batteries.
    """

    name: str
    kind: str
    is_online: bool | None
    status: str | None
    charge_ratio: float | None
    health: str | None


def parse(output: str) -> tuple[PowerSource, ...]:
    """Raises `UnreadableOutput`, `NotApplicable` (none)."""
    files: dict[str, dict[str, str]] = {}
    for line in output.split("\n"):
        if (found := _FILE.fullmatch(line)) is not None:
            files.setdefault(found[1], {})[found[2]] = found[3].strip()
        elif line.strip() and line != "== virtual":
            raise UnreadableOutput("a file of /sys/class/power_supply and its content", line)
    sources = tuple(_source(name, told) for name, told in files.items() if told.get("scope") != "Device")
    if not sources:
        raise absent("no adapter or battery in /sys/class/power_supply", "as in most servers", output)
    return sources


def _source(name: str, told: dict[str, str]) -> PowerSource:
    if "type" not in told:
        raise UnreadableOutput("the type of a power source", name)
    return PowerSource(
        name=name,
        kind=told["type"],
        is_online=told["online"] != "0" if "online" in told else None,
        status=told.get("status"),
        charge_ratio=whole_number(told["capacity"], name) / 100 if "capacity" in told else None,
        health=told.get("health"),
    )


def samples(sources: tuple[PowerSource, ...]) -> Iterator[Sample]:
    """As node_exporter's collector `powersupplyclass` names them, those that are judged."""
    for source in sources:
        charge = None if source.charge_ratio is None else round(source.charge_ratio * 100)
        online = None if source.is_online is None else float(source.is_online)
        for name, value in (("capacity", charge), ("online", online)):
            if value is not None:
                words = f"{name} value of /sys/class/power_supply/<power_supply>."
                yield Sample(f"node_power_supply_{name}", value, (("power_supply", source.name),), words)


COLLECTOR = Collector(probe=PROBE, parse=parse, every_seconds=300, timeout_seconds=20, samples=samples)
