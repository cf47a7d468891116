"""One file system mounted in several places is told once."""

from collections.abc import Iterable

from collectors.filesystem_space.facts import Filesystem, Filesystems, SilentFilesystem
from collectors.filesystem_space.shown import is_shown
from collectors.mount_table import MountedFilesystem, printable_name


def told_once(answers: Iterable[tuple[MountedFilesystem, Filesystem | None]]) -> Filesystems:
    """Those that told of themselves by the mount nearest their root, and those that did not."""
    known: list[Filesystem] = []
    again: list[Filesystem] = []
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
            if is_shown(filesystem.mount, filesystem.fstype):
                again.append(filesystem)
            continue
        numbers.add(mount.number)
        sizes.add(size)
        known.append(filesystem)
    known.sort(key=lambda filesystem: filesystem.mount)
    again.sort(key=lambda filesystem: filesystem.mount)
    silent_ones = tuple(s for number, s in silent.items() if number not in numbers)
    return Filesystems(tuple(known), silent_ones, tuple(again))


def _rank(mount: MountedFilesystem) -> tuple[bool, int, int]:
    """The order in which mounts may stand for their device; among equals the one mounted first."""
    # An overlay has its upper layer's size: it comes last, and is one more only when no other has that size.
    return mount.fstype == "overlay", _depth(mount.root), _depth(mount.mount)


def _depth(path: str) -> int:
    return path.rstrip("/").count("/")
