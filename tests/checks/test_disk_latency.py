from dataclasses import replace

import pytest

from checks.contract import Measurement, NotYet, State, Unit, UpperLevels
from checks.disk_latency import DiskLatencyParams, evaluate
from collectors.disk_activity import DiskActivity
from collectors.disk_counters import DiskKind
from tests.checks.disks import COUNTERS, disk, looked_at


def state_of(stuck: float | None = None, **activity: float) -> State:
    (result,) = evaluate(looked_at(disk(stuck=stuck, **activity)), DiskLatencyParams())
    assert result.item == "sda"
    return result.state


@pytest.mark.parametrize(
    ("activity", "state"),
    [
        ({"reads": 10, "read_seconds": 0.099}, State.OK),
        ({"reads": 10, "read_seconds": 0.1}, State.WARN),
        ({"reads": 10, "read_seconds": 0.5}, State.CRIT),
        # a turning disk, its queue full of what a backup writes
        ({"writes": 200, "write_seconds": 0.45}, State.OK),
        ({"writes": 10, "write_seconds": 0.5}, State.WARN),
        ({"writes": 10, "write_seconds": 2.0}, State.CRIT),
        # one slow request of a disk that slept
        ({"reads": 0.02, "read_seconds": 8.0}, State.OK),
        ({"reads": 0.02, "read_seconds": 8.0, "writes": 5, "write_seconds": 0.6}, State.WARN),
        ({}, State.OK),
    ],
)
def test_states(activity: dict[str, float], state: State) -> None:
    assert state_of(**activity) is state


@pytest.mark.parametrize(("stuck", "state"), [(29.0, State.OK), (59.9, State.WARN), (120.0, State.CRIT)])
def test_a_disk_that_does_not_answer(stuck: float, state: State) -> None:
    assert state_of(stuck) is state


def test_words_and_numbers() -> None:
    busy = disk(reads=10, read_seconds=0.0123, writes=200, write_seconds=2.5, queue=4.5)
    (result,) = evaluate(looked_at(busy), DiskLatencyParams())
    assert result.summary.en == "reads 12.3 ms (10/s), writes 2.5 s (200/s) (crit at 2 s)"
    assert result.summary.zh == "读 12.3 毫秒(每秒 10 次),写 2.5 秒(每秒 200 次)(严重阈值 2 秒)"
    assert result.measurements == (
        Measurement("reads", 10, Unit.PER_SECOND),
        Measurement("read_latency", 0.0123, Unit.SECONDS, 0.1, 0.5),
        Measurement("writes", 200, Unit.PER_SECOND),
        Measurement("write_latency", 2.5, Unit.SECONDS, 0.5, 2),
        Measurement("queue", 4.5),
    )
    (result,) = evaluate(looked_at(disk(stuck=125.0)), DiskLatencyParams())
    assert result.summary.en == "no answer for 2 min 5 s, 3 operations waiting (crit at 2 min)"
    assert result.summary.zh == "2 分钟 5 秒无应答,3 个操作等待中(严重阈值 2 分钟)"
    assert result.measurements[-1] == Measurement("stuck", 125.0, Unit.SECONDS, 30, 120)
    (result,) = evaluate(looked_at(disk()), DiskLatencyParams())
    assert result.summary.en == "idle"


def test_which_disks_are_looked_at() -> None:
    facts = looked_at(
        disk(), disk("dm-0", DiskKind.MAPPED), disk("md0", DiskKind.RAID), disk("sr0", DiskKind.REMOVABLE), disk("nbd0")
    )

    def items(params: DiskLatencyParams) -> list[str]:
        return [result.item for result in evaluate(facts, params)]

    assert items(DiskLatencyParams()) == ["sda", "nbd0"]
    assert items(DiskLatencyParams(also=("dm-*", "md0"), ignore=("nbd*",))) == ["sda", "dm-0", "md0"]


def test_a_device_that_is_not_in_use_is_no_disk() -> None:
    """The kernel shows sixteen network block devices as soon as it knows of any."""
    unused = replace(disk("nbd7"), counters=replace(COUNTERS, in_progress=0))
    assert [result.item for result in evaluate(looked_at(disk(), unused), DiskLatencyParams())] == ["sda"]
    assert len(list(evaluate(looked_at(disk(), unused), DiskLatencyParams(also=("nbd*",))))) == 2


def test_the_first_look() -> None:
    with pytest.raises(NotYet):
        list(evaluate(DiskActivity(1.0, (disk(),)), DiskLatencyParams()))
    new = replace(disk("sdb"), activity=None)
    assert [result.item for result in evaluate(looked_at(disk(), new), DiskLatencyParams())] == ["sda"]


def test_own_levels() -> None:
    params = DiskLatencyParams(read=UpperLevels(warn=0.02), at_least_per_second=0)
    assert next(evaluate(looked_at(disk(reads=0.1, read_seconds=0.03)), params)).state is State.WARN
