import pytest

from checks.conntrack_table import ConntrackTableParams, evaluate
from checks.contract import Measurement, State, Unit, UpperLevels
from collectors.conntrack import Conntrack


def judged(entries: int, drops: float | None = 0.0, maximum: int = 1000) -> tuple[State, str]:
    (result,) = evaluate(Conntrack(1.0, entries, maximum, (), drops), ConntrackTableParams())
    assert result.item == "conntrack"
    return result.state, result.summary.en


@pytest.mark.parametrize(
    ("entries", "drops", "expected"),
    [
        (749, 0.0, (State.OK, "74.9 % used, 749 of 1000")),
        (750, 0.0, (State.WARN, "75.0 % used, 750 of 1000 (warn at 75 %)")),
        (900, None, (State.CRIT, "90.0 % used, 900 of 1000 (crit at 90 %)")),
        (10, 0.05, (State.OK, "1.0 % used, 10 of 1000, 0.05 dropped per second")),
        (10, 0.1, (State.WARN, "1.0 % used, 10 of 1000, 0.1 dropped per second (warn at 0.1)")),
        (10, 12.0, (State.CRIT, "1.0 % used, 10 of 1000, 12 dropped per second (crit at 10)")),
    ],
)
def test_states(entries: int, drops: float | None, expected: tuple[State, str]) -> None:
    assert judged(entries, drops) == expected


def test_without_a_limit_what_is_lost_still_counts() -> None:
    assert judged(812, 0.0, maximum=0) == (State.OK, "812 tracked, no limit")
    assert judged(812, 20.0, maximum=0)[0] is State.CRIT


def test_numbers_and_chinese() -> None:
    (result,) = evaluate(Conntrack(1.0, 800, 1000, (), 0.5), ConntrackTableParams())
    assert result.summary.zh == "已用 80.0 %(800 / 1000)(警告阈值 75 %),每秒丢弃 0.5 个(警告阈值 0.1)"
    assert result.measurements == (
        Measurement("used", 0.8, Unit.RATIO, 0.75, 0.9),
        Measurement("entries", 800),
        Measurement("drops", 0.5, Unit.PER_SECOND, 0.1, 10),
    )


def test_own_levels() -> None:
    params = ConntrackTableParams(used_percent=UpperLevels(), drops_per_second=UpperLevels())
    assert next(evaluate(Conntrack(1.0, 1000, 1000, (), 99.0), params)).state is State.OK
