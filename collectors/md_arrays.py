"""Software RAID of the kernel (md): its arrays, their members, and what is being synchronised."""

#   == /proc/mdstat
#   md0 : active raid1 sdb1[1](F) sda1[0] sdc1[2](S)
#         1953382464 blocks super 1.2 [2/1] [U_]
#         [=>...................]  recovery =  8.5% (166037509/1953382464) finish=117.0min speed=259783K/sec
#         bitmap: 0/15 pages [0KB], 65536KB chunk
#
#   unused devices: <none>
#   == /sys/block/md0/md/array_state
#   active

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.contract import Collector, Entry, Kind, NotApplicable, Sample
from collectors.contract.reading import blocks
from collectors.inventoried import entries, size
from collectors.mdstat import Activity, Array, parse_mdstat

MDSTAT = "/proc/mdstat"

# A raid0 that lost a disk is active still in the mdstat of 6.1, and only here broken.
ARRAY_STATE = "/sys/block/*/md/array_state"
_STATE_OF = re.compile(r"/sys/block/([^/]+)/md/array_state")

_MD_STATES = ("active", "inactive", "recovering", "resync", "check")


@dataclass(frozen=True, slots=True)
class MdArrays:
    """All arrays. `gone` are those of earlier looks that are no longer there, under whatever name."""

    arrays: tuple[Array, ...]
    gone: tuple[Array, ...] = ()


def parse(output: str) -> MdArrays:
    """Raises `UnreadableOutput`, or `NotApplicable` where the kernel has no md."""
    parts = blocks(output)
    if MDSTAT not in parts:
        raise NotApplicable(f"no software RAID: the kernel has no {MDSTAT}")
    states = ((_STATE_OF.fullmatch(path), text.strip()) for path, text in parts.items())
    broken = {match[1] for match, state in states if match and state == "broken"}
    arrays = parse_mdstat(parts[MDSTAT])
    return MdArrays(tuple(replace(a, activity=Activity.BROKEN) if a.name in broken else a for a in arrays))


def compare(previous: MdArrays, current: MdArrays) -> MdArrays:
    """How many spares each array had when first seen, and what arrays are gone."""
    before = {array.name: array for array in (*previous.gone, *previous.arrays)}
    here = {array.name for array in current.arrays}
    taken = {member.device for array in current.arrays for member in array.members}
    # After a restart md0 may be called md127: its members are elsewhere, it is not gone.
    gone = [
        array
        for name, array in before.items()
        if name not in here and not any(member.device in taken for member in array.members)
    ]
    return MdArrays(tuple(_compared(before.get(array.name), array) for array in current.arrays), tuple(gone))


def _compared(before: Array | None, array: Array) -> Array:
    return array if before is None else replace(array, first_spares=before.first_spares)


def samples(facts: MdArrays) -> Iterator[Sample]:
    """As node_exporter's collector mdadm names them."""
    for array in facts.arrays:
        device = (("device", array.name),)
        shown = _node_exporters_state(array)
        for state in _MD_STATES:
            labels = (*device, ("state", state))
            yield Sample("node_md_state", float(state == shown), labels, "Indicates the state of md-device.")
        help_disks = "Number of active/failed/spare disks of device."
        for state, count in (("active", array.working), ("failed", len(array.failed)), ("spare", len(array.spares))):
            yield Sample("node_md_disks", count, (*device, ("state", state)), help_disks)
        yield Sample("node_md_disks_required", array.required, device, "Total number of disks of device.")
        yield Sample("node_md_blocks", array.blocks, device, "Total number of blocks on device.")
        synced = array.blocks if shown in ("active", "inactive") else 0
        if array.sync and array.sync.done_blocks is not None and array.sync.action != "reshape":
            synced = array.sync.done_blocks
        yield Sample("node_md_blocks_synced", synced, device, "Number of blocks synced on device.")


def _node_exporters_state(array: Array) -> str:
    action = array.sync.action if array.sync else None
    by_action = {"recovery": "recovering", "resync": "resync", "check": "check"}
    fallback = "active" if array.activity is Activity.ACTIVE else "inactive"
    return by_action.get(action or "", fallback)


def inventory(facts: MdArrays) -> Iterator[Entry]:
    """Each array that works, with its level, how many disks it needs, and its size."""
    told = (
        (a, f"{a.level}, {a.required} disks, {size(a.blocks * 1024)}") for a in facts.arrays if a.level and a.required
    )
    yield from entries(Kind.DISK, ((f"array {array.name}", words) for array, words in told))


COLLECTOR = Collector(
    probe="",
    files=(MDSTAT, ARRAY_STATE),
    parse=parse,
    compare=compare,
    samples=samples,
    inventory=inventory,
    keep_facts=True,
)
