"""Which disks the checks of their activity look at."""

from fnmatch import fnmatchcase

from pydantic import Field

from checks.contract import Params
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
        """Whether it is looked at."""
        if any(fnmatchcase(disk.name, pattern) for pattern in self.ignore):
            return False
        return disk.kind is DiskKind.DISK or any(fnmatchcase(disk.name, pattern) for pattern in self.also)
