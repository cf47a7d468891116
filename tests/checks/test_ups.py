import pytest

from checks.contract import State
from checks.ups import CHECK, UpsParams, evaluate
from collectors.ups import UpsState, compare, parse
from collectors.ups_status import Ups
from tests.recordings_on_disk import recordings

SEEN = {r.system: r.output for r in recordings() if r.collector == "ups"}


def told(facts: UpsState, **params: object) -> dict[str, tuple[State, str]]:
    return {r.item: (r.state, r.summary.en) for r in evaluate(facts, UpsParams(**params))}


def state(supply: Ups, **params: object) -> State:
    return told(UpsState((supply,), ""), **params)[supply.name][0]


def test_on_mains() -> None:
    assert told(parse(SEEN["debian-12"])) == {
        "rack1": (State.OK, "on mains, battery 100 %, lasts 53 min, load 21 %"),
        "rack2": (State.OK, "on mains, battery 96 %, lasts 40 min, load 30 %"),
    }
    assert told(parse(SEEN["apcupsd"])) == {"rack1": (State.OK, "on mains, battery 100 %, lasts 1 h 2 min, load 14 %")}


def test_on_battery_and_a_worn_one() -> None:
    found = told(parse(SEEN["debian-12-on-battery"]))
    assert found["rack1"] == (State.WARN, "on battery, battery 88 %, lasts 33 min, load 23 %")
    assert found["rack2"][0] is State.WARN  # the battery must be replaced; on mains its short runtime warns only
    assert found["rack2"][1] == (
        "replace the battery, on mains, Replace battery! No batteries installed!, battery 100 %, "
        "lasts 4 min (warn at 10 min), load 30 %"
    )
    assert told(parse(SEEN["debian-11-on-battery"])) == found


def test_low_and_overloaded() -> None:
    found = told(parse(SEEN["debian-12-battery-low"]))
    assert found["rack1"] == (
        State.CRIT,
        "battery low, on battery, battery 9 % (crit at 20 %), lasts 1 min 40 s (crit at 5 min), load 23 %",
    )
    assert found["rack2"] == (
        State.CRIT,
        "overloaded, on mains, battery 100 %, lasts 20 min, load 108 % (crit at 95 %)",
    )
    (first, _) = evaluate(parse(SEEN["debian-12-battery-low"]), UpsParams())
    assert first.summary.zh == (
        "电池电量低,电池供电,电量 9 %(严重阈值 20 %),可供电 1 分钟 40 秒(严重阈值 5 分钟),负载 23 %"
    )
    assert told(parse(SEEN["apcupsd-on-battery"]))["rack1"][0] is State.CRIT


def test_one_that_does_not_answer_is_unknown() -> None:
    found = told(parse(SEEN["debian-12-driver-gone"]))
    assert found["rack1"][0] is State.CRIT
    assert found["rack2"] == (State.UNKNOWN, "does not answer: Driver not connected")
    assert found["rack9@localhost"] == (State.UNKNOWN, "does not answer: Unknown UPS")
    assert told(parse(SEEN["apcupsd-lost"]))["rack1"][0] is State.UNKNOWN
    gone = "does not answer: Error contacting apcupsd @ 127.0.0.1:3551: Connection refused"
    assert told(parse(SEEN["debian-12-apcupsd-gone"])) == {"apcupsd": (State.UNKNOWN, gone)}


def test_a_silent_server_takes_its_supplies_with_it() -> None:
    first, gone = parse(SEEN["debian-12"]), parse(SEEN["debian-12-server-gone"])
    words = "does not answer: Connection failure: Connection refused"
    assert told(gone) == {
        "upsd": (State.UNKNOWN, "NUT's server does not answer: Connection failure: Connection refused")
    }
    silent = compare(first, gone)
    assert {item: said for item, (_, said) in told(silent).items() if item != "upsd"} == {
        "rack1": words,
        "rack2": words,
    }
    assert set(told(compare(silent, gone))) == {"upsd", "rack1", "rack2"}
    assert told(compare(silent, first)) == told(first)


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (("OL",), State.OK),
        (("OL", "CHRG", "TRIM"), State.OK),
        (("OL", "BYPASS"), State.WARN),
        (("OL", "ALARM"), State.WARN),
        (("OB",), State.WARN),
        (("OB", "TEST", "DISCHRG"), State.OK),
        (("OB", "LB", "CAL"), State.CRIT),
        (("OB", "LB"), State.CRIT),
        (("FSD", "OL"), State.CRIT),
        (("OFF",), State.CRIT),
        (("WAIT",), State.UNKNOWN),
        ((), State.UNKNOWN),
    ],
)
def test_flags(flags: tuple[str, ...], expected: State) -> None:
    assert state(Ups("u", flags=flags)) is expected


def test_levels() -> None:
    assert state(Ups("u", flags=("OB",), runtime_seconds=600)) is State.WARN
    assert state(Ups("u", flags=("OB",), runtime_seconds=299)) is State.CRIT
    assert state(Ups("u", flags=("OL",), runtime_seconds=299)) is State.WARN
    assert state(Ups("u", flags=("OL",), runtime_seconds=299), runtime=None) is State.OK
    assert state(Ups("u", flags=("OL",), charge_ratio=0.19)) is State.WARN
    assert state(Ups("u", flags=("OB",), charge_ratio=0.19)) is State.CRIT
    assert state(Ups("u", flags=("OL",), load_ratio=0.8)) is State.WARN
    assert state(Ups("u", flags=("OL",), load_ratio=0.95)) is State.CRIT


def test_what_is_asked_for_reaches_the_probe() -> None:
    assert CHECK.arguments is not None
    assert CHECK.arguments(UpsParams(ask=("rack1@nas-01",))) == ("rack1@nas-01",)


def test_ignored() -> None:
    assert set(told(parse(SEEN["debian-12"]), ignore=("rack2",))) == {"rack1"}
