"""SMART and NVMe health of disks, read by smartctl without waking a disk in standby."""

# == clock 1795280400
# == disk /dev/sda auto naa.5000c500a1b2c3d4
# {"json_format_version":[1,0],"smartctl":{"version":[7,3],...},"device":{"name":"/dev/sda",...},...}
# == disk /dev/bus/0 megaraid,8
#
# late                                                              it did not answer in time

from collections.abc import Sequence
from dataclasses import dataclass, replace

from collectors.contract import Collector, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, refuse_denied, whole_number
from collectors.smartctl import PROBE, ROOT_COMMANDS, Access, Disk, Reading, lowest, parse_report, smartmon_samples


@dataclass(frozen=True, slots=True)
class Smart:
    """All disks at `time_seconds` of the host's clock. `gone` are those of earlier looks that nothing replaced."""

    time_seconds: int
    disks: tuple[Disk, ...]
    gone: tuple[Disk, ...] = ()


def parse(output: str) -> Smart:
    """Raises `UnreadableOutput`, `NoPermission`, or `NotApplicable` where no disk has SMART."""
    refuse_denied(output)
    now: int | None = None
    disks: dict[str, Disk] = {}
    for heading, text in blocks(output).items():
        words = heading.split(" ", 3)
        if words[0] == "clock" and len(words) == 2:
            now = whole_number(words[1], heading)
        elif words[0] == "disk" and len(words) >= 3:
            late = text.rstrip().rpartition("\n")[2] == "late"
            if (reading := Reading(Access.SILENT, None) if late else parse_report(text)) is not None:
                disk = _disk(words[1], words[2], " ".join(words[3:]), reading)
                # One disk on two paths is named twice.
                disks.setdefault(disk.identity.wwn if disk.identity and disk.identity.wwn else heading, disk)
        elif heading or text.strip():
            raise UnreadableOutput("== clock or == disk", heading or text.strip().partition("\n")[0])
    if now is None:
        raise UnreadableOutput("the host's clock", output.partition("\n")[0])
    if not disks:
        raise NotApplicable("no disk with SMART")
    when = float(now)
    return Smart(now, tuple(replace(d, read_at=when if d.access is Access.READ else None) for d in disks.values()))


def _disk(device: str, asked_as: str, wwid: str, reading: Reading) -> Disk:
    return Disk(
        place=device if asked_as == "auto" else f"{device} {asked_as}",
        type=reading.type or asked_as,
        wwid=wwid.strip() or None,
        access=reading.access,
        error=reading.error,
        identity=reading.identity,
        health=reading.health,
        baseline=reading.health.counters if reading.health else None,
    )


def compare(previous: Smart, current: Smart) -> Smart:
    """What was known before of the disks that sleep or do not answer, the lowest counts seen, and what is gone."""
    known = (*previous.disks, *previous.gone)
    disks = tuple(_continued(disk, known) for disk in current.disks)
    here, before = _keys(disks), _keys(known)
    gone = [disk for disk in known if disk.identity and disk.identity.key not in here]
    # Each new disk replaces one that went: the one in its place, if that is the one.
    newcomers = [disk for disk in disks if disk.identity and disk.identity.key not in before]
    for disk in newcomers:
        if gone:
            gone.remove(next((d for d in gone if d.place == disk.place), gone[0]))
    return replace(current, disks=disks, gone=tuple(gone))


def _keys(disks: Sequence[Disk]) -> set[str]:
    return {disk.identity.key for disk in disks if disk.identity}


def _continued(disk: Disk, known: Sequence[Disk]) -> Disk:
    if disk.identity:
        before = next((d for d in known if d.identity and d.identity.key == disk.identity.key), None)
    elif disk.wwid:
        before = next((d for d in known if d.wwid == disk.wwid), None)
    else:
        before = next((d for d in known if not d.wwid and d.place == disk.place), None)
    if before is None:
        return disk
    if disk.health is None:
        identity = disk.identity or before.identity
        return replace(disk, identity=identity, health=before.health, read_at=before.read_at, baseline=before.baseline)
    return replace(disk, baseline=lowest(before.baseline, disk.health.counters))


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    needs_command="smartctl",
    every_seconds=3600,
    timeout_seconds=120,
    compare=compare,
    keep_facts=True,
    samples=lambda facts: smartmon_samples(facts.disks),
    root_commands=ROOT_COMMANDS,
)
