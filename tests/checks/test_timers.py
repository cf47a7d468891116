from dataclasses import replace

import pytest
from pydantic import ValidationError

from checks.contract import Result, State
from checks.timers import RequiredTimer, TimersParams, evaluate
from collectors.timed_units import Service, Timer
from collectors.timers import Timers

NOW = 1795291200.0
FINE = Service("backup.service", ended_at=NOW - 3590, succeeded_at=NOW - 3590)
TIMER = Timer("backup.timer", FINE, True, True, False, ("x",), 0.0, NOW + 60, NOW - 3600, None, NOW - 90000)
FAILED = replace(TIMER, service=Service("backup.service", "exit-code 3", None, NOW - 60, NOW - 7200))
REQUIRED = TimersParams(required=(RequiredTimer(timer="backup", within=7200.0),))


def judged(*timers: Timer, params: TimersParams | None = None) -> dict[str, Result]:
    return {result.item: result for result in evaluate(Timers(NOW, timers), params or TimersParams())}


def test_fine() -> None:
    (result,) = judged(TIMER).values()
    assert (result.item, result.state) == ("timers", State.OK)
    assert (result.summary.en, result.summary.zh) == ("1 without a problem", "1 个,均正常")


@pytest.mark.parametrize(
    ("timer", "en", "zh"),
    [
        (FAILED, "backup.service failed 1 min ago (exit-code 3)", "backup.service 于 1 分钟前运行失败(exit-code 3)"),
        (replace(TIMER, active=False), "enabled, but stopped: it will not run", "已启用但已停止,不会运行"),
        (
            replace(TIMER, service=Service("backup.service", running_since=NOW - 86401)),
            "backup.service has been running for 1 d (warn at 1 d)",
            "backup.service 已运行 1 天(警告阈值 1 天)",
        ),
        (
            replace(TIMER, due_at=NOW - 901),
            "was due 15 min 1 s ago and has not run",
            "应于 15 分钟 1 秒前运行,但未运行",
        ),
        (
            replace(TIMER, spent=True, last_at=None, next_at=None),
            "never ran, and is not due any more",
            "从未运行,且不再有到期时间",
        ),
    ],
)
def test_problems(timer: Timer, en: str, zh: str) -> None:
    (result,) = judged(timer).values()
    assert (result.item, result.state, result.summary.en) == ("backup.timer", State.WARN, en)
    assert result.summary.zh == zh


@pytest.mark.parametrize(
    "timer",
    [
        replace(TIMER, service=Service("backup.service", running_since=NOW - 86400)),
        replace(TIMER, due_at=NOW - 900),
        replace(TIMER, due_at=NOW - 4000, delay_seconds=3600.0),
        # Once after the start of the host, and it was.
        replace(TIMER, spent=True, next_at=None),
        replace(TIMER, last_at=None),
    ],
)
def test_no_problems(timer: Timer) -> None:
    assert list(judged(timer)) == ["timers"]


def test_long_runs_may_be_allowed() -> None:
    running = replace(TIMER, service=Service("backup.service", running_since=NOW - 10**7))
    assert list(judged(running, params=TimersParams(longest_run=None))) == ["timers"]


def test_ignored() -> None:
    assert list(judged(FAILED, params=TimersParams(ignore=("back*",)))) == ["timers"]


@pytest.mark.parametrize(
    ("timers", "state", "en"),
    [
        ((TIMER,), State.OK, "last success 59 min 50 s ago"),
        ((), State.CRIT, "required, but not there, or disabled"),
        ((FAILED,), State.CRIT, "backup.service failed 1 min ago (exit-code 3); last success 2 h ago"),
        (
            (replace(TIMER, active=False),),
            State.CRIT,
            "enabled, but stopped: it will not run; last success 59 min 50 s ago",
        ),
        (
            (replace(TIMER, due_at=NOW - 1000),),
            State.WARN,
            "was due 16 min 40 s ago and has not run; last success 59 min 50 s ago",
        ),
        (
            (replace(TIMER, service=replace(FINE, succeeded_at=NOW - 7201)),),
            State.CRIT,
            "last success 2 h ago (crit at 2 h)",
        ),
        ((replace(TIMER, service=Service("backup.service")),), State.CRIT, "no success seen for 1 d 1 h (crit at 2 h)"),
        (
            (replace(TIMER, service=Service("backup.service"), watched_since=NOW - 60),),
            State.OK,
            "no success seen for 1 min",
        ),
    ],
)
def test_required(timers: tuple[Timer, ...], state: State, en: str) -> None:
    results = judged(*timers, params=REQUIRED)
    assert (results["backup.timer"].state, results["backup.timer"].summary.en) == (state, en)
    assert results["timers"].state is State.OK


def test_names_of_timers() -> None:
    assert RequiredTimer(timer="a.timer").name == RequiredTimer(timer="a").name == "a.timer"
    with pytest.raises(ValidationError):
        RequiredTimer(timer="a b")
