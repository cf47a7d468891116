"""Which file systems the checks of disks look at."""

from pydantic import Field

from checks.contract import Params
from checks.contract.patterns import matches_any
from collectors.filesystem_space import Filesystem, SilentFilesystem


class FilesystemParams(Params):
    """Parameters that all checks of file systems have."""

    ignore_mounts: tuple[str, ...] = Field(
        (), description="mount points not looked at, as patterns such as /media/* (a star matches slashes too)"
    )
    ignore_types: tuple[str, ...] = Field((), description="file system types not looked at, such as tmpfs")

    def is_chosen(self, filesystem: Filesystem | SilentFilesystem) -> bool:
        """Whether it is looked at."""
        return not (
            matches_any(self.ignore_mounts, filesystem.mount) or matches_any(self.ignore_types, filesystem.fstype)
        )
