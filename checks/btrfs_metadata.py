"""How full the space is that btrfs allocated to metadata, when there is little left to allocate more from.

Item        the mount point (else label or UUID)
State       WARN or CRIT from `metadata_percent`, while less than `unallocated` is left;
            not judged while a device is missing
Why         a file system full of metadata takes no write, not even to delete a file, although df shows space left
What to do  btrfs filesystem usage MOUNT; btrfs balance start -dusage=10 MOUNT gives half-empty data space back
Manual      2.1.6 capacity; 2.1 disks; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Layer,
    Measurement,
    Params,
    Percent,
    Result,
    Section,
    Size,
    State,
    Text,
    Unit,
    UpperLevels,
    format_bytes,
    format_percent,
)
from checks.contract.threshold import crossed_percent, measured_ratio
from collectors import btrfs
from collectors.btrfs import Btrfs, BtrfsFilesystem


class BtrfsMetadataParams(Params):
    """Parameters of btrfs_metadata."""

    metadata_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=80, crit=90),
        description="used of what is allocated to metadata; the reserve the kernel keeps in it counts as used",
    )
    unallocated: Size = Field(1024**3, description="metadata is judged only while less than this is not allocated yet")


def evaluate(facts: Btrfs, params: BtrfsMetadataParams) -> Iterator[Result]:
    """One result for each file system whose devices are all there."""
    for filesystem in facts.filesystems:
        if not filesystem.missing:  # what is missing has no size any more
            yield from _metadata(filesystem, params)


def _metadata(filesystem: BtrfsFilesystem, params: BtrfsMetadataParams) -> Iterator[Result]:
    groups = [group for group in filesystem.block_groups if group.kind == "metadata"]
    size, used = sum(g.size_bytes for g in groups), sum(g.used_bytes for g in groups)
    if not size:
        return
    ratio, free = min((used + filesystem.reserve_bytes) / size, 1.0), format_bytes(filesystem.unallocated_bytes)
    roomy = filesystem.unallocated_bytes >= params.unallocated
    state = State.OK if roomy else params.metadata_percent.judge(ratio * 100)
    level = crossed_percent(params.metadata_percent, state)
    levels = UpperLevels[Percent]() if roomy else params.metadata_percent
    yield Result(
        filesystem.name,
        state,
        Text(
            en=f"{format_percent(ratio)} used, {free} not allocated yet{level.en}",
            zh=f"已用 {format_percent(ratio)},未分配空间 {free}{level.zh}",
        ),
        (
            measured_ratio("metadata_used", ratio, levels),
            Measurement("unallocated", filesystem.unallocated_bytes, Unit.BYTES),
        ),
    )


CHECK = Check(
    reads=btrfs.COLLECTOR,
    params=BtrfsMetadataParams,
    evaluate=evaluate,
    title=Text(en="btrfs metadata space", zh="btrfs 元数据空间"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.STORAGE,
)
