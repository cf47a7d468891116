"""What the disks do: the kernel's counters of each, and how long operations take, and how busy a disk is.

== /proc/uptime
12391.37 22110.42
== /proc/diskstats
 254       0 vda 1952054 138245 161066218 2330678 806179 500270 100849232 908890 0 293644 3316995 438377 81 79848272 ...
 254       1 vda1 1951000 138245 161060000 2330600 806179 500270 100849232 908890 0 293600 3316900 438377 81 7984827 ...
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from collectors.contract import Collector, NotApplicable, Sample, UnreadableOutput
from collectors.contract.reading import blocks, decimal_number, whole_numbers
from collectors.disk_counters import (
    Activity,
    DiskCounters,
    DiskKind,
    activity_between,
    disk_counters,
    disk_kind,
    disk_samples,
    is_partition,
    is_shown,
)

_UPTIME, _DISKSTATS = "/proc/uptime", "/proc/diskstats"
# Before 2.6.25 partitions had only four numbers behind their name.
_OLD_PARTITION_WORDS = 7


@dataclass(frozen=True, slots=True)
class Disk:
    """A whole device; partitions are left out, as are loop and memory devices that nothing was ever done on.

    `activity` is None until two looks could be compared. `stuck_seconds` is for how long, at least, operations have
    been in progress and none has ended; None when that is not so.
    """

    name: str
    kind: DiskKind
    counters: DiskCounters
    activity: Activity | None = None
    stuck_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class DiskActivity:
    """All of them. `elapsed_seconds` lies between the two looks that were compared; None on the first.

    `others` are not compared: drives that were never used, and partitions that node_exporter shows.
    """

    uptime_seconds: float
    disks: tuple[Disk, ...]
    elapsed_seconds: float | None = None
    others: tuple[Disk, ...] = ()


_IDLE = " 0" * 11
"""How the lines of most drives end that were never used."""

_KEPT = 200
"""Characters of a line that is kept: a hostile host sends longer ones."""


def parse(output: str) -> DiskActivity:
    """Raises `UnreadableOutput`, `NotApplicable` where the kernel shows no disks, as in some containers."""
    parts = blocks(output, _UPTIME)
    if not parts.get(_DISKSTATS, "").strip():
        raise NotApplicable("the kernel shows no disks here")
    uptime = decimal_number(parts[_UPTIME].partition(" ")[0], parts[_UPTIME].strip())
    disks: dict[str, Disk] = {}
    partitions: list[Disk] = []
    whole: str | None = None
    for line in parts[_DISKSTATS].split("\n"):
        words = line.split()
        if not words or len(words) == _OLD_PARTITION_WORDS:
            continue
        if len(words) < 3 or words[2] in disks:
            raise UnreadableOutput("a line of /proc/diskstats", line)
        if is_partition(words[2], whole):
            if is_shown(words[2]):
                partitions.append(_disk(words, line))
            continue
        whole = words[2]
        disks[whole] = _idle_disk(line) if line.endswith(_IDLE) and len(line) < _KEPT else _disk(words, line)
    told: list[Disk] = []
    unused: list[Disk] = []
    for disk in disks.values():
        if _is_told(disk):
            told.append(disk)
        elif is_shown(disk.name):
            unused.append(disk)
    return DiskActivity(uptime, tuple(told), others=(*partitions, *unused))


def _disk(words: list[str], line: str) -> Disk:
    return Disk(words[2], disk_kind(words[2]), disk_counters(whole_numbers(words[3:], line), line))


@lru_cache(maxsize=1024)
def _idle_disk(line: str) -> Disk:
    """The same line round for round, and on many hosts: there may be a hundred loop devices that are never used."""
    return _disk(line.split(), line)


def _is_told(disk: Disk) -> bool:
    return disk.kind not in (DiskKind.LOOP, DiskKind.MEMORY, DiskKind.REMOVABLE) or disk.counters.completed > 0


def compare(previous: DiskActivity, current: DiskActivity) -> DiskActivity:
    """The current facts with the activity of each disk since the previous ones."""
    elapsed = current.uptime_seconds - previous.uptime_seconds
    if elapsed <= 0:  # the host was started anew
        return current
    before = {disk.name: disk for disk in previous.disks}
    disks = tuple(_compared(before.get(disk.name), disk, elapsed) for disk in current.disks)
    return replace(current, disks=disks, elapsed_seconds=elapsed)


def _compared(previous: Disk | None, current: Disk, elapsed: float) -> Disk:
    activity = activity_between(previous.counters, current.counters, elapsed) if previous is not None else None
    if previous is None or activity is None:
        return current
    # None ended, so those in progress at the first look still are.
    stuck = previous.counters.in_progress > 0 and previous.counters.completed == current.counters.completed
    seconds = (previous.stuck_seconds or 0.0) + elapsed if stuck and current.counters.in_progress > 0 else None
    return Disk(current.name, current.kind, current.counters, activity, seconds)


def samples(activity: DiskActivity) -> Iterator[Sample]:
    """As node_exporter's `diskstats` collector names them, of the devices that it shows."""
    for disk in (*activity.disks, *activity.others):
        if is_shown(disk.name):
            yield from disk_samples(disk.name, disk.counters)


COLLECTOR = Collector(probe="", files=(_UPTIME, _DISKSTATS), parse=parse, compare=compare, samples=samples)
