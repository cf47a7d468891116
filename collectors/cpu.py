"""What the processors spent their time on, in all and each, and how busy they were lately.

boot_id 1d4f6ae4-45d9-4c2e-8c3a-0c7c6a8a5a3c
uptime 86423.51
cpu  22593 0 13708 157516 1215 0 469 37 0 0
cpu0 8860 0 5883 82623 189 0 25 15 0 0
cpu1 13732 0 7824 74892 1025 0 444 21 0 0
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

import psutil

from collectors.contract import Collector, Sample, SampleType, UnreadableOutput
from collectors.contract.reading import decimal_number, pairs, whole_number

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

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

# The unit of /proc/stat, sysconf(_SC_CLK_TCK). It is part of the kernel's interface to programs, and 100 on every
# architecture Linux still runs on but Alpha; asking getconf would cost a fork per round.
USER_HZ = 100

WINDOW_SECONDS = 300.0
LONGEST_WINDOW_SECONDS = 3600.0
SPACING_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds since the start, by what they were spent on; guests are also part of `user` and `nice`."""

    user: float
    nice: float
    system: float
    idle: float
    iowait: float
    irq: float
    softirq: float
    steal: float
    guest: float = 0.0
    guest_nice: float = 0.0


MODES = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
"""What the time of a processor is divided into, without counting any twice."""


@dataclass(frozen=True, slots=True)
class Processor:
    """One processor that is online, by the kernel's number."""

    number: int
    times: Times


@dataclass(frozen=True, slots=True)
class Look:
    """The times of all processors together when the host had been up for so long."""

    uptime_seconds: float
    total: Times


@dataclass(frozen=True, slots=True)
class Usage:
    """Parts of the processors' time during the last `span_seconds`, each 0..1; busy is neither idle nor iowait."""

    span_seconds: float
    busy_ratio: float
    iowait_ratio: float
    steal_ratio: float


@dataclass(frozen=True, slots=True)
class Cpu:
    """Counters since the start, and `usage` over the last five minutes as soon as there were two looks.

    `earlier` are the looks `usage` is made of, oldest first, at most one per `SPACING_SECONDS`.
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
        Processor(whole_number(name.removeprefix("cpu"), name), _times(words))
        for name, words in found.items()
        if name.startswith("cpu") and name != "cpu"
    )
    if not processors:
        raise UnreadableOutput("a line for each processor", found["cpu"])
    uptime = decimal_number(found["uptime"])
    return Cpu(found.get("boot_id") or None, uptime, _times(found["cpu"]), processors)


def _times(words: str) -> Times:
    ticks = [whole_number(word, words) for word in words.split()]
    # Kernels before 2.6.33 do not count guests.
    if len(ticks) < len(MODES) or min(ticks) < 0:
        raise UnreadableOutput(f"{len(MODES)} counters of processor time", words)
    return Times(*(tick / USER_HZ for tick in ticks[: len(fields(Times))]))


def read_local() -> Cpu:
    """Facts of this machine; what its system does not tell apart is zero."""
    # CLOCK_BOOTTIME is what /proc/uptime shows: no clock step moves it.
    uptime = time.clock_gettime(time.CLOCK_BOOTTIME) if psutil.LINUX else time.monotonic()
    return Cpu(
        boot_id=BOOT_ID.read_text("ascii").strip() if BOOT_ID.exists() else None,
        uptime_seconds=uptime,
        total=_psutil_times(psutil.cpu_times()),
        processors=tuple(
            Processor(number, _psutil_times(times)) for number, times in enumerate(psutil.cpu_times(percpu=True))
        ),
    )


def _psutil_times(times: object) -> Times:
    return Times(*(float(getattr(times, field.name, 0.0)) for field in fields(Times)))


def compare(previous: Cpu, current: Cpu) -> Cpu:
    """The current facts with `usage` since the oldest look that still counts."""
    if previous.boot_id != current.boot_id or _was_reset(previous, current):
        return current
    looks = previous.earlier
    if not looks or previous.uptime_seconds - looks[-1].uptime_seconds >= SPACING_SECONDS:
        looks = (*looks, Look(previous.uptime_seconds, previous.total))
    kept = tuple(look for look in looks if current.uptime_seconds - look.uptime_seconds <= WINDOW_SECONDS)
    # Where rounds are further apart than the window, the last look is still better than none, within reason.
    if not kept and current.uptime_seconds - looks[-1].uptime_seconds <= LONGEST_WINDOW_SECONDS:
        kept = looks[-1:]
    return replace(current, earlier=kept, usage=_usage(kept[0], current) if kept else None)


def _was_reset(previous: Cpu, current: Cpu) -> bool:
    # idle, iowait and steal may run backwards a little on a healthy kernel, see proc(5).
    return current.uptime_seconds < previous.uptime_seconds or any(
        getattr(current.total, mode) < getattr(previous.total, mode)
        for mode in ("user", "nice", "system", "irq", "softirq")
    )


def _usage(then: Look, now: Cpu) -> Usage | None:
    spent = {mode: max(0.0, getattr(now.total, mode) - getattr(then.total, mode)) for mode in MODES}
    total = sum(spent.values())
    if total <= 0:
        return None
    return Usage(
        span_seconds=now.uptime_seconds - then.uptime_seconds,
        busy_ratio=max(0.0, (total - spent["idle"] - spent["iowait"]) / total),
        iowait_ratio=spent["iowait"] / total,
        steal_ratio=spent["steal"] / total,
    )


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
