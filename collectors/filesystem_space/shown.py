"""Which mounts node_exporter shows."""

import re

# The defaults of its --collector.filesystem.mount-points-exclude and --collector.filesystem.fs-types-exclude. Debian's
# package leaves out all below /run, /mnt and /media too; who mounts a disk there wants to see it.
_MOUNTS = re.compile(
    r"/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)(/.*)?", re.DOTALL
)
_WORDS = """
autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs erofs fusectl hugetlbfs iso9660 mqueue nsfs
overlay proc procfs pstore rpc_pipefs securityfs selinuxfs squashfs sysfs tracefs
"""
_TYPES = frozenset(_WORDS.split())


def is_shown(mount: str, fstype: str) -> bool:
    """Whether it is none of those left out by default."""
    return fstype not in _TYPES and _MOUNTS.fullmatch(mount) is None
