"""btrfs file systems that lost a device, count errors, or were found damaged by a scrub.

Item        the mount point (else label or UUID): its devices; the same with `errors`, and with `scrub` if there was one
State       CRIT when a device is missing, when a counter of errors is above its value when first seen, and when the
            last scrub left errors that it could not mend; WARN for such as it mended. From `scrub_age` since the last
            scrub began, off by default. UNKNOWN where the kernel (before 5.14) shows the errors to root only
Why         one more lost device is all data; errors on one device are mended from another only while that one is well
What to do  btrfs device stats MOUNT; journalctl -k | grep -i btrfs; btrfs replace start DEVICE NEW MOUNT; btrfs scrub
            start MOUNT. When mended: btrfs device stats --reset MOUNT, or rounds relearn HOST btrfs
Manual      2.1.6 volumes; 2.6 RAID; form 8.6
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Duration,
    Layer,
    Measurement,
    Params,
    Result,
    Section,
    State,
    Text,
    Unit,
    UpperLevels,
    duration_text,
)
from checks.contract.threshold import crossed_duration
from collectors import btrfs
from collectors.btrfs import Btrfs, BtrfsFilesystem
from collectors.btrfs_files import Errors

_KINDS = ("write", "read", "flush", "corruption", "generation")


class BtrfsParams(Params):
    """Parameters of btrfs."""

    scrub_age: UpperLevels[Duration] = Field(
        UpperLevels[Duration](), description="since the last scrub began, such as {warn: 40d}; one never made is older"
    )
    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since none of this comes and goes"
    )


def evaluate(facts: Btrfs, params: BtrfsParams) -> Iterator[Result]:
    """Two or three results for each file system."""
    for filesystem in facts.filesystems:
        yield _devices(filesystem)
        yield _errors(filesystem)
        yield from _scrub(filesystem, facts.now, params)


def _devices(filesystem: BtrfsFilesystem) -> Result:
    missing, there = ", ".join(filesystem.missing), len(filesystem.devices)
    measured = (Measurement("devices_missing", len(filesystem.missing)), Measurement("devices", there))
    if missing:
        text = Text(en=f"degraded: device {missing} is missing", zh=f"已降级:缺少设备 {missing}")
        return Result(filesystem.name, State.CRIT, text, measured)
    words = Text(en="1 device" if there == 1 else f"all {there} devices are there", zh=f"{there} 个设备全部在位")
    return Result(filesystem.name, State.OK, words, measured)


def _errors(filesystem: BtrfsFilesystem) -> Result:
    item = f"{filesystem.name} errors"
    if filesystem.errors is None:
        en = "not known: before kernel 5.14 only root is told (btrfs device stats)"
        return Result(item, State.UNKNOWN, Text(en=en, zh="未知:5.14 之前的内核仅向 root 提供(btrfs device stats)"))
    first = {errors.device: errors for errors in filesystem.first_errors}
    grown = [words for now in filesystem.errors for words in _grown(first.get(now.device, now), now)]
    count = sum(getattr(errors, kind) for errors in filesystem.errors for kind in _KINDS)
    measured = (Measurement("errors", count),)
    if grown:
        new = ", ".join(grown)
        return Result(item, State.CRIT, Text(en=f"new errors: {new}", zh=f"新增错误:{new}"), measured)
    if count:
        return Result(item, State.OK, Text(en=f"{count}, as when first seen", zh=f"{count},与首次记录相同"), measured)
    return Result(item, State.OK, Text(en="none", zh="无"), measured)


def _grown(first: Errors, now: Errors) -> Iterator[str]:
    for kind in _KINDS:
        if (more := getattr(now, kind) - getattr(first, kind)) > 0:
            yield f"device {now.device} {kind} +{more}"


def _no_scrub(item: str, filesystem: BtrfsFilesystem) -> Result:
    if filesystem.scrub_hidden:
        text = Text(en="its log is for root only: see rounds sudoers", zh="日志仅 root 可读:参见 rounds sudoers")
        return Result(item, State.UNKNOWN, text)
    return Result(item, State.WARN, Text(en="never made", zh="从未执行"))


def _scrub(filesystem: BtrfsFilesystem, now: int, params: BtrfsParams) -> Iterator[Result]:
    item, scrub, levels = f"{filesystem.name} scrub", filesystem.scrub, params.scrub_age
    if scrub is None:
        if levels.warn is not None or levels.crit is not None:  # else nobody asks
            yield _no_scrub(item, filesystem)
        return
    age = max(now - scrub.started_at, 0)
    state = max(levels.judge(age), State.CRIT if scrub.uncorrectable else State.WARN if scrub.corrected else State.OK)
    level, ago = crossed_duration(levels, levels.judge(age)), duration_text(age)
    found_en = f"errors: {scrub.uncorrectable} not mended, {scrub.corrected} mended"
    found_zh = f"{scrub.uncorrectable} 个错误未修复,{scrub.corrected} 个已修复"
    yield Result(
        item,
        state,
        Text(en=f"{found_en}, {ago.en} ago{level.en}", zh=f"{ago.zh}前:{found_zh}{level.zh}"),
        (Measurement("scrub_age", age, Unit.SECONDS, levels.warn, levels.crit),),
    )


CHECK = Check(
    reads=btrfs.COLLECTOR,
    params=BtrfsParams,
    evaluate=evaluate,
    title=Text(en="btrfs", zh="btrfs 文件系统"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.STORAGE,
)
