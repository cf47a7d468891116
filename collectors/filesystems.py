"""Mounted file systems of this host's own, and the space and inodes left on them.

Network and FUSE file systems are not asked: a dead server or daemon would hang the question, and their space is
judged where they live. One file system mounted in several places (bind mounts, subvolumes, an overlay over it) is
told once, where it was mounted whole and first.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from collectors.contract import Collector, Sample
from collectors.contract.reading import blocks, whole_number
from collectors.mount_table import (
    LEFT_OUT_MOUNTS,
    LEFT_OUT_TYPES,
    MountedFilesystem,
    is_left_out,
    printable_name,
    visible_mounts,
)

# The table is read once and sorted out in memory, since `read` costs a system call for each byte. df is told
# which paths to look at: left alone it asks every mount, and waits for ever on a dead one. It exits 1 when one
# path is stale or out of reach, although it lists the others. mountinfo writes a blank as \040, for printf to undo.
#
# 89 43 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro
# == space
# Filesystem     1024-blocks     Used Available Capacity Mounted on
# /dev/vda1         20511312  8912032  10531996      46% /
# == inodes
# Filesystem      Inodes  IUsed   IFree IUse% Mounted on
# /dev/vda1      1310720 183204 1127516   14% /
PROBE = r"""
table=$(cat /proc/self/mountinfo) || return
set -f
IFS='
'
set --
for line in $table; do
  case ${line#* - } in @TYPES@) continue ;; esac
  path=${line#* * * * }
  path=${path%% *}
  case $path in @MOUNTS@) continue ;; esac
  printf '%s\n' "$line"
  case $path in *\\*) path=$(printf "$(printf '%s\n' "$path" | sed 's/%/%%/g')") ;; esac
  set -- "$@" "$path"
done
[ $# -gt 0 ] || return 0
echo "== space"
df -kP "$@" 2>/dev/null
echo "== inodes"
df -iP "$@" 2>/dev/null
:
""".replace("@TYPES@", " | ".join(f"{kind}\\ *" for kind in LEFT_OUT_TYPES)).replace(
    "@MOUNTS@", " | ".join(LEFT_OUT_MOUNTS)
)

_ROW = re.compile(r".*?\s([0-9]+)\s+([0-9]+)\s+(-?[0-9]+)\s+(?:[0-9]+%|-)\s+(/.*)")


@dataclass(frozen=True, slots=True)
class Filesystem:
    """One mounted file system. The inodes are None where it has no fixed number of them (btrfs, vfat)."""

    mount: str
    device: str
    fstype: str
    read_only: bool
    size_bytes: int
    free_bytes: int  # with what is kept for root
    available_bytes: int  # to an ordinary user
    inodes: int | None
    inodes_free: int | None

    @property
    def used_ratio(self) -> float:
        """0..1 as df counts it: what is kept for root is neither used nor free."""
        used = self.size_bytes - self.free_bytes
        return used / (used + self.available_bytes) if used + self.available_bytes else 0.0


@dataclass(frozen=True, slots=True)
class SilentFilesystem:
    """Mounted, but it told nothing: broken, or beneath a folder that the login may not enter."""

    mount: str
    device: str
    fstype: str
    read_only: bool


@dataclass(frozen=True, slots=True)
class Filesystems:
    """All that were asked."""

    known: tuple[Filesystem, ...]
    silent: tuple[SilentFilesystem, ...]


def parse(output: str) -> Filesystems:
    """Facts from the mount table and both answers of df."""
    if not output.strip():
        return Filesystems((), ())
    parts = blocks(output, "space", "inodes")
    space, inodes = _rows(parts["space"]), _rows(parts["inodes"])
    return _told_once((mount, _from_df(mount, space, inodes)) for mount in visible_mounts(parts[""]))


def _rows(answer: str) -> Mapping[str, tuple[int, int, int]]:
    """The three numbers before the percentage, by mount point; the heading is no row."""
    rows: dict[str, tuple[int, int, int]] = {}
    for line in answer.split("\n"):
        if match := _ROW.fullmatch(line):
            size, used, left = (whole_number(word, line) for word in match.groups()[:3])
            rows[_as_df_shows(match[4])] = (size, used, left)
    return rows


def _as_df_shows(mount: str) -> str:
    """GNU df puts a question mark for each control character, busybox does not."""
    return re.sub(r"[\x00-\x1f\x7f]", "?", mount)


def _from_df(
    mount: MountedFilesystem, space: Mapping[str, tuple[int, int, int]], inodes: Mapping[str, tuple[int, int, int]]
) -> Filesystem | None:
    shown = _as_df_shows(mount.mount)
    if shown not in space:
        return None
    size, used, available = space[shown]
    total, _, free = inodes.get(shown, (0, 0, 0))
    return _filesystem(mount, (size * 1024, (size - used) * 1024, available * 1024), (total, free))


def read_local() -> Filesystems:
    """The same of this machine, without a child process."""
    table = os.fsdecode(Path("/proc/self/mountinfo").read_bytes())
    return _told_once((mount, _from_psutil(mount)) for mount in visible_mounts(table) if not is_left_out(mount))


def _from_psutil(mount: MountedFilesystem) -> Filesystem | None:
    try:
        space, nodes = psutil.disk_usage(mount.mount), os.statvfs(mount.mount)
    except OSError:
        return None
    return _filesystem(mount, (space.total, space.total - space.used, space.free), (nodes.f_files, nodes.f_ffree))


def _filesystem(mount: MountedFilesystem, space: tuple[int, int, int], inodes: tuple[int, int]) -> Filesystem:
    size, free, available = space
    return Filesystem(
        mount=printable_name(mount.mount),
        device=printable_name(mount.device),
        fstype=mount.fstype,
        read_only=mount.read_only,
        size_bytes=size,
        free_bytes=max(free, 0),
        available_bytes=max(available, 0),
        inodes=inodes[0] or None,
        inodes_free=inodes[1] if inodes[0] else None,
    )


def _told_once(answers: Iterable[tuple[MountedFilesystem, Filesystem | None]]) -> Filesystems:
    known: list[Filesystem] = []
    silent: dict[str, SilentFilesystem] = {}
    numbers: set[str] = set()
    sizes: set[tuple[int, int | None]] = set()
    # An overlay has its upper layer's size: it comes last, and is one more only when no other has that size.
    for mount, filesystem in sorted(
        answers, key=lambda answer: (answer[0].fstype == "overlay", not answer[0].is_whole)
    ):
        if filesystem is None:
            if mount.fstype != "overlay":
                name, device = printable_name(mount.mount), printable_name(mount.device)
                silent[mount.number] = SilentFilesystem(name, device, mount.fstype, mount.read_only)
            continue
        size = (filesystem.size_bytes, filesystem.inodes)
        if mount.number in numbers or not filesystem.size_bytes or (mount.fstype == "overlay" and size in sizes):
            continue
        numbers.add(mount.number)
        sizes.add(size)
        known.append(filesystem)
    known.sort(key=lambda filesystem: filesystem.mount)
    return Filesystems(tuple(known), tuple(s for number, s in silent.items() if number not in numbers))


def samples(facts: Filesystems) -> Iterator[Sample]:
    """As node_exporter's `filesystem` collector names them."""
    every: tuple[Filesystem | SilentFilesystem, ...] = (*facts.known, *facts.silent)
    for one in every:
        labels = (("device", one.device), ("mountpoint", one.mount), ("fstype", one.fstype))
        values: dict[str, float | None] = {
            "device_error": isinstance(one, SilentFilesystem),
            "readonly": one.read_only,
        }
        if isinstance(one, Filesystem):
            values |= {
                "size_bytes": one.size_bytes,
                "free_bytes": one.free_bytes,
                "avail_bytes": one.available_bytes,
                "files": one.inodes,
                "files_free": one.inodes_free,
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
)
