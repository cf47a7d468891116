"""Load averages, and the number of processors that carry the load.

== /proc/loadavg
0.52 0.58 0.59 1/389 12345
== /sys/devices/system/cpu/online
0-3
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from collectors.contract import Collector, Sample, UnreadableOutput
from collectors.contract.reading import blocks, decimal_number, whole_number

_MOST_PROCESSORS = 65536
_PROCESSOR = re.compile(r"^cpu[0-9]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Load:
    """The mean number of processes running, or in uninterruptible sleep, over 1, 5 and 15 minutes."""

    load1: float
    load5: float
    load15: float
    online_processors: int


def parse(output: str) -> Load:
    """Facts from what the probe printed."""
    read = blocks(output, "/proc/loadavg")
    line = read["/proc/loadavg"].strip()
    averages = line.split()
    if len(averages) < 3:
        raise UnreadableOutput("three load averages", line)
    load1, load5, load15 = (decimal_number(word, line) for word in averages[:3])
    ranges = read.get("/sys/devices/system/cpu/online", "").strip()
    # Not from /proc/stat where /sys is mounted: it is long on a large machine.
    online = _count_of_list(ranges) if ranges else len(_PROCESSOR.findall(read.get("/proc/stat", "")))
    if not 0 < online <= _MOST_PROCESSORS:
        raise UnreadableOutput(f"1 to {_MOST_PROCESSORS} processors online", ranges or str(online))
    return Load(load1, load5, load15, online)


def _count_of_list(ranges: str) -> int:
    """4 from `0-2,5`."""
    count = 0
    for part in ranges.split(","):
        first, _, last = part.partition("-")
        begin = whole_number(first, ranges)
        end = whole_number(last, ranges) if last else begin
        if end < begin:
            raise UnreadableOutput("processors such as 0-3,5", ranges)
        count += end - begin + 1
    return count


def read_local() -> Load:
    """Facts of this machine."""
    # The C library knows more digits than /proc/loadavg shows.
    load1, load5, load15 = (round(average, 2) for average in psutil.getloadavg())
    return Load(load1, load5, load15, online_processors=psutil.cpu_count() or 1)


def samples(load: Load) -> Iterator[Sample]:
    """As node_exporter's `loadavg` collector names them."""
    yield Sample("node_load1", load.load1, help="1m load average.")
    yield Sample("node_load5", load.load5, help="5m load average.")
    yield Sample("node_load15", load.load15, help="15m load average.")


COLLECTOR = Collector(
    probe="",
    parse=parse,
    files=("/proc/loadavg", "/sys/devices/system/cpu/online", "/proc/stat"),
    read_local=read_local,
    samples=samples,
)
