"""What the kernel takes the time from, and what else it could.

== /sys/devices/system/clocksource/clocksource0/available_clocksource
kvm-clock tsc acpi_pm
== /sys/devices/system/clocksource/clocksource0/current_clocksource
tsc
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import Collector, NotApplicable, Sample, UnreadableOutput
from collectors.contract.reading import blocks

_FOLDER = "/sys/devices/system/clocksource"
_FILES = tuple(f"{_FOLDER}/*/{which}_clocksource" for which in ("available", "current"))
_PATH = re.compile(rf"{_FOLDER}/clocksource([0-9]{{1,5}})/(available|current)_clocksource")


@dataclass(frozen=True, slots=True)
class ClockSources:
    """Of one device, by its number; Linux has one, `0`."""

    device: str
    available: tuple[str, ...]
    current: str


def parse(output: str) -> tuple[ClockSources, ...]:
    """Raises `UnreadableOutput`, `NotApplicable` where there is no sysfs."""
    found: dict[str, dict[str, str]] = {}
    for path, text in blocks(output).items():
        if (match := _PATH.fullmatch(path)) is not None:
            found.setdefault(match[1], {})[match[2]] = text.strip()
    if not found:
        raise NotApplicable(f"no clock sources in {_FOLDER}")
    return tuple(_sources(device, found[device]) for device in sorted(found))


def _sources(device: str, told: dict[str, str]) -> ClockSources:
    available, current = tuple(told.get("available", "").split()), told.get("current", "")
    if len(current.split()) != 1 or current not in available or len(set(available)) < len(available):
        raise UnreadableOutput("clock sources, and the one of them in use", " ".join((*available, "/", current)))
    return ClockSources(device, available, current)


def samples(every: tuple[ClockSources, ...]) -> Iterator[Sample]:
    """As node_exporter's collector `time` names them."""
    help_available = f"Available clocksources read from '{_FOLDER}'."
    help_current = f"Current clocksource read from '{_FOLDER}'."
    for found in every:
        device = ("device", found.device)
        for name in found.available:
            yield Sample("node_time_clocksource_available_info", 1, (("clocksource", name), device), help_available)
        yield Sample("node_time_clocksource_current_info", 1, (("clocksource", found.current), device), help_current)


COLLECTOR = Collector(probe="", files=_FILES, parse=parse, every_seconds=300, samples=samples)
