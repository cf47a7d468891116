"""What the processors spent their time on, in all and each, and how busy they were lately.

boot_id 1d4f6ae4-45d9-4c2e-8c3a-0c7c6a8a5a3c
uptime 86423.51
cpu  22593 0 13708 157516 1215 0 469 37 0 0
cpu0 8860 0 5883 82623 189 0 25 15 0 0
cpu1 13732 0 7824 74892 1025 0 444 21 0 0
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from collectors.contract import Collector, Sample, SampleType, UnreadableOutput
from collectors.contract.reading import decimal_number, pairs, whole_number
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

BOOT_ID, STAT = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/stat")

# On a small machine the shell itself reads the processors' lines, at a quarter of what starting grep costs. On a
# large one it must not: dash reads byte by byte, and bash makes the kernel write all of /proc/stat anew for every
# line. exec saves a fork: the section runs in a subshell of its own.
PROBE = """\
boot_id=; read -r boot_id </proc/sys/kernel/random/boot_id
read -r up idle </proc/uptime
last=; read -r last </sys/devices/system/cpu/online
last=${last##*[-,]} lines=
if [ "${last:-16}" -lt 16 ]; then
  while read -r name times; do
    case $name in
      cpu*) lines="$lines
$name $times" ;;
      *) break ;;
    esac
  done </proc/stat
fi
echo "boot_id $boot_id
uptime $up$lines"
[ -n "$lines" ] || exec grep '^cpu' /proc/stat
"""


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
    found = pairs(output, "uptime", "cpu")
    processors = tuple(
        Processor(whole_number(name.removeprefix("cpu"), name), parse_times(words))
        for name, words in found.items()
        if name.startswith("cpu") and name != "cpu"
    )
    if not processors:
        raise UnreadableOutput("a line for each processor", found["cpu"])
    uptime = decimal_number(found["uptime"])
    return Cpu(found.get("boot_id") or None, uptime, parse_times(found["cpu"]), processors)


def read_local() -> Cpu:
    """Facts of this machine; where there is no /proc, what its system does not tell apart is zero."""
    # CLOCK_BOOTTIME is what /proc/uptime shows: no clock step moves it.
    uptime = time.clock_gettime(time.CLOCK_BOOTTIME) if psutil.LINUX else time.monotonic()
    boot_id = BOOT_ID.read_text("ascii").strip() if BOOT_ID.exists() else ""
    if STAT.exists():
        # Not psutil, which numbers the processors anew where one of them is offline.
        lines = [line for line in STAT.read_text("ascii").split("\n") if line.startswith("cpu")]
        return parse("\n".join((f"boot_id {boot_id}", f"uptime {uptime:.2f}", *lines)))
    return Cpu(
        boot_id=boot_id or None,
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


COLLECTOR = Collector(probe=PROBE, parse=parse, read_local=read_local, compare=compare, samples=samples)
