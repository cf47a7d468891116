import pytest

from checks.contract import Measurement, State, UpperLevels
from checks.load_per_core import LoadPerCoreParams, evaluate
from collectors.load import Load


@pytest.mark.parametrize(
    ("load15", "cores", "state"),
    [(7.99, 4, State.OK), (8.0, 4, State.WARN), (19.9, 4, State.WARN), (20.0, 4, State.CRIT), (1.99, 1, State.OK)],
)
def test_states(load15: float, cores: int, state: State) -> None:
    (result,) = evaluate(Load(99, 99, load15, cores), LoadPerCoreParams())
    assert (result.item, result.state) == ("load", state)
    assert result.measurements == (
        Measurement("load15_per_core", load15 / cores, warn=2, crit=5),
        Measurement("cores", cores),
    )


def test_words() -> None:
    (result,) = evaluate(Load(12.5, 11, 10, 4), LoadPerCoreParams())
    assert result.summary.en == "2.50 per core over 15 min, load 12.50 / 11.00 / 10.00 on 4 cores (warn at 2)"
    assert result.summary.zh == "15 分钟每核负载 2.50,负载 12.50 / 11.00 / 10.00,4 核(警告阈值 2)"
    (result,) = evaluate(Load(0, 0, 0.5, 1), LoadPerCoreParams())
    assert result.summary.en == "0.50 per core over 15 min, load 0.00 / 0.00 / 0.50 on 1 core"


def test_own_levels() -> None:
    params = LoadPerCoreParams(load15_per_core=UpperLevels(warn=None, crit=0.5))
    (result,) = evaluate(Load(0, 0, 0.5, 1), params)
    assert result.state is State.CRIT
