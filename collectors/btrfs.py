"""btrfs file systems: devices missing, errors counted on each, how full the allocation is, and the last scrub.

Kernels since 5.14 show the errors to everybody; before, only root is told. The log of scrubs is root's too.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from collectors.btrfs_files import PROBE, BlockGroup, Errors, Scrub, Shown, counted, last_scrub, shown
from collectors.contract import Collector, NotApplicable, Sample, UnreadableOutput
from collectors.contract.reading import blocks, whole_number
from collectors.mount_table import visible_mounts

_DISKS = ("sd[a-z]", "sd[a-z][0-9]", "vd[a-z]", "vd[a-z][0-9]", "nvme[0-9]n[0-9]", "nvme[0-9]n[0-9]p[0-9]", "dm-[0-9]")


@dataclass(frozen=True, slots=True)
class Device:
    """A device that is there."""

    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class BtrfsFilesystem:
    """One that is mounted. `name` is its mount point, else its label, else its UUID, unique among them.

    `missing` are the numbers of devices that are not there. `errors` is None where the kernel does not show them and
    root may not be asked; `first_errors` are those of the first look at each device. `unallocated_bytes` is raw, over
    all devices. `scrub` is None where none was made, or, `scrub_hidden`, where its log may not be read.
    """

    uuid: str
    name: str
    label: str
    devices: tuple[Device, ...]
    missing: tuple[str, ...]
    errors: tuple[Errors, ...] | None
    block_groups: tuple[BlockGroup, ...]
    unallocated_bytes: int
    reserve_bytes: int
    scrub: Scrub | None
    scrub_hidden: bool
    first_errors: tuple[Errors, ...] = ()


@dataclass(frozen=True, slots=True)
class Btrfs:
    """All of them, and the host's clock in epoch seconds."""

    now: int
    filesystems: tuple[BtrfsFilesystem, ...]


def parse(output: str) -> Btrfs:
    """Raises `NotApplicable` (no btrfs is mounted), `UnreadableOutput`."""
    parts = blocks(output)
    if "none" in parts:
        raise NotApplicable("no btrfs file system is mounted")
    now = next((name.removeprefix("now ") for name in parts if name.startswith("now ")), "")
    found = shown(parts.get("files", ""))
    if not found:
        raise UnreadableOutput("the files of a btrfs file system", output.partition("\n")[0])
    mounts = {mount.mount: mount.device.removeprefix("/dev/") for mount in visible_mounts(parts.get("mounts", ""))}
    names = {name for files in found.values() for name in files.names}
    # A container sees those of its host too.
    mine = found if set(mounts.values()) - names else {u: f for u, f in found.items() if f.names & set(mounts.values())}
    if not mounts:
        raise NotApplicable("no btrfs file system is mounted")
    filesystems = [_filesystem(uuid, files, mounts, parts) for uuid, files in mine.items()]
    return Btrfs(whole_number(now), _told_apart(filesystems))


def _told_apart(filesystems: Sequence[BtrfsFilesystem]) -> tuple[BtrfsFilesystem, ...]:
    """A copy bears the label of its original; then both go by their UUID."""
    count = Counter(filesystem.name for filesystem in filesystems)
    return tuple(replace(one, name=one.uuid) if count[one.name] > 1 else one for one in filesystems)


def _filesystem(uuid: str, files: Shown, mounts: Mapping[str, str], parts: Mapping[str, str]) -> BtrfsFilesystem:
    stats, log = parts.get(f"stats {uuid}", ""), parts.get(f"scrub {uuid}", "")
    points = [mount for mount, device in mounts.items() if device in files.names]
    size = sum(files.sizes.values())
    return BtrfsFilesystem(
        uuid=uuid,
        name=min(points, key=lambda point: (point.count("/"), point), default=files.label or uuid),
        label=files.label,
        devices=tuple(Device(name, size) for name, size in sorted(files.sizes.items())),
        missing=tuple(files.missing),
        errors=files.errors or counted(stats) or None,
        block_groups=files.block_groups,
        unallocated_bytes=max(size - files.allocated_bytes, 0),
        reserve_bytes=files.reserve_bytes,
        scrub=last_scrub(log),
        scrub_hidden=any(name.startswith("denied ") and name.endswith(f"scrub.status.{uuid}") for name in parts),
    )


def compare(previous: Btrfs, current: Btrfs) -> Btrfs:
    """With the errors of the first look at each device; less than then: they were set to zero since."""
    before = {filesystem.uuid: filesystem for filesystem in previous.filesystems}

    def compared(filesystem: BtrfsFilesystem) -> BtrfsFilesystem:
        old = before.get(filesystem.uuid)
        if old is None:
            return filesystem
        first = {errors.device: errors for errors in (*(old.errors or ()), *old.first_errors)}
        first |= {errors.device: errors.least(first.get(errors.device, errors)) for errors in filesystem.errors or ()}
        return replace(filesystem, first_errors=tuple(first.values()))

    return replace(current, filesystems=tuple(compared(filesystem) for filesystem in current.filesystems))


def samples(btrfs: Btrfs) -> Iterator[Sample]:
    """As node_exporter's collector btrfs names them."""
    for filesystem in btrfs.filesystems:
        uuid = ("uuid", filesystem.uuid)
        yield Sample("node_btrfs_info", 1, (("label", filesystem.label), uuid), "Filesystem information")
        yield Sample("node_btrfs_global_rsv_size_bytes", filesystem.reserve_bytes, (uuid,), "Size of global reserve.")
        for group in filesystem.block_groups:
            labels = (("block_group_type", group.kind), ("mode", group.profile), uuid)
            words = "Amount of space allocated for a layout/data type"
            yield Sample("node_btrfs_size_bytes", group.size_bytes, labels, words)
            yield Sample(
                "node_btrfs_used_bytes", group.used_bytes, labels, "Amount of used space by a layout/data type"
            )


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=300,
    timeout_seconds=20,
    compare=compare,
    samples=samples,
    keep_facts=True,
    root_commands=(
        "cat /var/lib/btrfs/scrub.status." + "[-0-9a-f]" * 36,
        *(f"btrfs device stats /dev/{disk}" for disk in _DISKS),
    ),
)
