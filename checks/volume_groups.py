"""LVM volume groups that miss disks, and volumes that are damaged: snapshots that overflow, RAID out of step.

Item        the group; group/volume for each snapshot, and for each volume that is damaged otherwise
State       CRIT when a disk of the group is missing, or the whole group is; CRIT for a volume that has failed, WARN for
            one that wants a repair; a snapshot from `snapshot_percent`, and WARN when it overflowed
Why         with a disk missing, volumes are broken or without their mirror; a snapshot that overflowed is a lost backup
What to do  pvs; vgs; lvs -a -o +devices,lv_health_status GROUP; journalctl -u 'lvm2*'; vgextend --restoremissing, or
            vgreduce --removemissing; lvremove the snapshot. A group given up: rounds relearn HOST logical_volumes
Manual      2.1.6 volumes; 2.6 RAID; 2.1.6 LUNs; form 8.6
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
    State,
    Text,
    Unit,
    UpperLevels,
    format_bytes,
    format_percent,
)
from checks.contract.threshold import crossed_percent, measured_ratio
from collectors import logical_volumes
from collectors.logical_volumes import LogicalVolumes
from collectors.lvm_reports import LogicalVolume, VolumeGroup

_MENDABLE = ("refresh needed", "mismatches exist")
_SHOWN = 4


class VolumeGroupsParams(Params):
    """Parameters of volume_groups."""

    snapshot_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=80, crit=90), description="used of a snapshot's own space; at 100 % it is lost"
    )
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree")


def evaluate(facts: LogicalVolumes, params: VolumeGroupsParams) -> Iterator[Result]:
    """One result for each group that is or was there, then for volumes worth a word."""
    there = {group.name for group in facts.groups}
    for group in facts.groups:
        partial = [volume.name for volume in facts.volumes if (volume.group, volume.health) == (group.name, "partial")]
        yield _group(group, partial)
    for name in facts.seen:
        if name not in there:
            yield Result(name, State.CRIT, Text(en="gone: all of its disks are", zh="已消失:其全部磁盘均不可见"))
    for volume in facts.volumes:
        if volume.is_snapshot:
            yield _snapshot(volume, params)
        elif volume.health not in ("", "partial") and not volume.is_thin_pool:
            yield _unwell(volume)


def _group(group: VolumeGroup, partial: list[str]) -> Result:
    free = format_bytes(group.free_bytes)
    measured = (
        Measurement("disks_missing", group.disks_missing),
        Measurement("free", group.free_bytes, Unit.BYTES),
    )
    if group.disks_missing:
        en = f"{group.disks_missing} of {group.disks} disks missing"
        zh = f"{group.disks} 块磁盘中缺少 {group.disks_missing} 块"
        if partial:
            names = ", ".join(partial[:_SHOWN]) + (" ..." if len(partial) > _SHOWN else "")
            en, zh = f"{en}; broken: {names}", f"{zh};受损:{names}"
        return Result(group.name, State.CRIT, Text(en=en, zh=zh), measured)
    en = f"all {group.disks} disks there, {free} free" if group.disks > 1 else f"1 disk, {free} free"
    return Result(group.name, State.OK, Text(en=en, zh=f"{group.disks} 块磁盘全部在位,剩余 {free}"), measured)


def _snapshot(snapshot: LogicalVolume, params: VolumeGroupsParams) -> Result:
    item, levels = f"{snapshot.group}/{snapshot.name}", params.snapshot_percent
    if snapshot.is_invalid or snapshot.data_percent == 100:
        text = Text(
            en=f"overflowed: of no use any more (of {snapshot.origin})", zh=f"快照已溢出失效({snapshot.origin})"
        )
        return Result(item, State.WARN, text)
    if snapshot.data_percent is None:
        return Result(item, State.OK, Text(en="snapshot, not in use", zh="快照,未激活"))
    state, used = levels.judge(snapshot.data_percent), snapshot.data_percent / 100
    level, shown = crossed_percent(levels, state), format_percent(used)
    en, zh = (
        f"snapshot of {snapshot.origin}: {shown} used{level.en}",
        f"{snapshot.origin} 的快照:已用 {shown}{level.zh}",
    )
    return Result(item, state, Text(en=en, zh=zh), (measured_ratio("snapshot_used", used, levels),))


def _unwell(volume: LogicalVolume) -> Result:
    state = State.WARN if volume.health in _MENDABLE else State.CRIT
    return Result(f"{volume.group}/{volume.name}", state, Text(en=volume.health, zh=f"异常:{volume.health}"))


CHECK = Check(
    reads=logical_volumes.COLLECTOR,
    params=VolumeGroupsParams,
    evaluate=evaluate,
    title=Text(en="LVM volume groups", zh="LVM 卷组"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.STORAGE,
)
