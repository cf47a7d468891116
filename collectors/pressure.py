"""Pressure stall information: how much time programs lose waiting for processors, memory and disks.

== /proc/pressure/memory
some avg10=0.00 avg60=1.04 avg300=0.59 total=111584493
full avg10=0.00 avg60=0.42 avg300=0.11 total=99380921
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import Collector, NotApplicable, Sample, SampleType, UnreadableOutput
from collectors.contract.reading import blocks, decimal_number, whole_number

_FOLDER = "/proc/pressure/"
_EXPECTED = {"cpu": ("some",), "memory": ("some", "full"), "io": ("some", "full"), "irq": ("full",)}
RESOURCES = tuple(_EXPECTED)

_LINE = re.compile(r"(some|full) avg10=(\S+) avg60=(\S+) avg300=(\S+) total=(\S+)")


@dataclass(frozen=True, slots=True)
class Stalls:
    """Parts, 0..1, of the last 10, 60 and 300 seconds that were lost, and the seconds lost since the start."""

    ratio_10: float
    ratio_60: float
    ratio_300: float
    total_seconds: float


@dataclass(frozen=True, slots=True)
class Pressure:
    """The pressure on one of `RESOURCES`.

    `some` is the time in which at least one task waited for it, `full` that in which no task of those that had work
    got on. Kernels before 5.13 have no `full` for processors; later ones print zeros, since for the whole system it
    has no meaning. `irq` (6.1) has no `some`.
    """

    resource: str
    some: Stalls | None
    full: Stalls | None


def parse(output: str) -> tuple[Pressure, ...]:
    """The resources the kernel tells of. Raises `UnreadableOutput`, `NotApplicable` where it accounts for none."""
    # Where the kernel was not started with psi=1 and needs that, the files are there but opening them fails.
    parts = {name.removeprefix(_FOLDER): text for name, text in blocks(output).items() if text.strip()}
    if not parts:
        raise NotApplicable("no pressure stall information: needs Linux 4.20, and psi=1 at its start where it is off")
    for name, text in parts.items():
        if name not in RESOURCES:
            raise UnreadableOutput(f"files of {_FOLDER}", name or text)
    return tuple(_pressure(name, parts[name]) for name in RESOURCES if name in parts)


def _pressure(resource: str, text: str) -> Pressure:
    stalls: dict[str, Stalls] = {}
    for line in text.split("\n"):
        if not line:
            continue
        match = _LINE.fullmatch(line)
        if match is None or match[1] in stalls:
            raise UnreadableOutput("a line of pressure stall information", line)
        ratio_10, ratio_60, ratio_300 = (_ratio(match[group], line) for group in (2, 3, 4))
        stalls[match[1]] = Stalls(ratio_10, ratio_60, ratio_300, whole_number(match[5], line) / 1_000_000)
    for kind in _EXPECTED[resource]:
        if kind not in stalls:
            raise UnreadableOutput(f"a line {kind!r} in {_FOLDER}{resource}", text.strip())
    return Pressure(resource, stalls.get("some"), stalls.get("full"))


def _ratio(percent: str, line: str) -> float:
    ratio = decimal_number(percent, line) / 100
    if not 0 <= ratio <= 1:
        raise UnreadableOutput("a percentage from 0 to 100", line)
    return ratio


_WAITING = {
    "cpu": "Total time in seconds that processes have waited for CPU time",
    "memory": "Total time in seconds that processes have waited for memory",
    "io": "Total time in seconds that processes have waited due to IO congestion",
}
_STALLED = {
    "memory": "Total time in seconds no process could make progress due to memory congestion",
    "io": "Total time in seconds no process could make progress due to IO congestion",
    "irq": "Total time in seconds no process could make progress due to IRQ congestion",
}


def samples(pressures: tuple[Pressure, ...]) -> Iterator[Sample]:
    """As node_exporter's `pressure` collector names them."""
    for pressure in pressures:
        for word, helps, stalls in (("waiting", _WAITING, pressure.some), ("stalled", _STALLED, pressure.full)):
            if stalls is not None and pressure.resource in helps:
                name = f"node_pressure_{pressure.resource}_{word}_seconds_total"
                yield Sample(name, stalls.total_seconds, (), helps[pressure.resource], SampleType.COUNTER)


COLLECTOR = Collector(probe="", files=tuple(_FOLDER + resource for resource in RESOURCES), parse=parse, samples=samples)
