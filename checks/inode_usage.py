"""How many of each file system's inodes are taken.

Item        the mount point (none for a file system without a fixed number of inodes, such as btrfs, or read-only)
State       WARN or CRIT from `used_percent`
Why         without inodes no file can be made, although df still shows free space
What to do  du -x --inodes MOUNT | sort -n | tail; look for sessions, spools and caches of many small files
Manual      2.1 server state; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Layer,
    Measurement,
    Percent,
    Result,
    Section,
    Text,
    UpperLevels,
    format_percent,
)
from checks.contract.threshold import crossed_percent, measured_ratio
from checks.filesystem_choice import FilesystemParams
from collectors import filesystems
from collectors.filesystems import Filesystems


class InodeUsageParams(FilesystemParams):
    """Parameters of inode_usage."""

    used_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=90, crit=95), description="inodes taken, percent of all"
    )


def evaluate(facts: Filesystems, params: InodeUsageParams) -> Iterator[Result]:
    """One result for each file system that has inodes to run out of."""
    for filesystem in facts.known:
        inodes, free = filesystem.inodes, filesystem.inodes_free
        if inodes is None or free is None or filesystem.read_only or not params.is_chosen(filesystem):
            continue
        used_ratio = 1 - free / inodes
        state = params.used_percent.judge(used_ratio * 100)
        crossed, used = crossed_percent(params.used_percent, state), format_percent(used_ratio)
        yield Result(
            item=filesystem.mount,
            state=state,
            summary=Text(
                en=f"{used} of inodes used, {free} free{crossed.en}",
                zh=f"inode 已用 {used},剩余 {free} 个{crossed.zh}",
            ),
            measurements=(measured_ratio("used", used_ratio, params.used_percent), Measurement("free", free)),
        )


CHECK = Check(
    reads=filesystems.COLLECTOR,
    params=InodeUsageParams,
    evaluate=evaluate,
    title=Text(en="Inode usage", zh="inode 使用率"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
)
