"""How full each mounted file system is.

Item        the mount point
State       WARN or CRIT when `used_percent` is reached, counted as df counts it, and less than `free_space` is
            left. So up to 50 GiB the percentage alone decides by default; larger ones may fill further. UNKNOWN when
            a mounted file system does not answer. Read-only ones cannot fill, and are left out
Why         a full file system stops databases, mail and logging, often silently
What to do  du -xh MOUNT | sort -h | tail; rotate logs, empty package caches, or grow the volume
Manual      2.1 disks; 2.1.6 capacity; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Layer,
    LowerLevels,
    Measurement,
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
from checks.contract.threshold import crossed
from checks.filesystem_choice import FilesystemParams
from collectors import filesystems
from collectors.filesystem_space import Filesystem, Filesystems, SilentFilesystem

GIB = 1024**3


class DiskUsageParams(FilesystemParams):
    """Parameters of disk_usage."""

    used_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=80, crit=90),
        description="used of what an ordinary user could use: root's reserve is neither used nor free",
    )
    free_space: LowerLevels[Size] = Field(
        LowerLevels[Size](warn=10 * GIB, crit=5 * GIB),
        description="a level of used_percent counts only while less than this is left to ordinary users; null: it "
        "counts however much is left",
    )


def evaluate(facts: Filesystems, params: DiskUsageParams) -> Iterator[Result]:
    """One result for each file system that can be written to, or does not answer."""
    for filesystem in facts.known:
        if params.is_chosen(filesystem) and not filesystem.read_only:
            yield _judge(filesystem, params)
    for silent in facts.silent:
        if params.is_chosen(silent):
            yield _unknown(silent)


def _judge(filesystem: Filesystem, params: DiskUsageParams) -> Result:
    state = State.OK
    if _is_reached(filesystem, params.used_percent.crit, params.free_space.crit):
        state = State.CRIT
    elif _is_reached(filesystem, params.used_percent.warn, params.free_space.warn):
        state = State.WARN
    warn = _level(filesystem, params.used_percent.warn, params.free_space.warn)
    crit = _level(filesystem, params.used_percent.crit, params.free_space.crit)
    used, left = format_percent(filesystem.used_ratio), format_bytes(filesystem.available_bytes)
    level = _crossed(filesystem, params, state) if state is not State.OK else _held_back(filesystem, params)
    return Result(
        item=filesystem.mount,
        state=state,
        summary=Text(en=f"{used} used, {left} free{level.en}", zh=f"已用 {used},剩余 {left}{level.zh}"),
        measurements=(
            Measurement("used", filesystem.used_ratio, Unit.RATIO, warn, crit),
            Measurement("available", filesystem.available_bytes, Unit.BYTES),
            Measurement("size", filesystem.size_bytes, Unit.BYTES),
        ),
    )


def _is_reached(filesystem: Filesystem, percent: float | None, free_bytes: int | None) -> bool:
    if percent is None or filesystem.used_ratio * 100 < percent:
        return False
    return free_bytes is None or filesystem.available_bytes < free_bytes


def _level(filesystem: Filesystem, percent: float | None, free_bytes: int | None) -> float | None:
    """The used ratio above which both rules hold on a file system of this size; None: never."""
    if percent is None:
        return None
    capacity = filesystem.size_bytes - filesystem.free_bytes + filesystem.available_bytes
    return max(percent / 100, 1 - free_bytes / capacity if free_bytes is not None and capacity else 0.0)


def _crossed(filesystem: Filesystem, params: DiskUsageParams, state: State) -> Text:
    free = params.free_space.crit if state is State.CRIT else params.free_space.warn

    def both_rules(percent: float) -> Text:
        if free is None or filesystem.size_bytes * (1 - percent / 100) <= free:
            return Text(en=f"{percent:g} %", zh=f"{percent:g} %")
        least = format_bytes(free)
        return Text(en=f"{percent:g} % with less than {least} free", zh=f"{percent:g} % 且剩余不足 {least}")

    return crossed(params.used_percent, state, both_rules)


def _held_back(filesystem: Filesystem, params: DiskUsageParams) -> Text:
    """Why a file system that is full enough is well: enough is left."""
    percent, free = params.used_percent.warn, params.free_space.warn
    if percent is None or free is None or not _is_reached(filesystem, percent, None):
        return Text("", "")
    least = format_bytes(free)
    return Text(
        en=f" ({percent:g} % counts with less than {least} free)", zh=f"(剩余不足 {least} 时才按 {percent:g} % 判定)"
    )


def _unknown(silent: SilentFilesystem) -> Result:
    return Result(
        item=silent.mount,
        state=State.UNKNOWN,
        summary=Text(
            en=f"{silent.device} is mounted but does not answer: broken, or beneath a folder closed to the login",
            zh=f"{silent.device} 已挂载但无法读取:已损坏,或其上级目录对登录用户不开放",
        ),
    )


CHECK = Check(
    reads=filesystems.COLLECTOR,
    params=DiskUsageParams,
    evaluate=evaluate,
    title=Text(en="Disk usage", zh="磁盘使用率"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
    vital=True,
)
