"""How full ZFS pools are.

Item        the pool
State       WARN or CRIT from `used_percent`, of raw space as zpool counts it. A pool that tells no
            numbers has failed, and is left to zfs_pools
Why         ZFS writes everything anew: a full pool becomes slow long before it stops, and then not even deletes
What to do  zfs list -o space -r POOL; zfs destroy old snapshots: zfs list -t snapshot -s used; zpool add POOL ...
Manual      2.1.6 capacity; 2.1 disks; form 8.2
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
    Text,
    Unit,
    UpperLevels,
    format_bytes,
)
from checks.contract.threshold import crossed_percent, measured_ratio
from collectors import zfs_pools
from collectors.zfs_pools import Pool, ZfsPools


class ZfsSpaceParams(Params):
    """Parameters of zfs_space."""

    used_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=80, crit=90), description="used of the pool's raw space"
    )


def evaluate(facts: ZfsPools, params: ZfsSpaceParams) -> Iterator[Result]:
    """One result for each pool that tells."""
    for pool in facts.pools:
        yield from _judge(pool, params)


def _judge(pool: Pool, params: ZfsSpaceParams) -> Iterator[Result]:
    if pool.used_percent is None or pool.free_bytes is None:
        return
    state = params.used_percent.judge(pool.used_percent)
    level, free = crossed_percent(params.used_percent, state), format_bytes(pool.free_bytes)
    en, zh = f"{pool.used_percent} % used, {free} free{level.en}", f"已用 {pool.used_percent} %,剩余 {free}{level.zh}"
    measured = [measured_ratio("used", pool.used_percent / 100, params.used_percent)]
    if pool.fragmented_percent is not None:
        measured.append(Measurement("fragmented", pool.fragmented_percent / 100, Unit.RATIO))
    yield Result(pool.name, state, Text(en=en, zh=zh), tuple(measured))


CHECK = Check(
    reads=zfs_pools.COLLECTOR,
    params=ZfsSpaceParams,
    evaluate=evaluate,
    title=Text(en="ZFS space", zh="ZFS 空间"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.STORAGE,
)
