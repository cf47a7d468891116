"""Which disks the checks of their activity look at."""

from pydantic import Field

from checks.contract import Params
from checks.contract.patterns import matches_any
from collectors.disk_activity import Disk
from collectors.disk_counters import DiskKind


class DiskParams(Params):
    """Parameters that all checks of disks' activity have."""

    also: tuple[str, ...] = Field(
        (),
        description="devices looked at besides whole disks, as shell patterns, such as [dm-*, md0]: logical volumes, "
        "arrays and loops, whose own disks are looked at already",
    )
    ignore: tuple[str, ...] = Field((), description="devices not looked at, as shell patterns, such as [sdz, nbd*]")

    def is_chosen(self, disk: Disk) -> bool:
        """Whether it is looked at. What nobody ever asked anything is no disk: a network block device not in use."""
        if matches_any(self.ignore, disk.name):
            return False
        in_use = disk.counters.completed > 0 or disk.counters.in_progress > 0
        return (disk.kind is DiskKind.DISK and in_use) or matches_any(self.also, disk.name)
