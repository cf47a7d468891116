"""The same facts of this machine, without a child process."""

import os
from pathlib import Path

import psutil

from collectors.filesystem_space.facts import Filesystem, Filesystems, filesystem
from collectors.filesystem_space.once import told_once
from collectors.mount_table import MountedFilesystem, is_left_out, visible_mounts


def read_local() -> Filesystems:
    """The same of this machine, without a child process."""
    table = os.fsdecode(Path("/proc/self/mountinfo").read_bytes())
    return told_once((mount, _from_psutil(mount)) for mount in visible_mounts(table) if not is_left_out(mount))


def _from_psutil(mount: MountedFilesystem) -> Filesystem | None:
    try:
        space, nodes = psutil.disk_usage(mount.mount), os.statvfs(mount.mount)
    except OSError:
        return None
    return filesystem(mount, (space.total, space.total - space.used, space.free), (nodes.f_files, nodes.f_ffree))
