"""Rounds are given to threads so that the dead do not delay the living."""

import threading
import time

import pytest
from structlog.testing import capture_logs

from agent.dispatcher import Admission, Dispatcher, NoTurnError
from collectors.contract import Reason, TransportError
from collectors.transport.deadline import Deadline
from exporters.contract import Lane


def wait_until(true: object, seconds: float = 10.0) -> None:
    ends = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < ends, "it did not come to pass"
        time.sleep(0.01)


def test_a_hundred_dead_hosts_do_not_delay_the_living() -> None:
    release, done = threading.Event(), set()

    def make_round(host: str, lane: Lane, admission: Admission) -> bool:
        if host.startswith("dead"):
            release.wait(30)  # connecting to nobody
            return False
        with admission:
            done.add(host)
        return True

    dispatcher = Dispatcher(4, make_round)
    try:
        # The pool holds no hundred threads at four places; hosts found dead once wait in a pool of their own.
        for number in range(28):
            dispatcher.ring(f"dead-{number}", Lane.FAST)
        for number in range(20):
            dispatcher.ring(f"alive-{number}", Lane.FAST)
        wait_until(lambda: len(done) == 20)
    finally:
        release.set()
        dispatcher.stop(5, lambda: None)


def test_hosts_that_failed_before_use_none_of_the_threads_of_the_living() -> None:
    release, done, failed = threading.Event(), set(), set()
    release.set()

    def make_round(host: str, lane: Lane, admission: Admission) -> bool:
        if host.startswith("dead"):
            release.wait(30)
            failed.add(host)
            return False
        done.add(host)
        return True

    dispatcher = Dispatcher(1, make_round)
    dead = [f"dead-{number}" for number in range(100)]
    try:
        for host in dead:
            dispatcher.ring(host, Lane.FAST)
        wait_until(lambda: len(failed) == 100 and dispatcher.health().running == 0)
        release.clear()
        for host in dead:
            dispatcher.ring(host, Lane.FAST)
        for number in range(20):
            dispatcher.ring(f"alive-{number}", Lane.FAST)
        wait_until(lambda: len(done) == 20)
    finally:
        release.set()
        dispatcher.stop(5, lambda: None)


def test_a_host_never_has_two_rounds_at_once_in_a_lane() -> None:
    release, begun = threading.Event(), []

    def make_round(host: str, lane: Lane, admission: Admission) -> bool:
        begun.append(lane)
        release.wait(30)
        return True

    dispatcher = Dispatcher(8, make_round)
    try:
        for _ in range(5):
            dispatcher.ring("web-01", Lane.FAST)
        dispatcher.ring("web-01", Lane.SLOW)
        wait_until(lambda: len(begun) == 2)
        assert sorted(begun) == [Lane.FAST, Lane.SLOW], "a slow round does not keep the fast one waiting"
        assert dispatcher.health().overruns == 4
    finally:
        release.set()
        dispatcher.stop(5, lambda: None)


def test_at_most_at_once_hosts_work_at_the_same_time() -> None:
    working, most, lock, done = 0, 0, threading.Lock(), []

    def make_round(host: str, lane: Lane, admission: Admission) -> bool:
        nonlocal working, most
        with admission:
            with lock:
                working += 1
                most = max(most, working)
            time.sleep(0.02)
            with lock:
                working -= 1
        done.append(host)
        return True

    dispatcher = Dispatcher(3, make_round)
    for number in range(30):
        dispatcher.ring(f"host-{number}", Lane.FAST)
    wait_until(lambda: len(done) == 30)
    dispatcher.stop(5, lambda: None)
    assert most == 3


def test_stop_lets_rounds_finish_then_interrupts_them() -> None:
    interrupted, finished = threading.Event(), []

    def make_round(host: str, lane: Lane, admission: Admission) -> bool:
        if host == "stuck":
            finished.append((host, interrupted.wait(30)))
        else:
            time.sleep(0.1)
            finished.append((host, False))
        return True

    dispatcher = Dispatcher(8, make_round)
    dispatcher.ring("quick", Lane.FAST)
    dispatcher.ring("stuck", Lane.FAST)
    dispatcher.stop(0.5, interrupted.set)
    assert sorted(finished) == [("quick", False), ("stuck", True)]
    dispatcher.ring("quick", Lane.FAST)
    assert dispatcher.health().running == 0, "after the stop nothing begins"


def test_a_round_that_breaks_frees_its_host() -> None:
    calls = []

    def make_round(host: str, lane: Lane, admission: Admission) -> bool:
        calls.append(host)
        raise ZeroDivisionError

    dispatcher = Dispatcher(2, make_round)
    with capture_logs() as logged:
        dispatcher.ring("web-01", Lane.FAST)
        wait_until(lambda: dispatcher.health().running == 0 and len(calls) == 1)
        dispatcher.ring("web-01", Lane.FAST)
        wait_until(lambda: dispatcher.health().running == 0 and len(calls) == 2)
    dispatcher.stop(5, lambda: None)
    assert [(line["event"], line["host"]) for line in logged] == [("round_lost", "web-01")] * 2


def test_a_round_that_did_not_hear_the_interruption_is_told_again() -> None:
    told: list[float] = []
    heard = threading.Event()

    def make_round(host: str, lane: Lane, admission: Admission) -> bool:
        heard.wait(30)
        return True

    def interrupt() -> None:
        told.append(time.monotonic())
        if len(told) == 3:
            heard.set()

    dispatcher = Dispatcher(1, make_round)
    dispatcher.ring("web-01", Lane.FAST)
    wait_until(lambda: dispatcher.health().running == 1)
    dispatcher.stop(2, interrupt)
    assert len(told) == 3


def test_who_still_waits_for_a_place_is_turned_away_at_the_stop() -> None:
    release, refused, working = threading.Event(), [], threading.Event()

    def make_round(host: str, lane: Lane, admission: Admission) -> bool:
        if host != "first":
            working.wait(10)
        try:
            with admission:
                working.set()
                release.wait(30)
        except TransportError as error:
            refused.append((host, error.reason))
        return True

    dispatcher = Dispatcher(1, make_round)
    for host in ("first", "second", "third"):
        dispatcher.ring(host, Lane.FAST)
    assert working.wait(10)
    time.sleep(0.1)  # long enough for the others to stand in line
    dispatcher.stop(0.2, release.set)
    assert sorted(refused) == [("second", Reason.INTERRUPTED), ("third", Reason.INTERRUPTED)]


@pytest.mark.parametrize(("lane", "pool"), [(Lane.FAST, "retry"), (Lane.SLOW, "round")])
def test_only_the_fast_lane_says_that_a_host_is_unwell(lane: Lane, pool: str) -> None:
    threads = []

    def make_round(host: str, lane: Lane, admission: Admission) -> bool:
        threads.append(threading.current_thread().name.partition("_")[0])
        return False

    dispatcher = Dispatcher(2, make_round)
    for rings in (1, 2):
        dispatcher.ring("web-01", lane)
        wait_until(lambda: len(threads) == rings and dispatcher.health().running == 0)  # noqa: B023
    dispatcher.stop(5, lambda: None)
    assert threads == ["round", pool]


def test_a_turn_is_waited_for_and_a_round_that_rings_meanwhile_follows() -> None:
    release, order = threading.Event(), []

    def make_round(host: str, lane: Lane, admission: Admission) -> bool:
        order.append("round begins")
        release.wait(30)
        order.append("round ends")
        return True

    dispatcher = Dispatcher(8, make_round)
    try:
        dispatcher.ring("web-01", Lane.FAST)
        with pytest.raises(NoTurnError, match="takes its time"), dispatcher.turn("web-01", Lane.FAST, Deadline(0.1)):
            order.append("never")
        with dispatcher.turn("web-01", Lane.SLOW, Deadline(0.1)), dispatcher.turn("web-02", Lane.FAST, Deadline(0.1)):
            order.append("other turns are free")
        threading.Timer(0.2, release.set).start()
        with dispatcher.turn("web-01", Lane.FAST, Deadline(10)):
            order.append("turn begins")
            for _ in range(3):
                dispatcher.ring("web-01", Lane.FAST)
            time.sleep(0.1)
            order.append("turn ends")
        wait_until(lambda: order.count("round ends") == 2)
        assert order == [
            "round begins", "other turns are free", "round ends",
            "turn begins", "turn ends", "round begins", "round ends",
        ]  # fmt: skip
        assert dispatcher.health().overruns == 0, "it was late, and not left out"
    finally:
        release.set()
        dispatcher.stop(5, lambda: None)


def test_whoever_holds_a_turn_is_waited_for_and_interrupted_at_the_stop() -> None:
    dispatcher, interrupted, seen = Dispatcher(8, lambda *_: True), threading.Event(), []

    def hold() -> None:
        with dispatcher.turn("web-01", Lane.FAST, Deadline(1)):
            seen.append(interrupted.wait(30))

    holder = threading.Thread(target=hold)
    holder.start()
    wait_until(lambda: dispatcher.health().running == 1)
    dispatcher.ring("web-01", Lane.FAST)
    dispatcher.stop(0.2, interrupted.set)
    holder.join(10)
    assert seen == [True]
    assert dispatcher.health().running == 0, "the round that rang does not begin any more"
    with pytest.raises(NoTurnError, match="stop"), dispatcher.turn("web-01", Lane.FAST, Deadline(1)):
        pass
