"""Load averages, and the number of processors that carry the load.

loadavg 0.52 0.58 0.59 1/389 12345
online 0-3
"""

from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from collectors.contract import Collector, Sample, UnreadableOutput
from collectors.contract.reading import decimal_number, pairs, whole_number

# /proc/stat only where /sys is not mounted: it costs a fork.
PROBE = """\
read -r averages </proc/loadavg && echo "loadavg $averages"
if [ -r /sys/devices/system/cpu/online ]; then
  read -r online </sys/devices/system/cpu/online
  echo "online $online"
else
  echo "count $(grep -c '^cpu[0-9]' /proc/stat)"
fi
"""

_MOST_PROCESSORS = 65536


@dataclass(frozen=True, slots=True)
class Load:
    """The mean number of processes running, or in uninterruptible sleep, over 1, 5 and 15 minutes."""

    load1: float
    load5: float
    load15: float
    online_processors: int


def parse(output: str) -> Load:
    """Facts from what the probe printed."""
    found = pairs(output, "loadavg")
    averages = found["loadavg"].split()
    if len(averages) < 3:
        raise UnreadableOutput("three load averages", found["loadavg"])
    load1, load5, load15 = (decimal_number(word, found["loadavg"]) for word in averages[:3])
    if "online" in found:
        online = _count_of_list(found["online"])
    elif "count" in found:
        online = whole_number(found["count"])
    else:
        raise UnreadableOutput("the processors online", output.strip())
    if not 0 < online <= _MOST_PROCESSORS:
        raise UnreadableOutput(f"1 to {_MOST_PROCESSORS} processors online", found.get("online", str(online)))
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
    return Load(*psutil.getloadavg(), online_processors=psutil.cpu_count() or 1)


def samples(load: Load) -> Iterator[Sample]:
    """As node_exporter's `loadavg` collector names them."""
    yield Sample("node_load1", load.load1, help="1m load average.")
    yield Sample("node_load5", load.load5, help="5m load average.")
    yield Sample("node_load15", load.load15, help="15m load average.")


COLLECTOR = Collector(probe=PROBE, parse=parse, read_local=read_local, samples=samples)
