"""What goes wrong with file systems and volumes over several disks, and with what users may store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lab.commands import run
from tests.lab.host import LabHost

MIRROR = "/srv/mirror"
"""Where `btrfs_mirror` is mounted."""
GROUP = "lab0"
"""The LVM volume group of `volume_group`."""
QUOTA = "/srv/quota"
"""Where `quota_file_system` is mounted."""

_CONTENT = b"what the lab keeps in its mirror\n"


@dataclass(frozen=True, slots=True)
class Disks:
    """A pair of disks that something of a host stands on."""

    host: LabHost
    images: tuple[Path, Path]


@contextmanager
def _two_disks(host: LabHost, name: str, mebibytes: int) -> Iterator[Disks]:
    images = (host.new_disk(f"{name}-1", mebibytes), host.new_disk(f"{name}-2", mebibytes))
    try:
        yield Disks(host, images)
    finally:
        for image in images:
            host.pull_out(image)
            image.unlink()


@contextmanager
def btrfs_mirror(host: LabHost) -> Iterator[Disks]:
    """A healthy btrfs in RAID 1, scrubbed once."""
    with _two_disks(host, "mirror", 160) as mirror:
        one, two = map(host.plug_in, mirror.images)
        host.sh(
            f"set -e; mkfs.btrfs -q -f -m raid1 -d raid1 {one} {two}; mkdir -p {MIRROR}; {_mount(one, two)}\n"
            f"yes '{_CONTENT.decode().strip()}' | head -c 8000000 >{MIRROR}/kept; {SCRUB}"
        )
        try:
            yield mirror
        finally:
            host.sh(f"umount {MIRROR}")


SCRUB = f"sync -f {MIRROR}; btrfs scrub start -B {MIRROR} >/dev/null"


def _mount(one: str, two: str) -> str:
    # Named both, since there is no device manager to tell btrfs of the second.
    return f"mount -t btrfs -o device={one},device={two} {one} {MIRROR}"


@contextmanager
def rotten_copy(mirror: Disks) -> Iterator[str]:
    """A part of one disk was overwritten, and a scrub finds it; then mended and taken note of. Yields the mount."""
    with mirror.images[1].open("r+b") as disk:
        content = disk.read()
        for at in range(4):
            place = content.find(_CONTENT, at * 2**20 + content.find(_CONTENT))
            assert place >= 0, "the content of the file system on its second disk"
            disk.seek(place)
            disk.write(bytes(8192))
    mirror.host.sh(SCRUB)
    try:
        yield MIRROR
    finally:
        mirror.host.sh(f"btrfs device stats --reset {MIRROR} >/dev/null; sleep 1; {SCRUB}")


@contextmanager
def mirror_without_a_disk(mirror: Disks) -> Iterator[str]:
    """One of the disks is gone, and the rest mounted as it is. Yields the mount point."""
    host = mirror.host
    host.sh(f"umount {MIRROR}")
    host.pull_out(mirror.images[1])
    host.sh(f"mount -t btrfs -o degraded {host.plug_in(mirror.images[0])} {MIRROR}")
    try:
        yield MIRROR
    finally:
        host.sh(f"umount {MIRROR}")
        one, two = map(host.plug_in, mirror.images)
        host.sh(f"set -e; {_mount(one, two)}; {SCRUB}; btrfs device stats --reset {MIRROR} >/dev/null")


@contextmanager
def volume_group(host: LabHost) -> Iterator[Disks]:
    """A healthy LVM volume group over two disks; there are no volumes in it, since there is no device mapper."""
    with _two_disks(host, "group", 32) as disks:
        one, two = map(host.plug_in, disks.images)
        host.sh(f"vgcreate -q {GROUP} {one} {two} 2>&1")
        yield disks


@contextmanager
def group_without_a_disk(disks: Disks) -> Iterator[str]:
    """One of the disks of a `volume_group` is gone. Yields the group."""
    disks.host.pull_out(disks.images[1])
    try:
        yield GROUP
    finally:
        disks.host.plug_in(disks.images[1])


@contextmanager
def group_gone(disks: Disks) -> Iterator[str]:
    """All disks of a `volume_group` are gone. Yields the group."""
    for image in disks.images:
        disks.host.pull_out(image)
    try:
        yield GROUP
    finally:
        for image in disks.images:
            disks.host.plug_in(image)


@contextmanager
def quota_file_system(host: LabHost) -> Iterator[str]:
    """A file system with quotas of users, on which the login has a little and may have 4 MB. Yields the mount point."""
    image = host.new_disk("quota", 32)
    run(["mkfs.ext4", "-q", "-F", image])
    device = host.plug_in(image)
    host.sh(
        f"set -e; mkdir -p {QUOTA}; mount -o usrquota {device} {QUOTA}; mkdir {QUOTA}/own\n"
        f"chown {host.user} {QUOTA}/own; quotacheck -cum {QUOTA}; setquota -u {host.user} 4096 8192 0 0 {QUOTA}"
    )
    try:
        yield QUOTA
    finally:
        host.sh(f"umount {QUOTA}")
        host.pull_out(image)
        image.unlink()


# Not every kernel keeps count by itself. What is asked is the disk.
_COUNT = f"sync -f {QUOTA}; quotacheck -um {QUOTA}"


@contextmanager
def over_quota(host: LabHost, mebibytes: int = 6) -> Iterator[str]:
    """The login has stored more on the `quota_file_system` than it may. Yields its item: mount and user."""
    host.sh(f"dd if=/dev/zero bs=1048576 count={mebibytes} of={QUOTA}/own/file 2>/dev/null")
    host.sh(f"chown {host.user} {QUOTA}/own/file; {_COUNT}")
    try:
        yield f"{QUOTA} user {host.user}"
    finally:
        host.sh(f"rm {QUOTA}/own/file; {_COUNT}")
