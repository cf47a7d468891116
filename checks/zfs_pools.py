"""ZFS pools: health, errors of their disks, and what the last scrub found.

Item        the pool; the same with `errors` and, where there was one, `scrub`
State       CRIT when the pool is not ONLINE or no longer imported, and when data are damaged; WARN when a disk counts
            errors (they stay until `zpool clear`); CRIT when the last scrub left errors; from `scrub_age`, which is
            off by default
Why         a degraded pool loses everything with the next disk; errors that nobody looks at become damaged files
What to do  zpool status -v POOL; zpool replace POOL DISK NEW; zpool clear POOL; zpool scrub POOL. A pool given up on
            purpose: rounds relearn HOST zfs_pools
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
from collectors import zfs_pools
from collectors.zfs_pools import Pool, ZfsPools
from collectors.zpool_status import Vdev

_WELL = frozenset(("ONLINE", "AVAIL", "INUSE"))
_SHOWN = 4
_SCANS = {"scrub": "数据清洗(scrub)", "resilver": "重建(resilver)"}
_STATES = {"running": "进行中", "paused": "已暂停", "canceled": "已取消"}


class ZfsPoolsParams(Params):
    """Parameters of zfs_pools."""

    scrub_age: UpperLevels[Duration] = Field(
        UpperLevels[Duration](),
        description="since the last scrub or resilver, such as {warn: 40d}; none at all is older",
    )
    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since none of this comes and goes"
    )


def evaluate(facts: ZfsPools, params: ZfsPoolsParams) -> Iterator[Result]:
    """Two or three results for each pool that is or was there."""
    there = {pool.name for pool in facts.pools}
    for name in facts.seen:
        if name not in there:
            text = Text(en="gone: no longer imported", zh="已消失:不再处于导入状态")
            yield Result(name, State.CRIT, text)
    for pool in facts.pools:
        yield _health(pool)
        yield _errors(pool)
        yield from _scrub(pool, params)


def _health(pool: Pool) -> Result:
    status = pool.status
    unwell = [vdev for vdev in status.vdevs[1:] if vdev.state not in _WELL]
    # A group is degraded since one of its disks is worse.
    bad = [f"{vdev.name} {vdev.state}" for vdev in sorted(unwell, key=lambda vdev: vdev.state == "DEGRADED")]
    if status.state == "ONLINE":
        return Result(pool.name, State.OK, Text(en="online", zh="在线"), (Measurement("online", 1),))
    words = ", ".join(bad[:_SHOWN]) + (" ..." if len(bad) > _SHOWN else "")
    en, zh = f"{status.state.lower()}{': ' if bad else ''}{words}", f"{status.state}{':' if bad else ''}{words}"
    return Result(pool.name, State.CRIT, Text(en=en, zh=zh), (Measurement("online", 0),))


def _errors(pool: Pool) -> Result:
    item, damaged = f"{pool.name} errors", pool.status.data_errors
    disks = [vdev for vdev in pool.status.vdevs if vdev.errors]
    measured = (Measurement("errors", sum(vdev.errors for vdev in disks)), Measurement("data_errors", damaged or 0))
    en, zh = ", ".join(_counted(vdev).en for vdev in disks[:_SHOWN]), "、".join(_counted(v).zh for v in disks[:_SHOWN])
    if damaged:
        en, zh = (
            f"data errors: {damaged}{'; ' if disks else ''}{en}",
            f"数据损坏 {damaged} 处{';' if disks else ''}{zh}",
        )
        return Result(item, State.CRIT, Text(en=en, zh=zh), measured)
    if disks:
        return Result(item, State.WARN, Text(en=en, zh=zh), measured)
    if damaged is None:
        return Result(
            item, State.UNKNOWN, Text(en="zpool does not tell of damaged data", zh="zpool 未提供数据损坏情况")
        )
    return Result(item, State.OK, Text(en="none", zh="无"), measured)


def _counted(vdev: Vdev) -> Text:
    counts = (
        (vdev.read_errors, "read", "读"),
        (vdev.write_errors, "write", "写"),
        (vdev.checksum_errors, "checksum", "校验"),
    )
    return Text(
        en=f"{vdev.name} " + " ".join(f"{count} {en}" for count, en, _ in counts if count),
        zh=f"{vdev.name} " + " ".join(f"{zh} {count}" for count, _, zh in counts if count),
    )


def _scrub(pool: Pool, params: ZfsPoolsParams) -> Iterator[Result]:
    item, scan, levels = f"{pool.name} scrub", pool.status.scan, params.scrub_age
    if scan is None:
        if levels.warn is not None or levels.crit is not None:
            yield Result(item, State.WARN, Text(en="never made", zh="从未执行"))
        return
    age = scan.age_seconds or 0
    by_age, ago = levels.judge(age), duration_text(age)
    level = crossed_duration(levels, by_age)
    en, zh = (
        f"{scan.kind} {scan.state}, {ago.en} ago",
        f"{_SCANS[scan.kind]}{_STATES.get(scan.state, '完成')},{ago.zh}前",
    )
    if scan.state == "finished":
        en, zh = f"{scan.kind} {ago.en} ago, errors left: {scan.errors}", f"{zh},遗留错误 {scan.errors} 个"
    state = max(by_age, State.CRIT if scan.errors else State.OK)
    measured = Measurement("scrub_age", age, Unit.SECONDS, levels.warn, levels.crit)
    yield Result(item, state, Text(en=en + level.en, zh=zh + level.zh), (measured,))


CHECK = Check(
    reads=zfs_pools.COLLECTOR,
    params=ZfsPoolsParams,
    evaluate=evaluate,
    title=Text(en="ZFS pools", zh="ZFS 存储池"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.STORAGE,
)
