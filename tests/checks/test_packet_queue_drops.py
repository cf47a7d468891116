import pytest

from checks.contract import Measurement, NotYet, State, Unit
from checks.packet_queue_drops import PacketQueueDropsParams, evaluate
from tests.checks.stack import stack


@pytest.mark.parametrize(
    ("lost", "state"), [(0.0, State.OK), (0.9, State.OK), (1.0, State.WARN), (99.0, State.WARN), (100.0, State.CRIT)]
)
def test_states(lost: float, state: State) -> None:
    (result,) = evaluate(stack(packets=5000.0, lost=lost), PacketQueueDropsParams())
    assert (result.item, result.state) == ("softnet", state)


def test_words_and_numbers() -> None:
    (result,) = evaluate(stack(packets=512.0, lost=2.5), PacketQueueDropsParams())
    assert result.summary.en == "2.5 packets dropped per second, 512 taken (warn at 1)"
    assert result.summary.zh == "每秒丢弃数据包 2.5 个,处理 512 个(警告阈值 1)"
    assert result.measurements == (Measurement("dropped", 2.5, Unit.PER_SECOND, 1, 100),)
    (result,) = evaluate(stack(packets=512.0, lost=0.0), PacketQueueDropsParams())
    assert result.summary.en == "no packets dropped, 512 taken per second"


@pytest.mark.parametrize("facts", [stack(first=True), stack()])
def test_without_a_rate(facts: object) -> None:
    with pytest.raises(NotYet):
        list(evaluate(facts, PacketQueueDropsParams()))  # type: ignore[arg-type]
