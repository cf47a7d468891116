"""The file systems as entries of the inventory."""

import re
from collections.abc import Iterator

from collectors.contract import Entry, Kind
from collectors.filesystem_space.facts import Filesystem, Filesystems, SilentFilesystem
from collectors.inventoried import entries, size

# At the next boot another disk may be sda.
_NUMBERED = re.compile(r"/dev/(sd|hd|nvme|mmcblk|dm-|md|loop|root)")
# The size of one in memory follows the memory that this kernel leaves, that of a dataset what is free in its pool.
_WITHOUT_SIZE = ("tmpfs", "devtmpfs", "zfs", "overlay")
# Made for a login, a service or a session, and gone with it.
_PASSING = re.compile(
    r"/run/(?!lock$|shm$)|/media/|/var/snap/|/snap/|/var/lib/(docker|containers|containerd|kubelet|lxcfs)/|/tmp/"
)


def inventory(facts: Filesystems) -> Iterator[Entry]:
    """Each file system that is mounted to stay, with its type, its size, and what it lies on."""
    every: tuple[Filesystem | SilentFilesystem, ...] = (*facts.known, *facts.silent)
    yield from entries(Kind.MOUNT, ((one.mount, _words(one)) for one in every if not _PASSING.match(one.mount)))


def _words(one: Filesystem | SilentFilesystem) -> str:
    words = [one.fstype]
    if isinstance(one, SilentFilesystem):
        words.append("does not answer")
    elif one.fstype not in _WITHOUT_SIZE:
        words.append(size(one.size_bytes))
    if one.device.startswith("/") and not _NUMBERED.match(one.device):
        words.append(one.device)
    return ", ".join((*words, *["read-only"] * one.read_only))
