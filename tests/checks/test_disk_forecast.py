import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from checks.contract import Measurement, NotYet, Past, Result, Span, State, Unit
from checks.disk_forecast import CHECK, DiskForecastParams
from collectors.filesystem_space import Filesystem, Filesystems, SilentFilesystem

GIB = 1024**3
HOUR, DAY = 3600.0, 86400.0
BEGIN = 1_767_225_600.0


def disk(used: float, available: float, mount: str = "/srv", *, read_only: bool = False) -> Filesystem:
    """Sizes in GiB; as much again as is available is kept for root."""
    size, left = round((used + 2 * available) * GIB), round(available * GIB)
    return Filesystem(mount, "/dev/sda1", "ext4", read_only, size, size - round(used * GIB), left, None, None)


def spans(used: Callable[[float], float], days: float) -> tuple[Span, ...]:
    """Hours, of a function of the day in GiB."""
    values = [used(hour / 24) * GIB for hour in range(round(days * 24))]
    return tuple(Span(BEGIN + hour * HOUR, HOUR, value, value, value) for hour, value in enumerate(values))


def judge(
    filesystem: Filesystem,
    used: Callable[[float], float],
    days: float,
    expected: Callable[[float], float] | None = None,
    **params: object,
) -> Result:
    """What is said when `used` was seen for so many days."""
    series = {(filesystem.mount, "used"): spans(used, days)}
    if expected is not None:
        series[filesystem.mount, "expected"] = spans(expected, days)
    past = Past(BEGIN + days * DAY, series)
    (result,) = CHECK.judge(Filesystems((filesystem,), ()), DiskForecastParams.model_validate(params), past)
    return result


def measured(result: Result) -> dict[str, Measurement]:
    return {one.name: one for one in result.measurements}


def growing(day: float) -> float:
    return 400 + 10 * day


@pytest.mark.parametrize(
    ("available", "state", "words"),
    [
        (200, State.OK, "full in 20 d at 10 GiB/day"),
        (71, State.OK, "full in 7 d 2 h at 10 GiB/day"),
        (69, State.WARN, "full in 6 d 21 h at 10 GiB/day (warn at 7 d)"),
        (11, State.WARN, "full in 1 d 2 h at 10 GiB/day (warn at 7 d)"),
        (9, State.CRIT, "full in 21 h 36 min at 10 GiB/day (crit at 1 d)"),
        (0, State.CRIT, "full, and still growing at 10 GiB/day (crit at 1 d)"),
    ],
)
def test_levels(available: float, state: State, words: str) -> None:
    result = judge(disk(growing(10), available), growing, 10)
    assert (result.state, re.sub(r" \([^)]* to [^)]*\)", "", result.summary.en)) == (state, words)


def test_words_in_both_languages() -> None:
    result = judge(disk(growing(10), 32), growing, 10)
    assert result.summary.en == "full in 3 d 4 h (3 d 4 h to 3 d 5 h) at 10 GiB/day (warn at 7 d)"
    assert result.summary.zh == "按每天增长 10 GiB 计算,3 天 4 小时后写满(3 天 4 小时至 3 天 5 小时)(警告阈值 7 天)"


def test_measurements() -> None:
    told = measured(judge(disk(growing(10), 30), growing, 10))
    assert told["used"] == Measurement("used", 500 * GIB, Unit.BYTES)
    assert told["size"] == Measurement("size", 560 * GIB, Unit.BYTES)
    assert told["expected"].value == pytest.approx(510 * GIB, rel=1e-3)
    assert told["growth_bytes"].value * DAY == pytest.approx(10 * GIB, rel=1e-2)
    assert (told["growth_bytes"].unit, told["full_in"].unit) == (Unit.PER_SECOND, Unit.SECONDS)
    assert told["full_in"].value == pytest.approx(3 * DAY, rel=0.02)
    assert (told["full_in"].warn, told["full_in"].crit, told["full_in"].lower) == (7 * DAY, DAY, True)
    assert told["confidence"].value == pytest.approx(1.0, abs=0.05)


def test_silent_without_enough_history() -> None:
    result = judge(disk(growing(2), 5), growing, 2)
    assert result.state is State.OK
    assert result.summary.en.startswith("too little history yet: 1 d 23 h of 3 d")
    assert result.summary.zh.startswith("历史数据不足:1 天 23 小时,需要 3 天")
    assert set(measured(result)) == {"used", "size", "expected"}, "recorded from the first look on"
    assert measured(result)["expected"].value == measured(result)["used"].value
    assert judge(disk(growing(3.1), 5), growing, 3.1).state is State.CRIT
    assert judge(disk(growing(3.1), 5), growing, 3.1, history="7d").state is State.OK


def test_the_first_look_begins_the_history() -> None:
    (result,) = CHECK.judge(Filesystems((disk(10, 10),), ()), DiskForecastParams(), Past(BEGIN))
    assert (result.state, result.summary.en) == (State.OK, "too little history yet: 0 s of 3 d")
    assert set(CHECK.recalls.names if CHECK.recalls else ()) <= set(measured(result))


def test_what_does_not_fill() -> None:
    still = judge(disk(500, 1), lambda _: 500.0, 10)
    assert (still.state, still.summary.en, still.summary.zh) == (State.OK, "not filling up", "未见持续增长")
    assert "full_in" not in measured(still)
    shrinking = judge(disk(400, 1), lambda day: 500 - 10 * day, 10)
    assert (shrinking.state, shrinking.summary.en) == (State.OK, "not filling up")


def test_nothing_is_foretold_further_than_was_seen() -> None:
    result = judge(disk(430, 55), growing, 4, full_within={"warn": "10d"})
    assert result.state is State.OK
    assert "; not alerting: it has been growing like this for " in result.summary.en
    assert ";不告警:该增长仅持续了" in result.summary.zh
    assert measured(result)["full_in"].warn is None, "no level was crossed"


def test_a_run_says_since_when() -> None:
    result = judge(disk(620, 80), lambda day: 500 + max(0.0, day - 9.5) * 240, 10)
    assert result.state is State.CRIT
    assert " at 240 GiB/day since 12 h " in result.summary.en
    assert "(已持续 12 小时)" in result.summary.zh


def test_bad_forecasts_silence_it() -> None:
    """It foretold 200 GiB a day for a week, and ten came."""
    bad = judge(disk(growing(10), 20), growing, 10, expected=lambda day: growing(day) + 200)
    assert bad.state is State.OK
    assert bad.summary.en.endswith("; not alerting: 217 of 217 forecasts of the last week were wrong")
    assert bad.summary.zh.endswith(";不告警:最近一周 217 次预测中有 217 次不准")
    assert measured(bad)["wrong_forecasts"].value == 1.0
    assert measured(bad)["full_in"].warn is None
    asked = judge(disk(growing(10), 20), growing, 10, expected=lambda day: growing(day) + 200, grading=False)
    assert asked.state is State.WARN
    good = judge(disk(growing(10), 20), growing, 10, expected=lambda day: growing(day) + 10)
    assert good.state is State.WARN
    assert measured(good)["wrong_forecasts"].value == 0.0


def test_levels_of_ones_own() -> None:
    assert judge(disk(500, 50), growing, 10, full_within={"warn": "3d", "crit": "1d"}).state is State.OK
    assert judge(disk(500, 50), growing, 10, full_within={"crit": "6d"}).state is State.CRIT
    assert judge(disk(500, 5), growing, 10, full_within=None).state is State.OK


def test_what_is_left_out() -> None:
    silent = SilentFilesystem("/mnt", "/dev/sdb1", "ext4", False)
    facts = Filesystems((disk(5, 5, "/iso", read_only=True), disk(5, 5, "/media/stick"), disk(5, 5)), (silent,))
    params = DiskForecastParams(ignore_mounts=("/media/*",))
    assert [result.item for result in CHECK.judge(facts, params, Past(BEGIN))] == ["/srv"]


def test_without_a_history_nothing_is_said() -> None:
    with pytest.raises(NotYet, match="none answers"):
        list(CHECK.judge(Filesystems((disk(10, 10),), ()), DiskForecastParams(), Past()))


def test_each_has_its_own_past() -> None:
    now = BEGIN + 10 * DAY
    past = Past(now, {("/a", "used"): spans(growing, 10), ("/b", "used"): spans(lambda _: 500.0, 10)})
    facts = Filesystems((disk(500, 20, "/a"), disk(500, 20, "/b"), disk(500, 20, "/c")), ())
    states = {result.item: result.summary.en for result in CHECK.judge(facts, DiskForecastParams(), past)}
    assert states["/a"].startswith("full in ")
    assert (states["/b"], states["/c"]) == ("not filling up", "too little history yet: 0 s of 3 d")


def test_file_systems_in_memory_are_left_to_disk_usage() -> None:
    in_memory = replace(disk(1, 1, "/run"), fstype="tmpfs")
    past = Past(BEGIN + 10 * DAY, {("/run", "used"): spans(growing, 10)})
    assert list(CHECK.judge(Filesystems((in_memory,), ()), DiskForecastParams(), past)) == []
