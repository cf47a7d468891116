"""What is known of the mounted file systems."""

from dataclasses import dataclass

from collectors.mount_table import MountedFilesystem, printable_name


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
    """All that were asked.

    `again` are further mounts of those that are `known`, and what has no size, as far as node_exporter shows them.
    """

    known: tuple[Filesystem, ...]
    silent: tuple[SilentFilesystem, ...]
    again: tuple[Filesystem, ...] = ()


def filesystem(mount: MountedFilesystem, space: tuple[int, int, int], inodes: tuple[int, int] | None) -> Filesystem:
    """A mount with its space (size, free, available, in bytes) and inodes (all, free), if anything told them."""
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
