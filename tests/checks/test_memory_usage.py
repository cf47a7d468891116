import pytest

from checks.contract import Measurement, State, Unit
from checks.memory_usage import MemoryUsageParams, evaluate
from collectors.memory import Memory

GIB = 1024**3


def facts(available: int, *, estimated: bool = False) -> Memory:
    return Memory(1000 * GIB, available * GIB, estimated, 0, 0)


@pytest.mark.parametrize(
    ("available", "state"),
    [(1000, State.OK), (201, State.OK), (200, State.WARN), (101, State.WARN), (100, State.CRIT), (0, State.CRIT)],
)
def test_states(available: int, state: State) -> None:
    (result,) = evaluate(facts(available), MemoryUsageParams())
    assert (result.item, result.state) == ("memory", state)
    used, left = result.measurements
    assert used == Measurement("used", pytest.approx(1 - available / 1000), Unit.RATIO, 0.8, 0.9)
    assert left == Measurement("available", available * GIB, Unit.BYTES)


def test_words() -> None:
    (result,) = evaluate(facts(80, estimated=True), MemoryUsageParams())
    assert result.summary.en == "92.0 % used, 80 GiB of 1000 GiB available (estimated) (crit at 90 %)"
    assert result.summary.zh == "已用 92.0 %,共 1000 GiB,可用 80 GiB(估算)(严重阈值 90 %)"


def test_more_available_than_there_is_counts_as_all() -> None:
    (result,) = evaluate(facts(2000), MemoryUsageParams())
    assert result.summary.en == "0.0 % used, 1000 GiB of 1000 GiB available"
