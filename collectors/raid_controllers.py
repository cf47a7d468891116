"""Hardware RAID controllers, their logical and physical drives and batteries, through the makers' tools."""

# == storcli controllers
# {"Controllers":[{"Command Status":{"Controller":0,"Status":"Success",...},"Response Data":{"Basics":{...},...}}]}
# == storcli drives
# == ssacli
# Smart Array P410i in Slot 0 (Embedded)
# == driver megaraid_sas

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from collectors.contract import Collector, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, refuse_denied
from collectors.raid_tools import PhysicalDrive, RaidController, parse_ssacli, parse_storcli
from collectors.unanswered import refrain, refuse_unanswered

# The tools mostly lie outside of PATH. Without nolog storcli writes a log where it stands.
PROBE = r"""
@REFRAIN@
first() {
  for tool; do command -v "$tool" >/dev/null 2>&1 && echo "$tool" && return; done
}
megaraid() {
  [ -n "$2" ] || return
  echo "== $1 controllers"; as_root "$2" /call show all J nolog 2>&1
  echo "== $1 drives"; as_root "$2" /call/eall/sall show all J nolog
}
megaraid storcli "$(first storcli64 storcli /opt/MegaRAID/storcli/storcli64)"
megaraid perccli "$(first perccli64 perccli /opt/MegaRAID/perccli/perccli64)"
tool=$(first ssacli hpssacli)
[ -n "$tool" ] && echo "== ssacli" && as_root "$tool" ctrl all show config detail
for driver in megaraid_sas hpsa smartpqi aacraid mpi3mr arcmsr 3w-9xxx; do
  for path in /sys/bus/pci/drivers/$driver/*:*; do [ -e "$path" ] && echo "== driver $driver" && break; done
done
:
""".replace("@REFRAIN@", refrain("storcli64", "storcli", "perccli64", "perccli", "ssacli", "hpssacli"))

_MEGARAID_TOOLS = (
    "storcli64",
    "storcli",
    "/opt/MegaRAID/storcli/storcli64",
    "perccli64",
    "perccli",
    "/opt/MegaRAID/perccli/perccli64",
)


@dataclass(frozen=True, slots=True)
class Raid:
    """All controllers that a tool knows of; `gone` are those of earlier looks of which none does any more."""

    controllers: tuple[RaidController, ...]
    gone: tuple[RaidController, ...] = ()


def parse(output: str) -> Raid:
    """Raises `UnreadableOutput`, `NoPermission`, or `NotApplicable` where no tool finds a controller."""
    refuse_unanswered(output)
    refuse_denied(output)
    parts = blocks(output)
    if stray := parts[""].strip():
        raise UnreadableOutput("== and the name of a tool", stray.partition("\n")[0])
    found: dict[str, RaidController] = {}
    for family, controller in _found(parts):
        if len(set(controller.names)) < len(controller.names):
            raise UnreadableOutput("each drive once", " ".join(controller.names))
        # Both tools may know one controller; two controllers may bear one name.
        if controller.serial is None or controller.serial not in {known.serial for known in found.values()}:
            name = controller.name if controller.name not in found else f"{family} {controller.name}"
            found.setdefault(name, replace(controller, name=name))
    if not found:
        drivers = [name.removeprefix("driver ") for name in parts if name.startswith("driver ")]
        if drivers:
            raise NotApplicable(f"a controller ({', '.join(drivers)}), and no storcli, perccli or ssacli that knows it")
        raise NotApplicable("no hardware RAID controller")
    return Raid(tuple(found.values()))


def _found(parts: Mapping[str, str]) -> Iterator[tuple[str, RaidController]]:
    for family in ("storcli", "perccli"):
        if f"{family} controllers" in parts:
            for controller in parse_storcli(parts[f"{family} controllers"], parts.get(f"{family} drives", "")):
                yield family, controller
    if "ssacli" in parts:
        for controller in parse_ssacli(parts["ssacli"]):
            yield "ssacli", controller


def compare(previous: Raid, current: Raid) -> Raid:
    """How many spares each controller had when first seen, the fewest media errors of each disk, and what is gone."""
    before = {c.serial or c.name: c for c in (*previous.gone, *previous.controllers)}
    here = {c.serial or c.name for c in current.controllers}
    # One that was replaced by another in its place is not missed.
    names = {c.name for c in current.controllers}
    gone = tuple(c for key, c in before.items() if key not in here and c.name not in names)
    return Raid(tuple(_continued(before.get(c.serial or c.name), c) for c in current.controllers), gone)


def _continued(before: RaidController | None, now: RaidController) -> RaidController:
    if before is None:
        return now
    known = {_key(drive): drive.first_media_errors for drive in before.physical_drives}
    drives = tuple(_baselined(drive, known.get(_key(drive))) for drive in now.physical_drives)
    return replace(now, first_spares=before.first_spares, physical_drives=drives)


def _key(drive: PhysicalDrive) -> tuple[str, str]:
    return ("serial", drive.serial) if drive.serial else ("slot", drive.slot)


def _baselined(drive: PhysicalDrive, first: int | None) -> PhysicalDrive:
    if drive.media_errors is None or first is None:
        return replace(drive, first_media_errors=drive.media_errors if first is None else first)
    return replace(drive, first_media_errors=min(first, drive.media_errors))


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=900,
    timeout_seconds=90,
    compare=compare,
    keep_facts=True,
    absent=Raid(()),
    root_commands=(
        *(f"{tool} /call show all J nolog" for tool in _MEGARAID_TOOLS),
        *(f"{tool} /call/eall/sall show all J nolog" for tool in _MEGARAID_TOOLS),
        "ssacli ctrl all show config detail",
        "hpssacli ctrl all show config detail",
    ),
)
