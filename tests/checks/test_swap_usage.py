import pytest

from checks.contract import Measurement, State, Unit
from checks.swap_usage import SwapUsageParams, evaluate
from collectors.memory import Memory

GIB = 1024**3


def facts(total: int, free: int) -> Memory:
    return Memory(GIB, GIB, False, total * GIB, free * GIB)


@pytest.mark.parametrize(
    ("free", "state"), [(100, State.OK), (51, State.OK), (50, State.WARN), (21, State.WARN), (20, State.CRIT)]
)
def test_states(free: int, state: State) -> None:
    (result,) = evaluate(facts(100, free), SwapUsageParams())
    assert (result.item, result.state) == ("swap", state)
    used, left = result.measurements
    assert used == Measurement("used", pytest.approx(1 - free / 100), Unit.RATIO, 0.5, 0.8)
    assert left == Measurement("free", free * GIB, Unit.BYTES)


def test_words() -> None:
    (result,) = evaluate(facts(4, 1), SwapUsageParams())
    assert result.summary.en == "75.0 % used, 1 GiB of 4 GiB free (warn at 50 %)"
    assert result.summary.zh == "已用 75.0 %,共 4 GiB,剩余 1 GiB(警告阈值 50 %)"


def test_no_swap_no_result() -> None:
    assert list(evaluate(facts(0, 0), SwapUsageParams())) == []
