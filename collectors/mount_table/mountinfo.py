"""Reads /proc/self/mountinfo, and says which mounts have space worth asking for."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from collectors.contract import UnreadableOutput
from collectors.mount_table.names import plain_name

IMAGE_TYPES = ("cramfs", "erofs", "iso9660", "romfs", "squashfs", "udf")
"""File system types that are always full, and never written to."""

_WITHOUT_SPACE = """
autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs efivarfs fusectl hugetlbfs mqueue nfsd nsfs
proc pstore ramfs rootfs rpc_pipefs securityfs selinuxfs smackfs sysfs tracefs
"""
# Asking a dead one never ends: that is left to who waits for no answer. Their space is judged where they live; that of
# fuseblk, a disk of this host behind a daemon, by who asks it.
_ELSEWHERE = """
9p acfs afs beegfs ceph cifs coda fuse fuse.* fuseblk glusterfs gpfs lustre ncpfs nfs nfs4 smb3 smbfs
"""
_OTHERS = """
/proc/* /sys /sys/* /dev /run/credentials/* /run/host /run/host/* /run/containerd/*
/var/lib/docker/* /var/lib/containers/storage/* /var/lib/kubelet/* /run/user/*
"""

_LONGEST_LINE = 64 * 1024  # paths are of 4 KiB at most, and written in fewer than four letters a byte

NETWORK_TYPES = tuple(_ELSEWHERE.split())
"""File system types behind a network or a daemon, as shell patterns."""

LEFT_OUT_TYPES = (*_WITHOUT_SPACE.split(), *IMAGE_TYPES, *NETWORK_TYPES)
"""File system types that are not asked, as shell patterns."""

LEFT_OUT_MOUNTS = tuple(_OTHERS.split())
"""Mount points that are not asked, as shell patterns: what containers, pods and logins mount for their own time."""


@dataclass(frozen=True, slots=True)
class MountedFilesystem:
    """A line of the table. `number` is major:minor, the same wherever one file system is mounted.

    `root` is the folder of it that is mounted here: `/` for the whole, another for a bind mount or a subvolume.
    """

    number: str
    root: str
    mount: str
    device: str
    fstype: str
    read_only: bool


def is_left_out(mount: MountedFilesystem) -> bool:
    """Whether its space is not asked for: it has none of its own, or asking could hang."""
    return any(fnmatchcase(mount.fstype, kind) for kind in LEFT_OUT_TYPES) or any(
        fnmatchcase(mount.mount, pattern) for pattern in LEFT_OUT_MOUNTS
    )


def visible_mounts(table: str) -> tuple[MountedFilesystem, ...]:
    """The mounts that a path can reach: none that a later mount covers. Raises `UnreadableOutput`."""
    visible: list[MountedFilesystem] = []
    later: set[str] = set()
    for mount in reversed([_mount(line) for line in table.split("\n") if line]):
        if later.isdisjoint(_with_parents(mount.mount)):
            visible.append(mount)
        later.add(mount.mount)
    return tuple(reversed(visible))


def _with_parents(path: str) -> Iterator[str]:
    """`/a/b`, `/a` and `/` of `/a/b`."""
    while path != "/":
        yield path
        path = path.rpartition("/")[0] or "/"
    yield path


def _mount(line: str) -> MountedFilesystem:
    # 89 43 254:0 /root/of/bind /mount options shared:1 - fstype source super-options
    where, dash, what = line.partition(" - ")
    fields, (fstype, device, options) = where.split(" "), (*what.split(" "), "", "", "")[:3]
    if not dash or len(fields) < 6 or not fields[4].startswith("/") or not fstype or len(line) > _LONGEST_LINE:
        raise UnreadableOutput("a line of /proc/self/mountinfo", line)
    read_only = "ro" in fields[5].split(",") or "ro" in options.split(",")
    return MountedFilesystem(
        number=fields[2],
        root=plain_name(fields[3]),
        mount=plain_name(fields[4]),
        device=plain_name(device),
        fstype=plain_name(fstype),
        read_only=read_only,
    )
