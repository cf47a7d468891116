"""Thermal zones and what cools them, as the kernel's thermal framework has them.

cooling_device0/cur_state:0
cooling_device0/max_state:10
cooling_device0/type:Processor
thermal_zone0/temp:45000
thermal_zone0/type:x86_pkg_temp
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.bare_metal import TELL_VIRTUAL, absent
from collectors.contract import Collector, Sample, UnreadableOutput
from collectors.contract.reading import whole_number

_FILES = (
    *("thermal_zone*/type", "thermal_zone*/temp"),
    *("cooling_device*/type", "cooling_device*/cur_state", "cooling_device*/max_state"),
)

# One fork. A zone whose sensor is off cannot be read, and is left out.
PROBE = f"""\
cd /sys/class/thermal 2>/dev/null && for one in thermal_zone* cooling_device*; do
  [ ! -d "$one" ] || {{ grep -s . /dev/null {" ".join(_FILES)}; return 0; }}
done 2>/dev/null
{TELL_VIRTUAL}
return 0
"""

_FILE = re.compile(r"(thermal_zone|cooling_device)([0-9]{1,5})/(type|temp|cur_state|max_state):(.*)")


@dataclass(frozen=True, slots=True)
class ThermalZone:
    """`number` is the kernel's, which differs from boot to boot; `kind` its driver's name for it."""

    number: str
    kind: str
    celsius: float


@dataclass(frozen=True, slots=True)
class CoolingDevice:
    """A fan, or a processor that can be slowed down. `state` 0 is no cooling, `most` is all it can do."""

    number: str
    kind: str
    state: int
    most: int


@dataclass(frozen=True, slots=True)
class Thermal:
    """All that can be read."""

    zones: tuple[ThermalZone, ...]
    devices: tuple[CoolingDevice, ...]


def parse(output: str) -> Thermal:
    """Raises `UnreadableOutput`, `NotApplicable` (none)."""
    files: dict[tuple[str, str], dict[str, str]] = {}
    for line in output.split("\n"):
        if (found := _FILE.fullmatch(line)) is not None:
            files.setdefault((found[1], found[2]), {})[found[3]] = found[4].strip()
        elif line.strip() and line != "== virtual":
            raise UnreadableOutput("a file of /sys/class/thermal and its content", line)
    if not files:
        raise absent("nothing in /sys/class/thermal", "the kernel has no driver for it", output)
    zones = (
        ThermalZone(number, told.get("type", ""), whole_number(told["temp"], told["temp"]) / 1000)
        for (kind, number), told in files.items()
        if kind == "thermal_zone" and "temp" in told
    )
    devices = (
        CoolingDevice(number, told.get("type", ""), whole_number(told["cur_state"]), whole_number(told["max_state"]))
        for (_, number), told in files.items()
        if told.keys() >= {"cur_state", "max_state"}
    )
    return Thermal(tuple(zones), tuple(devices))


def samples(thermal: Thermal) -> Iterator[Sample]:
    """As node_exporter's collector `thermal_zone` names them."""
    for zone in thermal.zones:
        labels = (("type", zone.kind), ("zone", zone.number))
        yield Sample("node_thermal_zone_temp", zone.celsius, labels, "Zone temperature in Celsius")
    for device in thermal.devices:
        labels = (("name", device.number), ("type", device.kind))
        for name, state, word in (("cur_state", device.state, "Current"), ("max_state", device.most, "Maximum")):
            text = f"{word} throttle state of the cooling device"
            yield Sample(f"node_cooling_device_{name}", state, labels, text)


COLLECTOR = Collector(probe=PROBE, parse=parse, every_seconds=300, timeout_seconds=20, samples=samples)
