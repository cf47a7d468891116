import pytest

from checks.contract import Measurement, NotYet, State, Unit
from checks.tcp_retransmissions import TcpRetransmissionsParams, evaluate
from tests.checks.stack import stack


@pytest.mark.parametrize(
    ("sent", "again", "state"),
    [
        (95.1, 4.9, State.OK),
        (95.0, 5.0, State.WARN),
        (85.0, 15.0, State.CRIT),
        (0.0, 100.0, State.CRIT),
        # too little to judge: one dead partner
        (0.0, 2.0, State.OK),
        (5.0, 4.9, State.OK),
        (0.0, 0.0, State.OK),
    ],
)
def test_states(sent: float, again: float, state: State) -> None:
    (result,) = evaluate(stack(sent=sent, again=again), TcpRetransmissionsParams())
    assert (result.item, result.state) == ("tcp", state)


def test_scanners_that_never_answer_are_no_loss() -> None:
    (result,) = evaluate(stack(sent=20.0, again=5.0, handshakes=4.9), TcpRetransmissionsParams())
    assert (result.state, result.summary.en) == (State.OK, "0.5 % of 20.1 segments per second sent again")


def test_words_and_numbers() -> None:
    (result,) = evaluate(stack(sent=90.0, again=10.0), TcpRetransmissionsParams())
    assert result.summary.en == "10.0 % of 100 segments per second sent again (warn at 5 %)"
    assert result.summary.zh == "每秒发送 100 段,重传 10.0 %(警告阈值 5 %)"
    assert result.measurements == (
        Measurement("resent", 0.1, Unit.RATIO, 0.05, 0.15),
        Measurement("sent", 100.0, Unit.PER_SECOND),
    )


@pytest.mark.parametrize("facts", [stack(first=True), stack(sent=1.0), stack(again=1.0)])
def test_without_a_rate(facts: object) -> None:
    with pytest.raises(NotYet):
        list(evaluate(facts, TcpRetransmissionsParams()))  # type: ignore[arg-type]
