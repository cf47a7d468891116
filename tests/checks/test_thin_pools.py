from dataclasses import replace

import pytest

from checks.contract import Result, State
from checks.thin_pools import ThinPoolsParams, evaluate
from collectors.logical_volumes import NEVER, LogicalVolumes
from collectors.lvm_reports import LogicalVolume, VolumeGroup

GIB = 1024**3
POOL = LogicalVolume("pve", "data", "twi-aotz--", 100 * GIB, "", 42.0, 10.0, "", "queue", True)
GROUP = VolumeGroup("pve", 200 * GIB, 16 * GIB, 1, 0)


def judged(pool: LogicalVolume, autoextend: int = NEVER) -> list[Result]:
    return list(evaluate(LogicalVolumes((GROUP,), (pool,), autoextend), ThinPoolsParams()))


@pytest.mark.parametrize(
    ("data", "metadata", "state", "en"),
    [
        (42.0, 10.0, State.OK, "data 42.0 % used, metadata 10.0 %; 16 GiB free in the group"),
        (80.0, 10.0, State.WARN, "data 80.0 % used (warn at 80 %), metadata 10.0 %; 16 GiB free in the group"),
        (79.99, 90.0, State.CRIT, "data 80.0 % used, metadata 90.0 % (crit at 90 %); 16 GiB free in the group"),
        (90.0, 80.0, State.CRIT, None),
    ],
)
def test_levels(data: float, metadata: float, state: State, en: str | None) -> None:
    (result,) = judged(replace(POOL, data_percent=data, metadata_percent=metadata))
    assert (result.item, result.state) == ("pve/data", state)
    assert en is None or result.summary.en == en
    assert [m.value for m in result.measurements] == [data / 100, metadata / 100]


def test_a_pool_that_grows_by_itself() -> None:
    (grows,) = judged(POOL, 70)
    assert grows.summary.en.endswith("; grows by itself from 70 %, 16 GiB free in the group")
    assert grows.summary.zh == "数据已用 42.0 %,元数据 10.0 %;达到 70 % 时自动扩展,卷组剩余 16 GiB"
    (watched_by_nobody,) = judged(replace(POOL, monitored=False), 70)
    assert "grows" not in watched_by_nobody.summary.en


@pytest.mark.parametrize("health", ["failed", "out_of_data", "metadata_read_only"])
def test_a_broken_pool(health: str) -> None:
    (result,) = judged(replace(POOL, health=health))
    assert result.state is State.CRIT
    (even_without_numbers,) = judged(replace(POOL, health=health, data_percent=None))
    assert even_without_numbers.state is State.CRIT


def test_what_is_not_judged() -> None:
    assert judged(replace(POOL, data_percent=None)) == []
    assert judged(replace(POOL, attributes="swi-a-s---")) == []
