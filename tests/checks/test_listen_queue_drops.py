import pytest

from checks.contract import Measurement, NotYet, State, Unit, UpperLevels
from checks.listen_queue_drops import ListenQueueDropsParams, evaluate
from tests.checks.stack import stack


@pytest.mark.parametrize(
    ("drops", "state"), [(0.0, State.OK), (0.99, State.OK), (1.0, State.WARN), (4.9, State.WARN), (5.0, State.CRIT)]
)
def test_states(drops: float, state: State) -> None:
    (result,) = evaluate(stack(drops=drops, overflows=0.0), ListenQueueDropsParams())
    assert (result.item, result.state) == ("tcp", state)


def test_words_and_numbers() -> None:
    (result,) = evaluate(stack(drops=1.67, overflows=1.5), ListenQueueDropsParams())
    assert result.summary.en == "1.67 connections dropped per second, 1.5 of them for a full queue (warn at 1)"
    assert result.summary.zh == "每秒丢弃连接 1.67 个,其中因监听队列已满 1.5 个(警告阈值 1)"
    assert result.measurements == (
        Measurement("dropped", 1.67, Unit.PER_SECOND, 1, 5),
        Measurement("overflows", 1.5, Unit.PER_SECOND),
    )
    (result,) = evaluate(stack(drops=0.0, overflows=None), ListenQueueDropsParams())
    assert result.summary.en == "no connections dropped"


@pytest.mark.parametrize("facts", [stack(first=True), stack(drops=None)])
def test_without_a_rate(facts: object) -> None:
    with pytest.raises(NotYet):
        list(evaluate(facts, ListenQueueDropsParams()))  # type: ignore[arg-type]


def test_own_levels() -> None:
    params = ListenQueueDropsParams(per_second=UpperLevels(warn=None, crit=0.1))
    assert next(evaluate(stack(drops=0.1), params)).state is State.CRIT
