"""What the processors spent their time on, in all and each, and how busy they were lately.

== /proc/sys/kernel/random/boot_id
1d4f6ae4-45d9-4c2e-8c3a-0c7c6a8a5a3c
== /proc/uptime
86423.51 158820.02
== /proc/stat
cpu  22593 0 13708 157516 1215 0 469 37 0 0
cpu0 8860 0 5883 82623 189 0 25 15 0 0
cpu1 13732 0 7824 74892 1025 0 444 21 0 0
intr 4405215 0 39 ...
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from collectors.contract import Collector, Sample, SampleType, UnreadableOutput
from collectors.contract.reading import blocks, decimal_number, pairs, whole_number
from collectors.processor_time import (
    MODES,
    Look,
    Times,
    Usage,
    parse_times,
    psutil_times,
    usage_between,
    was_reset,
    window,
)

FILES = ("/proc/sys/kernel/random/boot_id", "/proc/uptime", "/proc/stat")
BOOT_ID, UPTIME, STAT = map(Path, FILES)


@dataclass(frozen=True, slots=True)
class Processor:
    """One processor that is online, by the kernel's number."""

    number: int
    times: Times


@dataclass(frozen=True, slots=True)
class Cpu:
    """Counters since the start, and `usage` over the last five minutes as soon as there were two looks.

    `earlier` are the looks `usage` is made of, oldest first, see `window`.
    """

    boot_id: str | None
    uptime_seconds: float
    total: Times
    processors: tuple[Processor, ...]
    earlier: tuple[Look, ...] = ()
    usage: Usage | None = None


def parse(output: str) -> Cpu:
    """Facts from what the probe printed."""
    read = blocks(output, "/proc/uptime", "/proc/stat")
    # What follows is about interrupts, in lines of many thousand characters on a large machine.
    found = pairs(read["/proc/stat"].partition("\nintr ")[0], "cpu")
    processors = tuple(
        Processor(whole_number(name.removeprefix("cpu"), name), parse_times(words))
        for name, words in found.items()
        if name.startswith("cpu") and name != "cpu"
    )
    if not processors:
        raise UnreadableOutput("a line for each processor", found["cpu"])
    uptime = decimal_number(read["/proc/uptime"].partition(" ")[0].strip(), read["/proc/uptime"])
    return Cpu(
        read.get("/proc/sys/kernel/random/boot_id", "").strip() or None, uptime, parse_times(found["cpu"]), processors
    )


def read_local() -> Cpu:
    """Facts of this machine; where there is no /proc, what its system does not tell apart is zero."""
    # CLOCK_BOOTTIME is what /proc/uptime shows: no clock step moves it.
    uptime = time.clock_gettime(time.CLOCK_BOOTTIME) if psutil.LINUX else time.monotonic()
    if STAT.exists():
        # Not psutil, which numbers the processors anew where one of them is offline.
        paths = zip(FILES, (BOOT_ID, UPTIME, STAT), strict=True)
        return parse("".join(f"== {name}\n{path.read_text('ascii')}" for name, path in paths))
    return Cpu(
        boot_id=BOOT_ID.read_text("ascii").strip() if BOOT_ID.exists() else None,
        uptime_seconds=uptime,
        total=psutil_times(psutil.cpu_times()),
        processors=tuple(
            Processor(number, psutil_times(times)) for number, times in enumerate(psutil.cpu_times(percpu=True))
        ),
    )


def compare(previous: Cpu, current: Cpu) -> Cpu:
    """The current facts with `usage` since the oldest look that still counts."""
    last, now = (Look(facts.uptime_seconds, facts.total) for facts in (previous, current))
    if previous.boot_id != current.boot_id or was_reset(last, now):
        return current
    earlier = window(previous.earlier, last, now)
    return replace(current, earlier=earlier, usage=usage_between(earlier[0], now) if earlier else None)


def samples(cpu: Cpu) -> Iterator[Sample]:
    """As node_exporter's `cpu` collector names them."""
    counter = SampleType.COUNTER
    for processor in cpu.processors:
        name, times = str(processor.number), processor.times
        for mode in MODES:
            yield Sample(
                "node_cpu_seconds_total",
                getattr(times, mode),
                (("cpu", name), ("mode", mode)),
                "Seconds the CPUs spent in each mode.",
                counter,
            )
        for mode, seconds in (("user", times.guest), ("nice", times.guest_nice)):
            yield Sample(
                "node_cpu_guest_seconds_total",
                seconds,
                (("cpu", name), ("mode", mode)),
                "Seconds the CPUs spent in guests (VMs) for each mode.",
                counter,
            )


COLLECTOR = Collector(
    probe="",
    parse=parse,
    files=FILES,
    read_local=read_local,
    compare=compare,
    samples=samples,
)
