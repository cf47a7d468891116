from dataclasses import replace

import pytest

from checks.contract import NotYet, State
from checks.process_states import ProcessStatesParams, evaluate
from collectors.processes import Processes, StateCount, StuckProcess

IDLE = Processes(1000.0, (StateCount("S", 90),), (), 0, (), (), 1, 0, compared=True)


def stuck(name: str, seen: float, parent: str = "cron") -> StuckProcess:
    return StuckProcess(name, 7, parent, 99, 100, seen)


def with_zombies(count: int) -> Processes:
    return replace(IDLE, states=(StateCount("Z", count),), zombies=(stuck("sh", 0),) * min(count, 50))


def with_stuck(count: int, seen: float = 120.0) -> Processes:
    return replace(IDLE, uninterruptible=(stuck("tar", seen),) * count)


def test_nothing_wrong() -> None:
    zombies, uninterruptible = evaluate(IDLE, ProcessStatesParams())
    assert (zombies.item, zombies.state, zombies.summary.en) == ("zombies", State.OK, "no zombies")
    assert (uninterruptible.item, uninterruptible.state) == ("uninterruptible", State.OK)


@pytest.mark.parametrize(
    ("count", "state"), [(4, State.OK), (5, State.WARN), (9, State.WARN), (10, State.CRIT), (5000, State.CRIT)]
)
def test_zombies(count: int, state: State) -> None:
    zombies, _ = evaluate(with_zombies(count), ProcessStatesParams())
    assert (zombies.state, zombies.measurements[0].value) == (state, count)
    # Not `count`: Prometheus keeps the ending _count for histograms.
    assert zombies.measurements[0].name == "processes"


@pytest.mark.parametrize(("count", "state"), [(0, State.OK), (1, State.WARN), (9, State.WARN), (10, State.CRIT)])
def test_uninterruptible(count: int, state: State) -> None:
    _, result = evaluate(with_stuck(count), ProcessStatesParams())
    assert (result.state, result.measurements[0].value) == (state, count)


def test_a_short_wait_for_the_disk_is_nothing() -> None:
    _, result = evaluate(with_stuck(20, seen=119.9), ProcessStatesParams())
    assert (result.state, result.summary.en) == (State.OK, "none stuck in uninterruptible sleep")


def test_the_first_look_cannot_tell_how_long() -> None:
    with pytest.raises(NotYet):
        list(evaluate(replace(with_stuck(1, seen=0.0), compared=False), ProcessStatesParams()))
    assert len(list(evaluate(replace(IDLE, compared=False), ProcessStatesParams()))) == 2


def test_ignored_names() -> None:
    _, result = evaluate(with_stuck(20), ProcessStatesParams(ignore=("ta*",)))
    assert result.state is State.OK


def test_one_zombie_is_no_plural() -> None:
    zombies, _ = evaluate(with_zombies(1), ProcessStatesParams())
    assert zombies.summary.en == "1 zombie, left by cron"


def test_how_long_a_zombie_has_been_left() -> None:
    left = replace(with_zombies(2), zombies=(stuck("sh", 60, "java"), stuck("sh", 7200, "java")))
    zombies, _ = evaluate(left, ProcessStatesParams())
    assert zombies.summary.en == "2 zombies for up to 2 h, left by java (2)"
    assert zombies.summary.zh == "僵尸进程 2 个,最长 2 小时,父进程 java (2)"


def test_words() -> None:
    five = replace(with_zombies(5), zombies=(*(stuck("sh", 0, "cron"),) * 3, stuck("x", 0, ""), stuck("y", 0, "java")))
    zombies, _ = evaluate(five, ProcessStatesParams())
    assert zombies.summary.en == "5 zombies, left by cron (3), pid 99, java (warn at 5)"
    assert zombies.summary.zh == "僵尸进程 5 个,父进程 cron (3), pid 99, java(警告阈值 5)"
    names = [stuck(name, seen) for name, seen in (("tar", 300), ("df", 120), ("ls", 130), ("cp", 150))]
    _, result = evaluate(replace(IDLE, uninterruptible=tuple(names)), ProcessStatesParams())
    assert result.summary.en == "4 stuck in uninterruptible sleep for up to 5 min: tar, df, ls, ... (warn at 1)"
    assert result.summary.zh == "4 个进程处于不可中断睡眠,最长 5 分钟:tar, df, ls, ...(警告阈值 1)"
