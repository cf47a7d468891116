from dataclasses import replace

import pytest

from collectors.conntrack import Conntrack, Statistic, compare


def look(uptime: float, drop: int, early: int = 0) -> Conntrack:
    return Conntrack(uptime, 10, 1000, (Statistic("drop", drop), Statistic("early_drop", early)))


def test_what_was_lost_per_second() -> None:
    assert compare(look(100, 5, 1), look(160, 65, 31)).drops_per_second == 1.5
    assert compare(look(100, 5), look(160, 5)).drops_per_second == 0.0


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(look(30, 900), id="the host was started anew"),
        pytest.param(look(160, 4), id="the counters began anew"),
        pytest.param(look(100, 5), id="no time passed"),
        pytest.param(replace(look(160, 65), statistics=()), id="they are not told any more"),
    ],
)
def test_no_rate(now: Conntrack) -> None:
    assert compare(look(100, 5), now) == now
