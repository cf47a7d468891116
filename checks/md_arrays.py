"""Whether the arrays of software RAID (md) are whole.

Item        the array, such as md0
State       CRIT when disks are missing from it, or it is inactive or broken. WARN while it resyncs after a crash, if
            a failed disk is still listed, spares are fewer than when first seen (or than `spares`), it is read-only, or
            it is gone. A check or a reshape is no problem
Why         an array that lost its redundancy goes on as if nothing had happened, until the next disk fails
What to do  cat /proc/mdstat; mdadm --detail /dev/MD; mdadm MD --remove DISK; replace it; mdadm MD --add NEW.
            Removed on purpose: rounds relearn HOST md_arrays
Manual      2.6 RAID; 2.1.6 RAID; form 8.6
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Layer,
    Measurement,
    Params,
    Result,
    Section,
    State,
    Text,
    Unit,
    duration_text,
    format_percent,
)
from checks.contract.patterns import matches_any
from collectors import md_arrays
from collectors.md_arrays import MdArrays
from collectors.mdstat import Activity, Array, Sync, SyncWait

_Finding = tuple[State, Text]


class MdArraysParams(Params):
    """Parameters of md_arrays."""

    spares: int | None = Field(
        None, ge=0, description="how many spares each array must have; default: as many as when it was first seen"
    )
    ignore: tuple[str, ...] = Field((), description="arrays not to judge, as shell patterns such as [md12?]")


def evaluate(facts: MdArrays, params: MdArraysParams) -> Iterator[Result]:
    """One result for each array that is there, or was."""
    for array in facts.arrays:
        if not array.is_container and not _is_ignored(array, params):
            yield _present(array, params)
    for array in facts.gone:
        if not array.is_container and not _is_ignored(array, params):
            words = Text(
                en=f"gone: it was {array.level or 'an array'} of {_devices(array)}",
                zh=f"阵列已消失:原为 {array.level or '阵列'},成员 {_devices(array)}",
            )
            yield Result(array.name, State.WARN, words)


def _is_ignored(array: Array, params: MdArraysParams) -> bool:
    return matches_any(params.ignore, array.name)


def _devices(array: Array) -> str:
    return " ".join(sorted(member.device for member in array.members)) or "-"


def _present(array: Array, params: MdArraysParams) -> Result:
    findings = list(_findings(array, params))
    state = max((state for state, _ in findings), default=State.OK)
    parts = [words for _, words in sorted(findings, key=lambda finding: -finding[0])]
    if not parts:
        parts.append(Text(en=f"{array.level}, {array.working} disks", zh=f"{array.level},磁盘 {array.working} 块"))
    if array.sync:
        parts.append(_sync_words(array.sync))
    summary = Text(en=", ".join(part.en for part in parts), zh=",".join(part.zh for part in parts))
    return Result(array.name, state, summary, tuple(_measured(array, params)))


def _findings(array: Array, params: MdArraysParams) -> Iterator[_Finding]:
    lost = ", ".join(array.failed)
    if array.activity is Activity.INACTIVE:
        members = _devices(array)
        yield State.CRIT, Text(en=f"inactive, assembled of {members}", zh=f"未启动,已收集成员 {members}")
    elif array.activity is Activity.BROKEN:
        yield State.CRIT, Text(en="broken: too many disks are lost", zh="已损坏:丢失磁盘过多")
    elif array.working < array.required:
        failed = Text(en=f", failed: {lost}", zh=f",故障盘 {lost}") if lost else Text(en="", zh="")
        yield (
            State.CRIT,
            Text(
                en=f"degraded: {array.working} of {array.required} disks{failed.en}",
                zh=f"降级:{array.working}/{array.required} 块磁盘{failed.zh}",
            ),
        )
    elif lost:
        yield State.WARN, Text(en=f"failed and not yet removed: {lost}", zh=f"故障盘尚未移除:{lost}")
    if array.sync and array.sync.action == "resync" and array.sync.waits is not SyncWait.DELAYED:
        yield State.WARN, Text(en="out of step", zh="数据未同步")
    if array.read_only == "read-only":
        yield State.WARN, Text(en="read-only", zh="只读")
    wanted, spares = _wanted_spares(array, params), len(array.spares)
    if array.activity is Activity.ACTIVE and spares < wanted:
        yield State.WARN, Text(en=f"{spares} of {wanted} spares", zh=f"热备盘 {spares}/{wanted}")


def _wanted_spares(array: Array, params: MdArraysParams) -> int:
    return array.first_spares if params.spares is None else params.spares


def _sync_words(sync: Sync) -> Text:
    action = {"recovery": "重建", "resync": "同步", "check": "校验", "reshape": "重构"}[sync.action]
    if sync.waits is not None:
        waits = {SyncWait.PENDING: "等待首次写入", SyncWait.DELAYED: "等待其他阵列", SyncWait.REMOTE: "由其他节点进行"}
        return Text(en=f"{sync.action} {sync.waits}", zh=f"{action}{waits[sync.waits]}")
    en, zh = sync.action, action
    if sync.done_ratio is not None:
        en, zh = f"{en} {format_percent(sync.done_ratio)}", f"{zh} {format_percent(sync.done_ratio)}"
    if sync.left_seconds is not None:
        left = duration_text(sync.left_seconds)
        en, zh = f"{en}, {left.en} left", f"{zh},剩余 {left.zh}"
    return Text(en=en, zh=zh)


def _measured(array: Array, params: MdArraysParams) -> Iterator[Measurement]:
    if array.activity is Activity.ACTIVE:
        yield Measurement("missing_disks", array.required - array.working, crit=1)
    yield Measurement("failed_disks", len(array.failed), warn=1)
    yield Measurement("spare_disks", len(array.spares), warn=_wanted_spares(array, params), lower=True)
    if array.sync and array.sync.done_ratio is not None:
        yield Measurement("synchronised", array.sync.done_ratio, Unit.RATIO)


CHECK = Check(
    reads=md_arrays.COLLECTOR,
    params=MdArraysParams,
    evaluate=evaluate,
    title=Text(en="Software RAID", zh="软件 RAID"),
    layer=Layer.HARDWARE,
    section=Section.STORAGE,
)
