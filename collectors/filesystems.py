"""Mounted file systems of this host's own, and the space and inodes left on them.

Network and FUSE file systems are not asked: a dead server or daemon would hang the question, and their space is
judged where they live. One file system mounted in several places (bind mounts, subvolumes, an overlay over it) is
told once, by the mount nearest its root: the whole before a part, then the one with fewest folders above it.

`silent` is one that df left out although it told of others. When df told of none, or printed what is no row of df,
nothing is known of any, and the answer is refused.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from collectors.contract import Collector, Sample, UnreadableOutput
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
# `== none` tells a host whose mounts are all left out from a probe that came to nothing.
#
# 89 43 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro
# == space
# Filesystem     1024-blocks     Used Available Capacity Mounted on
# /dev/vda1         20511312  8912032  10531996      46% /
# == inodes
# Filesystem      Inodes  IUsed   IFree IUse% Mounted on
# /dev/vda1      1310720 183204 1127516   14% /
PROBE = r"""
table=$(cat /proc/self/mountinfo) && [ -n "$table" ] || return
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
[ $# -gt 0 ] || { echo "== none"; return; }
echo "== space"
df -kP "$@" 2>/dev/null
echo "== inodes"
df -iP "$@" 2>/dev/null
:
""".replace("@TYPES@", " | ".join(f"{kind}\\ *" for kind in LEFT_OUT_TYPES)).replace(
    "@MOUNTS@", " | ".join(LEFT_OUT_MOUNTS)
)

_NUMBER = r"(-|-?[0-9]+)"  # a dash: not known
_ROW = re.compile(rf".*?\s{_NUMBER}\s+{_NUMBER}\s+{_NUMBER}\s+(?:-|-?[0-9]+%)\s+(/.*)")
_Row = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class Filesystem:
    """One mounted file system. The inodes are None where it has no fixed number of them (btrfs, vfat).

    `inodes_told` is false where nothing was said about them: a df without `-i`, or one that failed there.
    """

    mount: str
    device: str
    fstype: str
    read_only: bool
    size_bytes: int
    free_bytes: int  # with what is kept for root
    available_bytes: int  # to an ordinary user
    inodes: int | None
    inodes_free: int | None
    inodes_told: bool = True

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
    """Facts from the mount table and both answers of df. Raises `UnreadableOutput`, also when df told nothing."""
    parts = blocks(output)
    mounts = visible_mounts(parts[""])
    if "none" in parts and not mounts:
        return Filesystems((), ())
    if not mounts:
        raise UnreadableOutput("a table of mounts", output.partition("\n")[0])
    parts = blocks(output, "space", "inodes")
    space = _rows(parts["space"], mounts)
    if not any(_as_df_shows(mount.mount) in space for mount in mounts):
        raise UnreadableOutput("a row of df for one of the mounts", parts["space"].partition("\n")[0])
    inodes = _rows(parts["inodes"], mounts)  # none: a busybox may be built without `df -i`
    return _told_once((mount, _from_df(mount, space, inodes)) for mount in mounts)


def _rows(answer: str, mounts: Iterable[MountedFilesystem]) -> Mapping[str, _Row]:
    """The three numbers before the percentage, by mount point; None where df puts dashes."""
    for mount in mounts:
        for name in (mount.mount, mount.device):
            if "\n" in name:  # busybox prints it as it is, over two lines
                answer = answer.replace(name, _as_df_shows(name))
    heading, *lines = answer.split("\n")
    if heading and not heading.startswith("Filesystem"):
        raise UnreadableOutput("the heading of df", heading)
    rows: dict[str, _Row] = {}
    for line in filter(None, lines):
        match = _ROW.fullmatch(line)
        if match is None:
            raise UnreadableOutput("a row of df", line)
        *words, shown = match.groups()
        size, used, left = (None if word == "-" else whole_number(word, line) for word in words)
        if size is None or used is None or left is None:
            rows[_as_df_shows(shown)] = None
        else:
            rows[_as_df_shows(shown)] = (size, used, left)
    return rows


def _as_df_shows(mount: str) -> str:
    """GNU df puts a question mark for each control character, busybox does not."""
    return re.sub(r"[\x00-\x1f\x7f]", "?", mount)


def _from_df(mount: MountedFilesystem, space: Mapping[str, _Row], inodes: Mapping[str, _Row]) -> Filesystem | None:
    shown = _as_df_shows(mount.mount)
    told = space.get(shown)
    if told is None:
        return None
    size, used, available = told
    nodes = inodes.get(shown)
    return _filesystem(
        mount, (size * 1024, (size - used) * 1024, available * 1024), (nodes[0], nodes[2]) if nodes else None
    )


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


def _filesystem(mount: MountedFilesystem, space: tuple[int, int, int], inodes: tuple[int, int] | None) -> Filesystem:
    size, free, available = space
    total, unused = inodes or (0, 0)
    return Filesystem(
        mount=printable_name(mount.mount),
        device=printable_name(mount.device),
        fstype=mount.fstype,
        read_only=mount.read_only,
        size_bytes=size,
        free_bytes=max(free, 0),
        available_bytes=max(available, 0),
        inodes=total or None,
        inodes_free=unused if total else None,
        inodes_told=inodes is not None,
    )


def _told_once(answers: Iterable[tuple[MountedFilesystem, Filesystem | None]]) -> Filesystems:
    known: list[Filesystem] = []
    silent: dict[str, SilentFilesystem] = {}
    numbers: set[str] = set()
    sizes: set[tuple[int, int | None]] = set()
    for mount, filesystem in sorted(answers, key=lambda answer: _rank(answer[0])):
        if filesystem is None:
            if mount.fstype != "overlay":
                name, device = printable_name(mount.mount), printable_name(mount.device)
                one = SilentFilesystem(name, device, mount.fstype, mount.read_only)
                silent.setdefault(mount.number, one)
            continue
        size = (filesystem.size_bytes, filesystem.inodes)
        if mount.number in numbers or not filesystem.size_bytes or (mount.fstype == "overlay" and size in sizes):
            continue
        numbers.add(mount.number)
        sizes.add(size)
        known.append(filesystem)
    known.sort(key=lambda filesystem: filesystem.mount)
    return Filesystems(tuple(known), tuple(s for number, s in silent.items() if number not in numbers))


def _rank(mount: MountedFilesystem) -> tuple[bool, int, int]:
    """The order in which mounts may stand for their device; among equals the one mounted first."""
    # An overlay has its upper layer's size: it comes last, and is one more only when no other has that size.
    return mount.fstype == "overlay", _depth(mount.root), _depth(mount.mount)


def _depth(path: str) -> int:
    return path.rstrip("/").count("/")


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
