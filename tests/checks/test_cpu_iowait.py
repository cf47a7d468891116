import pytest

from checks.contract import Measurement, NotYet, State, Unit
from checks.cpu_iowait import CpuIowaitParams, evaluate
from collectors.processor_time import Usage
from tests.checks.test_cpu_usage import facts


@pytest.mark.parametrize(
    ("iowait", "state"), [(0.0, State.OK), (0.399, State.OK), (0.4, State.WARN), (0.599, State.WARN), (0.6, State.CRIT)]
)
def test_states(iowait: float, state: State) -> None:
    (result,) = evaluate(facts(Usage(300, 0.1, iowait, 0)), CpuIowaitParams())
    assert (result.item, result.state) == ("cpu", state)
    assert result.measurements == (Measurement("iowait", iowait, Unit.RATIO, 0.4, 0.6),)


def test_words() -> None:
    (result,) = evaluate(facts(Usage(240, 0.1, 0.451, 0)), CpuIowaitParams())
    assert result.summary.en == "45.1 % waiting for disks over 4 min (warn at 40 %)"
    assert result.summary.zh == "近 4 分钟等待磁盘 45.1 %(警告阈值 40 %)"


def test_the_first_look_says_nothing() -> None:
    with pytest.raises(NotYet):
        list(evaluate(facts(None), CpuIowaitParams()))
