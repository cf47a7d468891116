from dataclasses import replace

import pytest
from pydantic import ValidationError

from checks.contract import Result, State
from checks.time_zone import TimeZoneParams, evaluate
from collectors.time_zone import TimeZone, compare, inventory

SHANGHAI = TimeZone("Asia/Shanghai", "CST-8", "CST", 28800)
UTC = TimeZone("Etc/UTC", "UTC0", "UTC", 0)
COPIED = TimeZone(None, "EST5EDT,M3.2.0,M11.1.0", "EST", -18000)


def judged(zone: TimeZone, expected: str | None = None) -> Result:
    (result,) = evaluate(zone, TimeZoneParams(expected=expected))
    assert result.item == "time zone"
    return result


@pytest.mark.parametrize(
    ("zone", "expected", "state", "words"),
    [
        (SHANGHAI, None, State.OK, "Asia/Shanghai, UTC+08:00"),
        (SHANGHAI, "Asia/Shanghai", State.OK, "Asia/Shanghai, UTC+08:00"),
        (replace(SHANGHAI, name="PRC"), "Asia/Shanghai", State.OK, "PRC, UTC+08:00"),
        (UTC, "UTC", State.OK, "Etc/UTC, UTC+00:00"),
        (UTC, "Asia/Shanghai", State.WARN, "Etc/UTC, UTC+00:00 (expected Asia/Shanghai)"),
        (TimeZone(None, None, "XXX", -12600), None, State.OK, "XXX, UTC-03:30"),
        (
            COPIED,
            "America/New_York",
            State.UNKNOWN,
            "EST5EDT,M3.2.0,M11.1.0, UTC-05:00: the zone has no name (expected America/New_York)",
        ),
        (TimeZone(None, "CST-8", "CST", 28800), "Asia/Shanghai", State.OK, "CST-8, UTC+08:00"),
    ],
)
def test_states(zone: TimeZone, expected: str | None, state: State, words: str) -> None:
    result = judged(zone, expected)
    assert (result.state, result.summary.en) == (state, words)


@pytest.mark.parametrize("expected", ["", "Asia Shanghai", "+08:00", "8", "Asia/上海", "Asia/Beijing"])
def test_what_can_be_no_zone_is_refused(expected: str) -> None:
    with pytest.raises(ValidationError, match="Asia/Shanghai"):
        TimeZoneParams(expected=expected)


@pytest.mark.parametrize("expected", ["UTC", "Etc/GMT+8", "America/Argentina/Buenos_Aires", "CST-8", "<+08>-8"])
def test_names_and_rules_are_taken(expected: str) -> None:
    assert TimeZoneParams(expected=expected).expected == expected


def test_a_zone_is_held_against_the_one_seen_first_until_it_is_relearned() -> None:
    moved = compare(UTC, SHANGHAI)
    assert judged(moved).state is State.WARN
    assert judged(moved).summary.en == "Asia/Shanghai, UTC+08:00 (Etc/UTC at the first look)"
    assert judged(compare(moved, SHANGHAI)).state is State.WARN
    assert judged(compare(moved, UTC)).state is State.OK
    assert judged(moved, "Asia/Shanghai").state is State.OK, "what is expected wins"


def test_summer_time_is_no_change() -> None:
    summer = replace(COPIED, abbreviation="EDT", offset_seconds=-14400)
    assert judged(compare(COPIED, summer)).state is State.OK
    assert list(inventory(COPIED)) == list(inventory(summer))
