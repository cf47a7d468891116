"""LVM: volume groups, and those logical volumes that can fill up or break: thin pools, snapshots, RAID.

Only root is told. LVM reads the label of each disk for it, so it is asked every quarter of an hour only.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.contract import Collector, Entry, Kind, NotApplicable
from collectors.contract.reading import blocks, refuse_denied, whole_number
from collectors.inventoried import entries, size
from collectors.lvm_reports import LVS, VGS, LogicalVolume, VolumeGroup, groups, volumes
from collectors.unanswered import refrain, refuse_unanswered

# == active
# 2                                                 volumes in use, for everybody to see
# == config
# thin_pool_autoextend_threshold=100                100: off
# == groups
#  {"report": [{"vg": [{"vg_name":"vg0", "vg_size":"411041792", "vg_free":"301989888", "pv_count":"2", ...}]}]}
# == volumes
#  {"report": [{"lv": [{"vg_name":"vg0", "lv_name":"pool", "lv_attr":"twi-aotz--", "data_percent":"42.31", ...}]}]}
PROBE = rf"""
{refrain("vgs", "lvs")}
echo "== active"
cat /sys/block/dm-*/dm/uuid 2>/dev/null | grep -c '^LVM-'
echo "== config"
lvmconfig --typeconfig full activation/thin_pool_autoextend_threshold 2>/dev/null
echo "== groups"
as_root {VGS} 2>/dev/null
echo "== volumes"
as_root {LVS} 2>/dev/null
:
"""

NEVER = 100
"""The threshold that lets nothing grow."""


@dataclass(frozen=True, slots=True)
class LogicalVolumes:
    """What there is of LVM. `volumes` are thin pools, snapshots, and those whose health is in doubt.

    `autoextend_percent` is from where monitored pools are let grow, `NEVER` for not at all. `seen` are the names
    of all groups that were ever there.
    """

    groups: tuple[VolumeGroup, ...]
    volumes: tuple[LogicalVolume, ...]
    autoextend_percent: int
    seen: tuple[str, ...] = ()


def parse(output: str) -> LogicalVolumes:
    """Raises `NotApplicable` (no volume group), `NoPermission`, `UnreadableOutput`."""
    refuse_unanswered(output)
    parts = blocks(output, "active", "config", "groups", "volumes")
    if any(name.startswith("denied ") for name in parts):
        if parts["active"].strip() == "0":
            raise NotApplicable("no logical volume is in use")
        refuse_denied(output)
    found = groups(parts["groups"])
    if not found:
        raise NotApplicable("no volume group on this host")
    threshold = parts["config"].strip().rpartition("thin_pool_autoextend_threshold=")[2]
    return LogicalVolumes(
        groups=found,
        volumes=tuple(v for v in volumes(parts["volumes"]) if v.is_thin_pool or v.is_snapshot or v.health),
        autoextend_percent=whole_number(threshold) if threshold else NEVER,
        seen=tuple(group.name for group in found),
    )


def compare(previous: LogicalVolumes, current: LogicalVolumes) -> LogicalVolumes:
    """With all groups that were ever there."""
    return replace(current, seen=tuple(sorted({*previous.seen, *current.seen})))


def inventory(facts: LogicalVolumes) -> Iterator[Entry]:
    """Each volume group with its size, and how many disks it is made of."""
    told = ((group.name, f"{size(group.size_bytes)} on {group.disks} disks") for group in facts.groups)
    yield from entries(Kind.DISK, ((f"volume group {name}", words) for name, words in told))


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    needs_command="vgs",
    every_seconds=900,
    timeout_seconds=60,
    compare=compare,
    inventory=inventory,
    keep_facts=True,
    root_commands=(VGS, LVS),
    absent=LogicalVolumes((), (), NEVER),
)
