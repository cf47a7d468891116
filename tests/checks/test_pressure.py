import pytest

from checks.contract import Measurement, State, Unit, UpperLevels
from checks.pressure import PressureParams, evaluate
from collectors.pressure import Pressure, Stalls


def stalls(percent: float, last_minute: float = 0.0) -> Stalls:
    return Stalls(0.0, last_minute / 100, percent / 100, 1.0)


def state_of(resource: str, some: float, full: float | None, params: PressureParams | None = None) -> State:
    found = Pressure(resource, stalls(some), None if full is None else stalls(full))
    (result,) = evaluate((found,), params or PressureParams())
    assert result.item == resource
    return result.state


@pytest.mark.parametrize(
    ("resource", "some", "full", "state"),
    [
        ("cpu", 59.9, None, State.OK),
        ("cpu", 60, None, State.WARN),
        ("cpu", 100, 100, State.WARN),
        ("memory", 9.9, 4.9, State.OK),
        ("memory", 10, 0, State.WARN),
        ("memory", 8, 5, State.WARN),
        ("memory", 30, 20, State.CRIT),
        ("memory", 40, 1, State.CRIT),
        ("io", 100, 29.9, State.OK),
        ("io", 100, 30, State.WARN),
        ("io", 100, 60, State.CRIT),
    ],
)
def test_states(resource: str, some: float, full: float | None, state: State) -> None:
    assert state_of(resource, some, full) is state


def test_the_span_is_chosen() -> None:
    found = Pressure("cpu", stalls(10, last_minute=90), None)
    (result,) = evaluate((found,), PressureParams(span="1m"))
    assert (result.state, result.summary.en) == (State.WARN, "some tasks stalled 90.0 % (warn at 60 %) over 1 min")
    assert next(evaluate((found,), PressureParams())).state is State.OK


def test_own_levels() -> None:
    params = PressureParams(io_some_percent=UpperLevels(warn=None, crit=50), io_full_percent=UpperLevels())
    assert state_of("io", 50, 99, params) is State.CRIT
    assert state_of("io", 49, 99, params) is State.OK


def test_words_and_numbers() -> None:
    (result,) = evaluate((Pressure("memory", stalls(12.34), stalls(6)),), PressureParams())
    assert result.summary.en == "some tasks stalled 12.3 % (warn at 10 %), all 6.0 % (warn at 5 %) over 5 min"
    assert result.summary.zh == "近 5 分钟部分任务停滞 12.3 %(警告阈值 10 %),全部停滞 6.0 %(警告阈值 5 %)"
    assert result.measurements == (
        Measurement("some", 0.1234, Unit.RATIO, 0.1, 0.4),
        Measurement("full", 0.06, Unit.RATIO, 0.05, 0.2),
    )


def test_interrupts_are_not_judged() -> None:
    assert list(evaluate((Pressure("irq", None, stalls(99)),), PressureParams())) == []
