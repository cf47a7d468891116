"""ZFS pools: health, space, errors of each disk, and the last scrub. Everybody may ask.

== now 2026-11-21 20:15:00               local time, as are the dates in the status
== space
tank	11957900000000	5978950000000	5978950000000	12	50	ONLINE
== status
  pool: tank
 state: ONLINE
  scan: scrub repaired 0B in 00:24:13 with 0 errors on Sun Nov  8 00:48:14 2026
config:
    NAME        STATE     READ WRITE CKSUM
    tank        ONLINE       0     0     0
          sda       ONLINE       0     0     0
errors: No known data errors
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from collectors.contract import Collector, NoPermission, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, whole_number
from collectors.unanswered import refrain, refuse_unanswered
from collectors.zpool_status import PoolStatus, statuses

# Old versions know no -p.
PROBE = rf"""
{refrain("zpool")}
date '+== now %Y-%m-%d %H:%M:%S'
echo "== space"
zpool list -Hp -o name,size,alloc,free,frag,cap,health 2>&1
echo "== status"
zpool status -p 2>/dev/null || zpool status 2>/dev/null
:
"""

_NONE = ("no pools available", "The ZFS modules are not loaded", "The ZFS modules cannot be auto-loaded")


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool. The sizes are raw: parity and mirrors count. None while it is faulted and nothing is known."""

    status: PoolStatus
    size_bytes: int | None
    free_bytes: int | None
    fragmented_percent: int | None
    used_percent: int | None

    @property
    def name(self) -> str:
        """Its name."""
        return self.status.name


@dataclass(frozen=True, slots=True)
class ZfsPools:
    """All that are imported, and the names of those that ever were."""

    pools: tuple[Pool, ...]
    seen: tuple[str, ...] = ()


def parse(output: str) -> ZfsPools:
    """Raises `NotApplicable` (no pool), `NoPermission`, `UnreadableOutput`."""
    refuse_unanswered(output)
    parts = blocks(output, "space", "status")
    clock = next((name.removeprefix("now ") for name in parts if name.startswith("now ")), "")
    space = parts["space"].strip()
    if not space or space.startswith(_NONE):
        raise NotApplicable("no ZFS pool is imported")
    if "ermission denied" in space:
        raise NoPermission("the login may not open /dev/zfs; to allow it: chmod 666 /dev/zfs, by a rule of udev")
    try:
        now = datetime.strptime(clock, "%Y-%m-%d %H:%M:%S")
    except ValueError:
        raise UnreadableOutput("the host's local time", clock) from None
    told = {status.name: status for status in statuses(parts["status"], now)}
    pools = tuple({pool.name: pool for pool in _pools(space, told)}.values())
    return ZfsPools(pools, tuple(pool.name for pool in pools))


def _pools(space: str, told: dict[str, PoolStatus]) -> Iterator[Pool]:
    for line in space.split("\n"):
        fields = line.split("\t")
        if len(fields) != 7:
            raise UnreadableOutput("a pool and its space", line)
        if fields[0] not in told:
            raise UnreadableOutput(f"the status of {fields[0]}", line)
        size, _, free, fragmented, used = (_number(field, line) for field in fields[1:6])
        yield Pool(told[fields[0]], size, free, fragmented, used)


def _number(field: str, line: str) -> int | None:
    """`12`, `12%`, or `-` where it is not known."""
    return None if field == "-" else whole_number(field.removesuffix("%"), line)


def compare(previous: ZfsPools, current: ZfsPools) -> ZfsPools:
    """With all pools that were ever there."""
    return replace(current, seen=tuple(sorted({*previous.seen, *current.seen})))


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    needs_command="zpool",
    every_seconds=300,
    timeout_seconds=30,  # zpool waits for a pool whose disks do not answer
    compare=compare,
    keep_facts=True,
    absent=ZfsPools(()),
)
