"""How many of each file system's inodes are taken.

Item        the mount point (none for a file system without a fixed number of inodes, such as btrfs, or read-only)
State       WARN or CRIT from `used_percent`. UNKNOWN when df tells of the space and not of the inodes. A mounted file
            system that does not answer at all is told by disk_usage, and here only when none can be read
Why         without inodes no file can be made, although df still shows free space
What to do  du -x --inodes MOUNT | sort -n | tail; look for sessions, spools and caches of many small files
Manual      2.1 inodes; form 8.2
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
    State,
    Text,
    UpperLevels,
    format_percent,
)
from checks.contract.threshold import crossed_percent, measured_ratio
from checks.filesystem_choice import FilesystemParams
from collectors import filesystems
from collectors.filesystem_space import Filesystem, Filesystems, SilentFilesystem


class InodeUsageParams(FilesystemParams):
    """Parameters of inode_usage."""

    used_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=90, crit=95), description="inodes taken, percent of all"
    )


def evaluate(facts: Filesystems, params: InodeUsageParams) -> Iterator[Result]:
    """One result for each file system that has inodes to run out of, or should have told of them."""
    readable = [filesystem for filesystem in facts.known if params.is_chosen(filesystem)]
    for filesystem in readable:
        if filesystem.read_only:
            continue
        if not filesystem.inodes_told:
            yield _untold(filesystem)
        elif filesystem.inodes is not None and filesystem.inodes_free is not None:
            yield _judge(filesystem.mount, filesystem.inodes, filesystem.inodes_free, params)
    if not readable:
        yield from (_silent(one) for one in facts.silent if params.is_chosen(one))


def _judge(mount: str, inodes: int, free: int, params: InodeUsageParams) -> Result:
    used_ratio = 1 - free / inodes
    state = params.used_percent.judge(used_ratio * 100)
    crossed, used = crossed_percent(params.used_percent, state), format_percent(used_ratio)
    return Result(
        item=mount,
        state=state,
        summary=Text(
            en=f"{used} of inodes used, {free} free{crossed.en}",
            zh=f"inode 已用 {used},剩余 {free} 个{crossed.zh}",
        ),
        measurements=(measured_ratio("used", used_ratio, params.used_percent), Measurement("free", free)),
    )


def _untold(filesystem: Filesystem) -> Result:
    summary = Text(
        en=f"df tells the space of {filesystem.device}, but not its inodes",
        zh=f"df 给出了 {filesystem.device} 的空间,但没有给出 inode 数",
    )
    return Result(filesystem.mount, State.UNKNOWN, summary)


def _silent(silent: SilentFilesystem) -> Result:
    summary = Text(en=f"{silent.device} is mounted but does not answer", zh=f"{silent.device} 已挂载但无法读取")
    return Result(silent.mount, State.UNKNOWN, summary)


CHECK = Check(
    reads=filesystems.COLLECTOR,
    params=InodeUsageParams,
    evaluate=evaluate,
    title=Text(en="Inode usage", zh="inode 使用率"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
    vital=True,
)
