import pytest

from checks.contract import Measurement, State, Unit, UpperLevels
from checks.tcp_limits import TcpLimitsParams, evaluate
from collectors.network_stack import TcpLimits
from tests.checks.stack import stack

LIMITS = TcpLimits(orphans=1000, time_wait=1000, memory_pages=1000)


@pytest.mark.parametrize(
    ("sockets", "expected"),
    [
        ({"orphan": 249, "tw": 799, "mem": 799}, (State.OK, State.OK, State.OK)),
        ({"orphan": 250, "tw": 800, "mem": 800}, (State.WARN, State.WARN, State.WARN)),
        ({"orphan": 500, "tw": 1000, "mem": 900}, (State.CRIT, State.WARN, State.CRIT)),
    ],
)
def test_states(sockets: dict[str, int], expected: tuple[State, ...]) -> None:
    results = list(evaluate(stack(sockets=sockets, limits=LIMITS), TcpLimitsParams()))
    assert [result.item for result in results] == ["orphans", "time_wait", "memory"]
    assert tuple(result.state for result in results) == expected


def test_what_is_not_told_has_no_item() -> None:
    sockets = {"orphan": 5, "tw": 5, "mem": 5}
    found = evaluate(stack(sockets=sockets, limits=TcpLimits(None, 100, 0)), TcpLimitsParams())
    assert [result.item for result in found] == ["time_wait"]
    assert list(evaluate(stack(sockets={}, limits=LIMITS), TcpLimitsParams())) == []


def test_words_and_numbers() -> None:
    _, time_wait, memory = evaluate(
        stack(sockets={"orphan": 0, "tw": 850, "mem": 512}, limits=LIMITS), TcpLimitsParams()
    )
    assert time_wait.summary.en == "85.0 % of the limit, 850 of 1000 (warn at 80 %)"
    assert time_wait.summary.zh == "达到上限的 85.0 %(850 / 1000)(警告阈值 80 %)"
    assert time_wait.measurements == (Measurement("used", 0.85, Unit.RATIO, 0.8, None), Measurement("in_use", 850))
    assert memory.summary.en == "51.2 % of the limit, 2 MiB of 3.91 MiB"
    assert memory.measurements == (
        Measurement("used", 0.512, Unit.RATIO, 0.8, 0.9),
        Measurement("in_use", 2 * 1024**2, Unit.BYTES),
    )


def test_a_count_that_is_below_zero_for_a_moment() -> None:
    """The kernel adds up what its processors hold back."""
    (result,) = evaluate(stack(sockets={"mem": -3}, limits=LIMITS, page_bytes=None), TcpLimitsParams())
    assert (result.state, result.summary.en) == (State.OK, "0.0 % of the limit, 0 of 1000")
    assert [measurement.name for measurement in result.measurements] == ["used"]


def test_own_levels() -> None:
    params = TcpLimitsParams(time_wait_percent=UpperLevels(warn=None, crit=1))
    (result,) = evaluate(stack(sockets={"tw": 10}, limits=LIMITS), params)
    assert result.state is State.CRIT
