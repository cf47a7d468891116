"""The kernel's table of mounts: what is mounted where, told apart, without asking any file system."""

from collectors.mount_table.mountinfo import (
    IMAGE_TYPES,
    LEFT_OUT_MOUNTS,
    LEFT_OUT_TYPES,
    NETWORK_TYPES,
    MountedFilesystem,
    is_left_out,
    visible_mounts,
)
from collectors.mount_table.names import plain_name, printable_name
from collectors.mount_table.options import options_of_note

__all__ = [
    "IMAGE_TYPES",
    "LEFT_OUT_MOUNTS",
    "LEFT_OUT_TYPES",
    "NETWORK_TYPES",
    "MountedFilesystem",
    "is_left_out",
    "options_of_note",
    "plain_name",
    "printable_name",
    "visible_mounts",
]
