import pytest

from checks.contract import Result, State
from checks.oom_kills import OomKillsParams, evaluate
from collectors.vmstat import Kills, Vmstat

NOW = 1795291200.0


def judged(total: int, *kills: Kills, params: OomKillsParams | None = None) -> Result:
    (result,) = evaluate(Vmstat(NOW, "boot-a", total, (), kills), params or OomKillsParams())
    return result


@pytest.mark.parametrize(
    ("total", "kills", "state", "en", "zh"),
    [
        (0, (), State.OK, "none since the host started", "本次开机后无"),
        (3, (), State.OK, "none since the first look, 3 before it", "首次检查后无,此前 3 次"),
        (
            4,
            (Kills(1, NOW - 60),),
            State.WARN,
            "1 process killed in 1 d (warn at 1), last 1 min ago",
            "1 天内终止进程 1 个(警告阈值 1),最近一次在 1 分钟前",
        ),
        (
            8,
            (Kills(3, NOW - 7200), Kills(2, NOW - 60)),
            State.CRIT,
            "5 processes killed in 1 d (crit at 5), last 1 min ago",
            "1 天内终止进程 5 个(严重阈值 5),最近一次在 1 分钟前",
        ),
        (3, (Kills(3, NOW - 86400),), State.OK, "none in 1 d, last 1 d ago", "1 天内无,最近一次在 1 天前"),
        # The host was restarted since.
        (0, (Kills(1, NOW - 60),), State.WARN, "1 process killed in 1 d (warn at 1), last 1 min ago", None),
        (0, (Kills(1, NOW - 90000),), State.OK, "none since the host started", None),
    ],
)
def test_state(total: int, kills: tuple[Kills, ...], state: State, en: str, zh: str | None) -> None:
    result = judged(total, *kills)
    assert (result.item, result.state, result.summary.en) == ("oom", state, en)
    assert zh in (None, result.summary.zh)
    assert result.measurements[1].value == total


def test_shown_for() -> None:
    params = OomKillsParams.model_validate({"shown_for": "1h"})
    assert judged(1, Kills(1, NOW - 3601), params=params).state is State.OK
