"""Mounted file systems of this host's own, and the space and inodes left on them.

Network and FUSE file systems are not asked: a dead server or daemon would hang the question, and their space is
judged where they live. One file system mounted in several places (bind mounts, subvolumes, an overlay over it) is
told once, by the mount nearest its root: the whole before a part, then the one with fewest folders above it.

`silent` is one that df left out although it told of others. When df told of none, or printed what is no row of df,
nothing is known of any, and the answer is refused.
"""

from collections.abc import Iterator, Mapping

from collectors.contract import Collector, Sample
from collectors.filesystem_space import (
    PROBE,
    Filesystem,
    Filesystems,
    SilentFilesystem,
    inventory,
    is_shown,
    parse,
    read_local,
)


def samples(facts: Filesystems) -> Iterator[Sample]:
    """As node_exporter's `filesystem` collector names them."""
    every: tuple[Filesystem | SilentFilesystem, ...] = (*facts.known, *facts.again, *facts.silent)
    for one in every:
        if not is_shown(one.mount, one.fstype):
            continue
        labels = (("device", one.device), ("fstype", one.fstype), ("mountpoint", one.mount))
        values: dict[str, float | None] = {
            "device_error": isinstance(one, SilentFilesystem),
            "readonly": one.read_only,
        }
        if isinstance(one, Filesystem):
            values |= {
                "size_bytes": one.size_bytes,
                "free_bytes": one.free_bytes,
                "avail_bytes": one.available_bytes,
                # Where there is no fixed number of them the kernel says 0, and so does node_exporter.
                "files": (one.inodes or 0) if one.inodes_told else None,
                "files_free": (one.inodes_free or 0) if one.inodes_told else None,
            }
        for name, value in values.items():
            if value is not None:
                yield Sample(f"node_filesystem_{name}", float(value), labels, _HELP[name])


_HELP: Mapping[str, str] = {
    "device_error": "Whether an error occurred while getting statistics for the given device.",
    "readonly": "Filesystem read-only status.",
    "size_bytes": "Filesystem size in bytes.",
    "free_bytes": "Filesystem free space in bytes.",
    "avail_bytes": "Filesystem space available to non-root users in bytes.",
    "files": "Filesystem total file nodes.",
    "files_free": "Filesystem total free file nodes.",
}

COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    needs_command="df",
    timeout_seconds=10,  # a block device that does not answer holds df as a dead server does
    read_local=read_local,
    samples=samples,
    inventory=inventory,
)
