from dataclasses import replace

import pytest

from checks.contract import State
from checks.link_speed import LinkSpeedParams, evaluate
from collectors.growth import Growth
from collectors.network_links import Link, NetworkLinks, compare, parse
from tests.recordings_on_disk import recordings

SEEN = {r.system: r.output for r in recordings() if r.collector == "network_links"}
FAST = Link("eno1", True, 10000, "full", 2, 10000)


def states(facts: NetworkLinks, **params: object) -> dict[str, State]:
    return {r.item: r.state for r in evaluate(facts, LinkSpeedParams(**params))}


def one(link: Link, **params: object) -> tuple[State, str, str]:
    (result,) = evaluate(NetworkLinks(10000.0, (link,)), LinkSpeedParams(**params))
    return result.state, result.summary.en, result.summary.zh


def test_a_server() -> None:
    assert states(parse(SEEN["debian-12"])) == {"eno1": State.OK, "eno2": State.OK, "eno3": State.OK}


def test_cards_that_became_slow() -> None:
    worse = compare(parse(SEEN["debian-12"]), parse(SEEN["debian-11-faults"]))
    # eno2 has lost its link: network_link tells that.
    assert states(worse) == {"eno1": State.WARN, "eno3": State.WARN}


@pytest.mark.parametrize(
    ("link", "state", "en", "zh"),
    [
        (FAST, State.OK, "10 Gbit/s, full duplex", "10 Gbit/s,全双工"),
        (
            replace(FAST, megabits_per_second=1000),
            State.WARN,
            "1 Gbit/s, full duplex (was 10 Gbit/s)",
            "1 Gbit/s,全双工(曾为 10 Gbit/s)",
        ),
        (replace(FAST, duplex="half"), State.WARN, "10 Gbit/s, half duplex", "10 Gbit/s,半双工"),
        (replace(FAST, duplex=None, megabits_per_second=100, fastest=100), State.OK, "100 Mbit/s", "100 Mbit/s"),
    ],
)
def test_words(link: Link, state: State, en: str, zh: str) -> None:
    assert one(link) == (state, en, zh)


def test_what_is_expected_comes_before_what_was_seen() -> None:
    slow = replace(FAST, megabits_per_second=1000)
    assert one(slow, expected={"eno1": 1000})[0] is State.OK
    assert one(slow, expected={"eno1": 25000})[:2] == (
        State.WARN,
        "1 Gbit/s, full duplex (expected 25 Gbit/s)",
    )
    assert one(slow, expected={"eno2": 1000})[0] is State.WARN


@pytest.mark.parametrize(("changes", "state"), [(3, State.OK), (4, State.WARN), (19, State.WARN), (20, State.CRIT)])
def test_flaps(changes: int, state: State) -> None:
    assert one(replace(FAST, flaps=(Growth(7000.0, changes),)))[0] is state
    assert one(replace(FAST, flaps=(Growth(6000.0, changes),)))[0] is State.OK  # more than an hour ago


def test_one_that_flaps_is_told_without_link_too() -> None:
    down = replace(FAST, is_up=False, megabits_per_second=None, duplex=None)
    assert states(NetworkLinks(10000.0, (down,))) == {}
    flapping = one(replace(down, flaps=(Growth(9000.0, 6),)))
    assert flapping[:2] == (State.WARN, "no link now; link changed 6 times in 1 h (warn at 4)")


def test_the_level_is_left_as_soon_as_the_speed_is_back() -> None:
    (result,) = evaluate(NetworkLinks(1.0, (FAST,)), LinkSpeedParams())
    speed = next(m for m in result.measurements if m.name == "bytes")
    # What is as good as its lower level is well (see agent.hysteresis).
    assert (speed.value, speed.warn, speed.lower, speed.unit.value) == (1.25e9, 1.25e9, True, "per_second")


def test_ignored() -> None:
    assert states(NetworkLinks(1.0, (FAST,)), ignore=("en*",)) == {}
