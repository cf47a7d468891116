"""Whether disks are well: their own verdict, the errors they count, temperature and wear.

Item        the disk's serial number; of a disk that could never be read, its device
State       CRIT when it says it fails, its self-test failed, its spare blocks run out, a counter of errors is above
            its baseline (the lowest seen so far), or it no longer answers. WARN for errors on the cable, SMART switched
            off, a disk that is gone. WARN or CRIT from `temperature` and `worn`. One in standby is not woken: it keeps
            the state it was last read in, and is UNKNOWN when it was never read
Why         most disks tell of their end before it comes; a sector that cannot be read takes data with it
What to do  smartctl -x DEVICE (wakes it); smartctl -t long DEVICE; replace the disk, by its serial number; for CRC
            errors the cable first. What is known and accepted: rounds relearn HOST smart
Manual      2.6 disks; 2.6 temperature; form 8.6
"""

from collections import Counter
from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Duration,
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
    duration_text,
)
from checks.contract.patterns import matches_any
from checks.contract.threshold import crossed_duration
from checks.disk_faults import DiskLevels, Fault, faults, verdict
from collectors import smart
from collectors.smart import Smart
from collectors.smartctl import LIMIT_SECONDS, Access, Disk


class DiskHealthParams(Params):
    """Parameters of disk_health."""

    temperature: UpperLevels[float] = Field(UpperLevels[float](warn=55, crit=65), description="of disks, in °C")
    nvme_temperature: UpperLevels[float] = Field(
        UpperLevels[float](warn=70, crit=80), description="of NVMe devices, which run hotter, in °C"
    )
    worn: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=80, crit=90), description="how much of the life of its flash is used up"
    )
    unread: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=30 * 86400.0, crit=None),
        description="how long ago a disk was last read that was in standby at every look since",
    )
    ignore: tuple[str, ...] = Field(
        (), description="disks not to judge, as shell patterns of serial number, model or device: ['*Flash Drive*']"
    )
    retries: int = Field(
        1, ge=1, le=100, description="how many rounds in a row must agree before a problem, or its end, is reported"
    )


def evaluate(facts: Smart, params: DiskHealthParams) -> Iterator[Result]:
    """One result for each disk that is there, or was."""
    shown = [disk for disk in (*facts.disks, *facts.gone) if not _is_ignored(disk, params)]
    often = Counter(_item(disk) for disk in shown)
    for disk in shown:
        # Cheap USB bridges all bear one serial number.
        item = _item(disk) if often[_item(disk)] == 1 else f"{_item(disk)} {disk.place}"
        yield _gone(item, disk) if disk in facts.gone else _present(item, disk, facts.time_seconds, params)


def _is_ignored(disk: Disk, params: DiskHealthParams) -> bool:
    names = [disk.place, disk.identity.model if disk.identity else "", (disk.identity and disk.identity.serial) or ""]
    return matches_any(params.ignore, *names)


def _item(disk: Disk) -> str:
    return (disk.identity and (disk.identity.serial or disk.identity.wwn)) or disk.place


def _name(disk: Disk) -> str:
    place = disk.place.removeprefix("/dev/")
    return f"{place} {disk.identity.model}" if disk.identity else place


def _gone(item: str, disk: Disk) -> Result:
    words = Text(en=f"{_name(disk)}: gone, and no new one came", zh=f"{_name(disk)}:磁盘已消失,且无新盘替换")
    return Result(item, State.WARN, words)


def _present(item: str, disk: Disk, now: float, params: DiskHealthParams) -> Result:
    name = _name(disk)
    if disk.access in (Access.FAILED, Access.SILENT):
        return Result(item, State.CRIT if disk.health else State.UNKNOWN, _unread(name, disk))
    if disk.health is None:
        words = Text(en=f"{name}: in standby, not woken; never read", zh=f"{name}:待机中,未唤醒;尚未读取过")
        return Result(item, State.UNKNOWN, words)
    health = disk.health
    levels = DiskLevels(params.nvme_temperature if health.is_nvme else params.temperature, params.worn)
    found = [*faults(health, disk.baseline), *levels.too_worn(health)]
    if disk.access is Access.ASLEEP:
        # Its faults have not gone because it sleeps; how warm it is nobody knows.
        return _asleep(item, name, now - (disk.read_at or 0.0), _worst(found), verdict(health, found), params.unread)
    found += levels.too_hot(health)
    words = verdict(health, found)
    summary = Text(en=f"{name}: {words.en}", zh=f"{name}:{words.zh}")
    return Result(item, _worst(found), summary, tuple(levels.measured(health, disk.baseline)))


def _unread(name: str, disk: Disk) -> Text:
    if disk.access is Access.SILENT:
        return Text(en=f"{name}: does not answer within {LIMIT_SECONDS} s", zh=f"{name}:{LIMIT_SECONDS} 秒内无应答")
    return Text(en=f"{name}: cannot be read: {disk.error}", zh=f"{name}:无法读取:{disk.error}")


def _asleep(item: str, name: str, age: float, known: State, words: Text, levels: UpperLevels[Duration]) -> Result:
    age = max(age, 0.0)
    state, ago = levels.judge(age), duration_text(age)
    mark = crossed_duration(levels, state)
    summary = Text(
        en=f"{name}: in standby, not woken; {ago.en} ago{mark.en}: {words.en}",
        zh=f"{name}:待机中,未唤醒;{ago.zh}前{mark.zh}:{words.zh}",
    )
    return Result(
        item, max(state, known), summary, (Measurement("unread", age, Unit.SECONDS, levels.warn, levels.crit),)
    )


def _worst(found: list[Fault]) -> State:
    return max((fault.state for fault in found), default=State.OK)


CHECK = Check(
    reads=smart.COLLECTOR,
    params=DiskHealthParams,
    evaluate=evaluate,
    title=Text(en="Disk health", zh="磁盘健康"),
    layer=Layer.HARDWARE,
    section=Section.HARDWARE,
)
