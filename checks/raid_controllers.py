"""Whether hardware RAID is whole: controllers, logical and physical drives, the battery of the cache.

Item        the controller (c0, slot0), and on it each logical drive (c0 v1, slot0 ld1), each disk by its slot
            (c0 252:3, slot0 1I:1:2), the battery or capacitor, and the cache
State       CRIT when a logical drive is not whole, a disk failed, is offline or missing or predicts its failure, the
            battery failed, or no tool tells of a controller any more. WARN while a disk is rebuilt or a battery
            charges, for a foreign disk, media errors above their baseline (the fewest seen), fewer hot spares than
            when first seen, and whatever needs attention. UNKNOWN for a state that is not known here
Why         behind a controller the system sees nothing of a failed disk; without its battery the cache loses data
What to do  storcli64 /cX show all; storcli64 /cX/eE/sS show all, or ssacli ctrl slot=X show config detail; replace the
            disk in its slot, watch the rebuild. What is accepted: rounds relearn HOST raid_controllers
Manual      2.6 RAID; 2.6 disks; 2.1.6 RAID; form 8.6
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text
from checks.contract.patterns import matches_any
from collectors import raid_controllers
from collectors.raid_controllers import Raid
from collectors.raid_tools import Battery, Condition, LogicalDrive, PhysicalDrive, RaidController

_STATES = {
    Condition.WELL: State.OK,
    Condition.ATTENTION: State.WARN,
    Condition.CHARGING: State.WARN,
    Condition.REBUILDING: State.WARN,
    Condition.FOREIGN: State.WARN,
    Condition.PREDICTED: State.CRIT,
    Condition.DEGRADED: State.CRIT,
    Condition.FAILED: State.CRIT,
    Condition.UNKNOWN: State.UNKNOWN,
}
_WORDS = {
    Condition.WELL: Text(en="well", zh="正常"),
    Condition.ATTENTION: Text(en="needs attention", zh="需要关注"),
    Condition.CHARGING: Text(en="charging", zh="充电中"),
    Condition.REBUILDING: Text(en="rebuilding", zh="重建中"),
    Condition.FOREIGN: Text(en="foreign: of another array", zh="外来盘,属于其他阵列"),
    Condition.PREDICTED: Text(en="predicts its failure", zh="预测将要故障"),
    Condition.DEGRADED: Text(en="degraded", zh="降级"),
    Condition.FAILED: Text(en="failed", zh="故障"),
    Condition.UNKNOWN: Text(en="in a state not known here", zh="状态未知"),
}


class RaidControllersParams(Params):
    """Parameters of raid_controllers."""

    spares: int | None = Field(
        None, ge=0, description="how many hot spares each controller must have; default: as many as when first seen"
    )
    ignore: tuple[str, ...] = Field((), description="items not to judge, as shell patterns: ['c0 battery', 'slot3*']")
    retries: int = Field(
        1, ge=1, le=100, description="how many rounds in a row must agree before a problem, or its end, is reported"
    )


def evaluate(facts: Raid, params: RaidControllersParams) -> Iterator[Result]:
    """Each controller, followed by what hangs on it."""
    for controller in facts.controllers:
        for result in _of_one(controller, params):
            if not matches_any(params.ignore, result.item):
                yield result
    for gone in facts.gone:
        if not matches_any(params.ignore, gone.name):
            en, zh = "gone: no tool tells of it any more", "已消失,管理工具不再报告该控制器"
            yield Result(gone.name, State.CRIT, Text(en=f"{gone.model}: {en}", zh=f"{gone.model}:{zh}"))


def _of_one(controller: RaidController, params: RaidControllersParams) -> Iterator[Result]:
    yield _controller(controller, params)
    for logical in controller.logical_drives:
        yield _logical(f"{controller.name} {logical.name}", logical)
    for physical in controller.physical_drives:
        yield _physical(f"{controller.name} {physical.slot}", physical)
    if controller.battery:
        yield _backup(f"{controller.name} battery", controller.battery)
    if controller.cache:
        yield _backup(f"{controller.name} cache", controller.cache)


def _told(condition: Condition, state: str) -> Text:
    """`degraded (Dgrd)`: the meaning, and the tool's own word."""
    words = _WORDS[condition]
    return Text(en=f"{words.en} ({state})", zh=f"{words.zh}({state})")


def _controller(controller: RaidController, params: RaidControllersParams) -> Result:
    state, told = _STATES[controller.condition], _told(controller.condition, controller.state)
    wanted, spares = controller.first_spares if params.spares is None else params.spares, controller.spares
    en, zh = f"{controller.model}: {told.en}", f"{controller.model}:{told.zh}"
    if spares < wanted:
        state = max(state, State.WARN)
        en, zh = f"{en}, {spares} of {wanted} hot spares", f"{zh},热备盘 {spares}/{wanted}"
    measured = (Measurement("spare_disks", spares, warn=wanted, lower=True),)
    return Result(controller.name, state, Text(en=en, zh=zh), measured)


def _logical(item: str, drive: LogicalDrive) -> Result:
    # While it is rebuilt it has no redundancy yet.
    state = State.CRIT if drive.condition is Condition.REBUILDING else _STATES[drive.condition]
    told = _told(drive.condition, drive.state)
    return Result(item, state, Text(en=f"{drive.level}: {told.en}", zh=f"{drive.level}:{told.zh}"))


def _physical(item: str, drive: PhysicalDrive) -> Result:
    state, told = _STATES[drive.condition], _told(drive.condition, drive.state)
    name = " ".join(word for word in (drive.model, drive.serial) if word)
    en, zh = (f"{name}: {told.en}", f"{name}:{told.zh}") if name else (told.en, told.zh)
    errors, before = drive.media_errors, drive.first_media_errors
    if errors is not None and before is not None and errors > before:
        state = max(state, State.WARN)
        en, zh = f"{en}, {errors} media errors (baseline {before})", f"{zh},介质错误 {errors}(基线 {before})"
    return Result(item, state, Text(en=en, zh=zh), tuple(_measured(drive)))


def _measured(drive: PhysicalDrive) -> Iterator[Measurement]:
    if drive.media_errors is not None:
        level = drive.media_errors if drive.first_media_errors is None else drive.first_media_errors
        yield Measurement("media_errors", drive.media_errors, warn=level + 1)
    if drive.other_errors is not None:
        yield Measurement("other_errors", drive.other_errors)


def _backup(item: str, backup: Battery) -> Result:
    told = _told(backup.condition, backup.state)
    return Result(item, _STATES[backup.condition], Text(en=f"{backup.kind}: {told.en}", zh=f"{backup.kind}:{told.zh}"))


CHECK = Check(
    reads=raid_controllers.COLLECTOR,
    params=RaidControllersParams,
    evaluate=evaluate,
    title=Text(en="RAID controllers", zh="RAID 卡"),
    layer=Layer.HARDWARE,
    section=Section.STORAGE,
)
