"""What udev knows of each disk: model, serial number, path; what file system lies on it, what is mapped by it."""

# == /proc/diskstats
#    8       0 sda 1952054 138245 161066218 2330678 806179 ...
# == udev
# b8:0:E:ID_MODEL=SAMSUNG_MZ7LH480HAHQ-00005
# b8:0:E:ID_SERIAL_SHORT=S45PNA0M000001

import re

from collectors.contract import Collector, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, whole_number
from collectors.disk_counters import is_shown
from collectors.udev_properties import KEPT, BlockDevice, Udev, samples

_DISKSTATS = "/proc/diskstats"

# One fork, where there is a udev.
PROBE = f"""\
echo "== udev"
cd /run/udev/data 2>/dev/null || return 0
set -- b[0-9]*
[ ! -e "$1" ] || grep -sE '^E:({"|".join(KEPT)})=' /dev/null "$@"
return 0
"""

_PROPERTY = re.compile(r"b([0-9]{1,9}):([0-9]{1,9}):E:([A-Z_]+)=(.*)")


def parse(output: str) -> tuple[BlockDevice, ...]:
    """Raises `UnreadableOutput`, `NotApplicable` where the kernel shows no disks, as in some containers."""
    parts = blocks(output, "udev")
    if not parts.get(_DISKSTATS, "").strip():
        raise NotApplicable("the kernel shows no disks here")
    known: dict[tuple[int, int], dict[str, str]] = {}
    for line in parts["udev"].split("\n"):
        if (found := _PROPERTY.fullmatch(line)) is not None:
            if found[3] in KEPT:
                known.setdefault((int(found[1]), int(found[2])), {})[found[3]] = found[4]
        elif line.strip():
            raise UnreadableOutput("a property of a block device, as udev keeps it", line)
    devices: dict[str, BlockDevice] = {}
    for line in parts[_DISKSTATS].split("\n"):
        words = line.split()
        if not words:
            continue
        if len(words) < 3 or words[2] in devices:
            raise UnreadableOutput(f"a line of {_DISKSTATS}", line)
        if is_shown(words[2]):
            major, minor = whole_number(words[0], line), whole_number(words[1], line)
            told = known.get((major, minor), {})
            properties = tuple(Udev(name, told[name]) for name in KEPT if name in told)
            devices[words[2]] = BlockDevice(words[2], major, minor, properties)
    return tuple(devices.values())


COLLECTOR = Collector(
    probe=PROBE, files=(_DISKSTATS,), parse=parse, every_seconds=300, timeout_seconds=20, samples=samples
)
