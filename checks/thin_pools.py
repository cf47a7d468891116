"""How full the thin pools of LVM are: their data, and their metadata.

Item        group/pool
State       WARN or CRIT from `data_percent` and `metadata_percent`; CRIT when LVM says that the pool has failed, is
            out of space, or that its metadata can only be read. One that is not active is not judged
Why         more is promised to the volumes than there is: a full pool stops every file system on it at once, and full
            metadata needs a repair by hand
What to do  lvs -a GROUP; fstrim -av; lvextend -L +20G GROUP/POOL; lvextend --poolmetadatasize +1G GROUP/POOL;
            let it grow by itself: activation/thin_pool_autoextend_threshold in lvm.conf
Manual      2.1.6 volumes; 2.1.6 capacity; 2.1 disks; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Layer,
    Params,
    Percent,
    Result,
    Section,
    State,
    Text,
    UpperLevels,
    format_bytes,
    format_percent,
)
from checks.contract.threshold import crossed_percent, measured_ratio
from collectors import logical_volumes
from collectors.logical_volumes import NEVER, LogicalVolumes
from collectors.lvm_reports import LogicalVolume

_BROKEN = {
    "failed": Text(en="failed", zh="已失效"),
    "out_of_data": Text(en="out of space", zh="空间耗尽"),
    "metadata_read_only": Text(en="its metadata can only be read", zh="元数据只读"),
}


class ThinPoolsParams(Params):
    """Parameters of thin_pools."""

    data_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=80, crit=90), description="used of the pool's data space"
    )
    metadata_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=80, crit=90), description="used of the pool's metadata space"
    )
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree")


def evaluate(facts: LogicalVolumes, params: ThinPoolsParams) -> Iterator[Result]:
    """One result for each pool in use."""
    free = {group.name: group.free_bytes for group in facts.groups}
    for pool in facts.volumes:
        if pool.is_thin_pool and (pool.data_percent is not None or pool.health in _BROKEN):
            grows = pool.monitored and facts.autoextend_percent < NEVER
            yield _judge(pool, params, _room(free.get(pool.group, 0), facts.autoextend_percent if grows else None))


def _judge(pool: LogicalVolume, params: ThinPoolsParams, room: Text) -> Result:
    data, metadata = pool.data_percent or 0.0, pool.metadata_percent or 0.0
    data_state, metadata_state = params.data_percent.judge(data), params.metadata_percent.judge(metadata)
    data_level = crossed_percent(params.data_percent, data_state)
    metadata_level = crossed_percent(params.metadata_percent, metadata_state)
    en = f"data {format_percent(data / 100)} used{data_level.en}, metadata {format_percent(metadata / 100)}"
    zh = f"数据已用 {format_percent(data / 100)}{data_level.zh},元数据 {format_percent(metadata / 100)}"
    en, zh, state = f"{en}{metadata_level.en}{room.en}", f"{zh}{metadata_level.zh}{room.zh}", State.OK
    if pool.health in _BROKEN:
        broken, state = _BROKEN[pool.health], State.CRIT
        en, zh = f"{broken.en}: {en}", f"{broken.zh}:{zh}"
    return Result(
        f"{pool.group}/{pool.name}",
        max(state, data_state, metadata_state),
        Text(en=en, zh=zh),
        (
            measured_ratio("data_used", data / 100, params.data_percent),
            measured_ratio("metadata_used", metadata / 100, params.metadata_percent),
        ),
    )


def _room(free: int, grows_from: int | None) -> Text:
    """What is left in its group, and whether the pool takes it by itself."""
    left = format_bytes(free)
    if grows_from is None:
        return Text(en=f"; {left} free in the group", zh=f";卷组剩余 {left}")
    return Text(
        en=f"; grows by itself from {grows_from} %, {left} free in the group",
        zh=f";达到 {grows_from} % 时自动扩展,卷组剩余 {left}",
    )


CHECK = Check(
    reads=logical_volumes.COLLECTOR,
    params=ThinPoolsParams,
    evaluate=evaluate,
    title=Text(en="LVM thin pools", zh="LVM 精简池"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.STORAGE,
)
