from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.problems import REACHABLE, Kind, Tracker
from checks.contract import State
from collectors.contract import Reason
from exporters.contract import HostReport, Lane
from tests.agent.reports import BACKUP, CPU, DISK, card, failed, found, judged, report, unjudged, used

OK, WARN, UNKNOWN, CRIT = State.OK, State.WARN, State.UNKNOWN, State.CRIT
SOFT, HARD = Kind.SOFT, Kind.HARD


def told(transitions, check=DISK.name):
    """The short of it: item, from, to, how sure."""
    return [(t.item, t.before, t.after, t.kind) for t in transitions if t.check == check]


def walk(states, retries, tracker=None, start=0):
    """The transitions of one item along a series of states, each with the index of its observation."""
    tracker = tracker or Tracker()
    seen = []
    for index, state in enumerate(states, start):
        change = tracker.follow(report(float(index), judged(found("/", state))), {DISK.name: retries})
        seen += [(index, before, after, kind) for _, before, after, kind in told(change)]
    return seen


def test_a_problem_and_its_end_are_confirmed_by_enough_rounds():
    assert walk([OK, WARN, WARN, WARN, WARN, OK, OK, OK], retries=3) == [
        (0, None, OK, HARD),
        (1, OK, WARN, SOFT),
        (3, OK, WARN, HARD),
        (5, WARN, OK, SOFT),
        (7, WARN, OK, HARD),
    ]


def test_one_round_is_enough_with_one_retry():
    assert walk([CRIT, OK, WARN], retries=1) == [(0, None, CRIT, HARD), (1, CRIT, OK, HARD), (2, OK, WARN, HARD)]


def test_a_blip_is_never_hard():
    assert walk([OK, CRIT, CRIT, OK, OK, OK], retries=3) == [
        (0, None, OK, HARD),
        (1, OK, CRIT, SOFT),
        (3, CRIT, OK, SOFT),
    ]


def test_a_problem_that_is_there_from_the_start_is_confirmed_too():
    assert walk([WARN, WARN, WARN], retries=3) == [(0, None, WARN, SOFT), (2, None, WARN, HARD)]


def test_what_swings_between_bad_and_worse_is_a_problem_all_the_same():
    assert walk([OK, WARN, CRIT, WARN, CRIT], retries=3)[-2:] == [(3, OK, WARN, HARD), (4, WARN, CRIT, SOFT)]


def test_recovery_needs_rounds_in_a_row():
    seen = walk([WARN] * 3 + [OK, OK, WARN, OK, OK, OK], retries=3)
    assert [(index, after) for index, _, after, kind in seen if kind is HARD] == [(2, WARN), (8, OK)]


def test_since_is_when_the_state_was_first_seen():
    tracker = Tracker()
    for at in (100.0, 160.0):
        tracker.follow(report(at, judged(found("/", WARN))), {DISK.name: 3})
    (hard,) = [
        t for t in tracker.follow(report(220.0, judged(found("/", WARN))), {DISK.name: 3}) if t.check != "reachable"
    ]
    assert (hard.at, hard.since, hard.kind) == (220.0, 100.0, HARD)
    assert hard.summary.en == "/ is WARN"


def test_hysteresis_holds_the_state_and_starts_no_recovery():
    tracker = Tracker()
    for at in range(3):
        tracker.follow(report(float(at), judged(used("/", 0.91))), {})
    assert told(tracker.follow(report(3.0, judged(used("/", 0.89))), {})) == []
    assert told(tracker.follow(report(4.0, judged(used("/", 0.50))), {})) == [("/", CRIT, OK, SOFT)]


def test_an_item_that_vanishes_from_a_judged_check_is_gone():
    tracker = Tracker()
    for at in range(3):
        tracker.follow(report(float(at), judged(found("/", OK), found("/data", CRIT))), {})
    change = tracker.follow(report(3.0, judged(found("/", OK))), {})
    assert told(change) == [("/data", CRIT, None, HARD)]
    assert told(tracker.follow(report(4.0, judged()), {})) == [("/", OK, None, HARD)]


def test_an_item_never_confirmed_goes_softly():
    tracker = Tracker()
    tracker.follow(report(0.0, judged(found("/", CRIT))), {})
    assert told(tracker.follow(report(1.0, judged()), {})) == [("/", CRIT, None, SOFT)]


def test_what_could_not_be_judged_is_unknown_with_its_reason_and_never_ok():
    tracker = Tracker()
    tracker.follow(report(0.0, judged(found("/", OK), found("/data", OK))), {})
    changes = [tracker.follow(report(float(at), unjudged(Reason.LATE, "5 s")), {}) for at in range(1, 4)]
    assert sorted(told(changes[0])) == [("/", OK, UNKNOWN, SOFT), ("/data", OK, UNKNOWN, SOFT)]
    assert told(changes[1]) == []
    assert sorted(told(changes[2])) == [("/", OK, UNKNOWN, HARD), ("/data", OK, UNKNOWN, HARD)]
    late = next(t for t in changes[2] if t.check == DISK.name)
    assert late.reason is Reason.LATE
    assert late.summary.en == "not checked: not done in time (5 s)"
    assert late.summary.zh == "未检查:采集超时(5 s)"


def test_a_check_that_was_never_judged_is_one_unnamed_item_until_it_is():
    tracker = Tracker()
    assert told(tracker.follow(report(0.0, unjudged(Reason.NO_PERMISSION)), {})) == [("", None, UNKNOWN, SOFT)]
    change = tracker.follow(report(1.0, judged(found("/", OK))), {})
    assert told(change) == [("/", None, OK, HARD), ("", UNKNOWN, None, SOFT)]


def test_not_applicable_ends_the_problems_of_a_check():
    tracker = Tracker()
    for at in range(3):
        tracker.follow(report(float(at), judged(found("db", CRIT), check=BACKUP)), {})
    change = tracker.follow(report(3.0, unjudged(Reason.NOT_APPLICABLE, check=BACKUP)), {})
    assert told(change, BACKUP.name) == [("db", CRIT, None, HARD)]


@pytest.mark.parametrize("reason", [Reason.FIRST_LOOK, Reason.INTERRUPTED])
def test_what_says_nothing_about_the_host_changes_nothing(reason):
    tracker = Tracker()
    for at in range(3):
        tracker.follow(report(float(at), judged(found("cpu", CRIT), check=CPU)), {})
    before = tracker.standings()
    assert tracker.follow(report(3.0, unjudged(reason, check=CPU)), {}) == ()
    assert [s for s in tracker.standings() if s.check == CPU.name] == [s for s in before if s.check == CPU.name]


def test_an_interrupted_round_is_no_round():
    tracker = Tracker()
    tracker.follow(report(0.0, judged(found("/", OK))), {})
    assert tracker.follow(failed(1.0, Reason.INTERRUPTED, DISK), {DISK.name: 1, REACHABLE.name: 1}) == ()


def test_the_host_itself_is_followed():
    tracker = Tracker()
    assert told(tracker.follow(report(0.0), {}), REACHABLE.name) == [("", None, OK, HARD)]
    changes = [tracker.follow(failed(float(at)), {}) for at in range(1, 4)]
    assert told(changes[0], REACHABLE.name) == [("", OK, UNKNOWN, SOFT)]
    (down,) = changes[2]
    assert (down.kind, down.after, down.reason, down.since) == (HARD, UNKNOWN, Reason.UNREACHABLE, 1.0)
    assert down.summary.en == "not checked: unreachable (connect timed out)"
    backs = [tracker.follow(report(float(at)), {}) for at in range(4, 7)]
    assert told(backs[2], REACHABLE.name) == [("", UNKNOWN, OK, HARD)]


def test_a_host_that_was_not_asked_is_not_found_down_once_more():
    tracker = Tracker()
    tracker.follow(report(0.0, judged(found("db", OK), check=BACKUP)), {})
    tracker.follow(failed(1.0), {})
    echo = replace(failed(1.0, Reason.UNREACHABLE, BACKUP, lane=Lane.SLOW), asked=False)
    assert told(tracker.follow(echo, {}), BACKUP.name) == [("db", OK, UNKNOWN, SOFT)]
    assert tracker.follow(failed(2.0), {}) == ()
    assert told(tracker.follow(failed(3.0), {}), REACHABLE.name) == [("", OK, UNKNOWN, HARD)]


def test_the_same_item_twice_counts_as_its_worst():
    tracker = Tracker()
    change = tracker.follow(report(0.0, judged(found("/", CRIT), found("/", OK))), {DISK.name: 1})
    assert told(change) == [("/", None, CRIT, HARD)]


def test_a_host_off_rounds_is_forgotten_and_its_problems_end():
    tracker = Tracker()
    for at in range(3):
        tracker.follow(report(float(at), judged(found("/", CRIT))), {})
        tracker.follow(report(float(at), judged(found("/", OK)), host="web-02"), {})
    change = tracker.forget("web-01")
    assert sorted((t.check, t.before, t.after, t.at) for t in change) == [
        ("disk_usage", CRIT, None, 2.0),
        ("reachable", OK, None, 2.0),
    ]
    assert {standing.host for standing in tracker.standings()} == {"web-02"}
    assert tracker.forget("web-01") == tracker.forget("nobody") == ()


def test_a_check_no_longer_made_ends():
    tracker = Tracker()
    both = judged(found("/", WARN)), judged(found("db", CRIT), check=BACKUP)
    for at in range(3):
        tracker.follow(report(float(at), *both), {})
    change = tracker.retain_checks("web-01", frozenset({DISK.name}), at=9.0)
    assert [(t.check, t.item, t.after, t.at) for t in change] == [(BACKUP.name, "db", None, 9.0)]
    assert {standing.check for standing in tracker.standings()} == {DISK.name, REACHABLE.name}


def test_a_restored_tracker_goes_on_where_the_other_ended():
    first = Tracker()
    assert walk([OK, WARN, WARN], 3, first)[-1] == (1, OK, WARN, SOFT)
    second = Tracker()
    second.restore(first.standings())
    assert second.standings() == first.standings()
    assert walk([WARN], 3, second, start=3) == [(3, OK, WARN, HARD)]


STATES = st.sampled_from([OK, WARN, UNKNOWN, CRIT, None, Reason.LATE, Reason.NOT_APPLICABLE, Reason.FIRST_LOOK])


@given(st.lists(STATES, max_size=40), st.integers(1, 4))
def test_the_transitions_form_unbroken_chains(observations, retries):
    tracker, hard, seen = Tracker(), None, None
    for at, observed in enumerate(observations):
        if observed is None:
            outcome = judged()
        elif isinstance(observed, State):
            outcome = judged(found("/", observed))
        else:
            outcome = unjudged(observed)
        for change in tracker.follow(report(float(at), outcome), {DISK.name: retries}):
            if change.check != DISK.name or change.item != "/":
                continue
            assert change.before is (hard if change.kind is HARD else seen)
            assert change.before is not change.after
            assert change.since <= change.at == at
            seen = change.after
            hard = change.after if change.kind is HARD else hard
        now = {s.item: s for s in tracker.standings() if s.check == DISK.name}.get("/")
        assert (now.seen, now.hard) == (seen, hard) if now else (seen, hard) == (None, None)


def test_hosts_do_not_mix():
    tracker = Tracker()
    tracker.follow(HostReport(card("a"), report(0.0).lane, 0.0, 1.0, (judged(found("/", CRIT)),)), {DISK.name: 1})
    assert told(tracker.follow(report(1.0, judged(found("/", CRIT)), host="b"), {DISK.name: 1})) == [
        ("/", None, CRIT, HARD)
    ]
