"""What a block device is, as far as its name tells; the kernel keeps these names stable."""

import re
from enum import StrEnum
from functools import lru_cache


class DiskKind(StrEnum):
    """What is behind a block device."""

    DISK = "disk"  # a disk, or what shows itself as one: SCSI, NVMe, virtual, SAN, network block device
    MAPPED = "mapped"  # dm: logical volume, encryption, multipath; its disks are counted too
    RAID = "raid"  # md: its members are counted too
    LOOP = "loop"  # a file of a file system whose disk is counted too
    MEMORY = "memory"  # ram and zram
    REMOVABLE = "removable"  # optical drive, floppy disk


_KINDS = (
    (re.compile(r"dm-\d+", re.ASCII), DiskKind.MAPPED),
    (re.compile(r"md(\d+|_.+)", re.ASCII), DiskKind.RAID),
    (re.compile(r"loop\d+", re.ASCII), DiskKind.LOOP),
    (re.compile(r"z?ram\d+", re.ASCII), DiskKind.MEMORY),
    (re.compile(r"(sr|scd|fd)\d+", re.ASCII), DiskKind.REMOVABLE),
)


@lru_cache(maxsize=1024)
def disk_kind(name: str) -> DiskKind:
    """Of a whole device, not of a partition."""
    return next((kind for pattern, kind in _KINDS if pattern.fullmatch(name)), DiskKind.DISK)


def is_partition(name: str, whole: str | None) -> bool:
    """Whether `name` is a partition of the last whole device before it in /proc/diskstats.

    The kernel lists each device with its partitions right behind it. They bear its name and a number, with a `p`
    between where the name ends in a digit. So `xvda1` is a device of its own where there is no `xvda`, as in Xen.
    """
    if not whole or not name.startswith(whole):
        return False
    rest = name.removeprefix(whole)
    number = rest.removeprefix("p") if whole[-1].isdigit() else rest
    return number.isascii() and number.isdecimal() and (number != rest or not whole[-1].isdigit())


# The default of its --collector.diskstats.device-exclude, as of 1.6: before, zram was shown.
_NOT_SHOWN = re.compile(r"(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+", re.ASCII)


@lru_cache(maxsize=1024)
def is_shown(name: str) -> bool:
    """Whether node_exporter shows a device: no memory, no loop, and of partitions those of rarer kinds of disk."""
    return _NOT_SHOWN.fullmatch(name) is None
