import pytest

from checks.contract import Measurement, State, Unit, UpperLevels
from checks.file_handles import FileHandlesParams, evaluate
from collectors.file_handles import FileHandles


@pytest.mark.parametrize(
    ("allocated", "unused", "state"),
    [(699, 0, State.OK), (700, 0, State.WARN), (900, 0, State.CRIT), (1000, 400, State.OK), (1500, 0, State.CRIT)],
)
def test_states(allocated: int, unused: int, state: State) -> None:
    (result,) = evaluate(FileHandles(allocated, unused, 1000), FileHandlesParams())
    assert (result.item, result.state) == ("files", state)


def test_words_and_numbers() -> None:
    (result,) = evaluate(FileHandles(750, 0, 1000), FileHandlesParams())
    assert result.summary.en == "75.0 % used, 750 of 1000 (warn at 70 %)"
    assert result.summary.zh == "已用 75.0 %(750 / 1000)(警告阈值 70 %)"
    assert result.measurements == (
        Measurement("used", 0.75, Unit.RATIO, 0.7, 0.9),
        Measurement("allocated", 750),
    )


def test_without_a_limit() -> None:
    (result,) = evaluate(FileHandles(2112, 0, 2**63 - 1), FileHandlesParams())
    assert (result.state, result.summary.en) == (State.OK, "2112 in use, no limit set")


def test_own_levels() -> None:
    params = FileHandlesParams(used_percent=UpperLevels(warn=None, crit=10))
    assert next(evaluate(FileHandles(100, 0, 1000), params)).state is State.CRIT
