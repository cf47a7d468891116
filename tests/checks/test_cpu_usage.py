import pytest

from checks.contract import Measurement, NotYet, State, Unit, UpperLevels
from checks.cpu_usage import CpuUsageParams, evaluate
from collectors.cpu import Cpu, Processor
from collectors.processor_time import Times, Usage

NOTHING = Times(0, 0, 0, 0, 0, 0, 0, 0)


def facts(usage: Usage | None, processors: int = 4) -> Cpu:
    return Cpu("a", 1000.0, NOTHING, tuple(Processor(n, NOTHING) for n in range(processors)), usage=usage)


@pytest.mark.parametrize(
    ("busy", "state"), [(0.799, State.OK), (0.8, State.WARN), (0.899, State.WARN), (0.9, State.CRIT), (1.0, State.CRIT)]
)
def test_states(busy: float, state: State) -> None:
    (result,) = evaluate(facts(Usage(300, busy, 0, 0)), CpuUsageParams())
    assert (result.item, result.state) == ("cpu", state)
    assert result.measurements == (Measurement("busy", busy, Unit.RATIO, 0.8, 0.9),)


def test_words() -> None:
    (result,) = evaluate(facts(Usage(300, 0.934, 0, 0.2)), CpuUsageParams())
    assert result.summary.en == (
        "93.4 % busy over 5 min, 4 processors, 20.0 % of it taken by the hypervisor (crit at 90 %)"
    )
    assert result.summary.zh == "近 5 分钟使用率 93.4 %,4 个处理器,其中被虚拟化平台占用 20.0 %(严重阈值 90 %)"
    (result,) = evaluate(facts(Usage(60, 0.02, 0, 0.01), processors=1), CpuUsageParams())
    assert result.summary.en == "2.0 % busy over 1 min, 1 processor"


def test_iowait_is_not_busy() -> None:
    (result,) = evaluate(facts(Usage(300, 0.01, 0.99, 0)), CpuUsageParams())
    assert result.state is State.OK


def test_no_levels_no_problem() -> None:
    (result,) = evaluate(facts(Usage(300, 1, 0, 0)), CpuUsageParams(busy_percent=UpperLevels()))
    assert result.state is State.OK


def test_the_first_look_says_nothing() -> None:
    with pytest.raises(NotYet):
        list(evaluate(facts(None), CpuUsageParams()))
