import pytest

from checks.contract import Measurement, State, Unit
from checks.task_limit import TaskLimitParams, evaluate
from collectors.tasks import Tasks


@pytest.mark.parametrize(
    ("tasks", "pid_max", "threads_max", "state"),
    [
        (749, 1000, 5000, State.OK),
        (750, 1000, 5000, State.WARN),
        (900, 5000, 1000, State.CRIT),
        (1200, 1000, 1000, State.CRIT),
    ],
)
def test_states(tasks: int, pid_max: int, threads_max: int, state: State) -> None:
    (result,) = evaluate(Tasks(tasks, pid_max, threads_max), TaskLimitParams())
    assert (result.item, result.state) == ("tasks", state)


def test_words_name_the_limit_that_comes_first() -> None:
    (result,) = evaluate(Tasks(30000, 32768, 192730), TaskLimitParams())
    assert result.summary.en == "91.6 % used, 30000 of 32768 (kernel.pid_max) (crit at 90 %)"
    assert result.summary.zh == "已用 91.6 %(30000 / 32768,kernel.pid_max)(严重阈值 90 %)"
    assert result.measurements == (
        Measurement("used", 30000 / 32768, Unit.RATIO, 0.75, 0.9),
        Measurement("tasks", 30000),
    )
    (result,) = evaluate(Tasks(10, 4194304, 1000), TaskLimitParams())
    assert result.summary.en == "1.0 % used, 10 of 1000 (kernel.threads-max)"
