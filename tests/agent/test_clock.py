"""APScheduler as the clock only."""

import threading
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from agent.clock import Clock


def test_it_rings_at_intervals_and_stops() -> None:
    rings, enough = [], threading.Event()

    def ring() -> None:
        rings.append(time.monotonic())
        if len(rings) == 3:
            enough.set()

    clock = Clock()
    clock.every("beat", 0.1, ring)
    clock.start()
    assert enough.wait(10)
    clock.stop()
    time.sleep(0.05)
    counted = len(rings)
    time.sleep(0.3)
    assert len(rings) == counted
    assert clock.lag_seconds < 10


def test_a_key_that_is_known_keeps_its_beat_unless_it_changes() -> None:
    clock, first, second = Clock(), threading.Event(), threading.Event()
    clock.every("beat", 3600, first.set, first_in=3600)
    clock.every("beat", 3600, second.set, first_in=0)
    clock.start()
    assert not second.wait(0.3), "the same beat goes on undisturbed"
    clock.every("beat", 1800, second.set, first_in=0)
    assert second.wait(10)
    clock.forget("beat")
    clock.forget("never there")
    clock.stop()


def test_it_rings_at_a_time_of_day() -> None:
    clock, daily = Clock(), threading.Event()
    zone = ZoneInfo("Asia/Shanghai")
    clock.start()
    clock.daily("soon", (datetime.now(zone) + timedelta(seconds=1.5)).time().replace(microsecond=0), zone, daily.set)
    assert daily.wait(15)
    clock.stop()


@pytest.mark.parametrize("by", [timedelta(hours=-3), timedelta(hours=3)])
def test_intervals_go_on_when_the_machines_clock_is_set(by: timedelta) -> None:
    rings: list[float] = []
    rare: list[float] = []
    with time_machine.travel(datetime.now(ZoneInfo("UTC")), tick=True) as traveller:
        clock = Clock()
        clock.every("beat", 0.5, lambda: rings.append(time.monotonic()))
        clock.every("rare", 3600, lambda: rare.append(time.monotonic()), first_in=3600)
        clock.start()
        time.sleep(0.6)
        traveller.shift(by)
        before, ends = len(rings), time.monotonic() + 10
        while len(rings) < before + 4 and time.monotonic() < ends:
            time.sleep(0.05)
        clock.stop()
    assert len(rings) >= before + 4
    assert len(rare) <= (by > timedelta()), "an hour has not passed"


def test_errands_that_take_their_time_do_not_keep_rings_waiting() -> None:
    clock, release, rang = Clock(), threading.Event(), threading.Event()
    for number in range(6):
        clock.every(f"errand-{number}", 3600, lambda: release.wait(30) and None, errand=True)
    clock.every("beat", 3600, rang.set, first_in=0.3)
    clock.start()
    try:
        assert rang.wait(10)
    finally:
        release.set()
        clock.stop()


def test_running_errands_are_waited_for_but_not_for_ever() -> None:
    clock, begun, done, release = Clock(), threading.Event(), threading.Event(), threading.Event()

    def short() -> None:
        begun.set()
        time.sleep(0.3)
        done.set()

    clock.every("short", 3600, short, errand=True)
    clock.every("endless", 3600, lambda: release.wait(30) and None, errand=True)
    clock.start()
    assert begun.wait(10)
    clock.stop()
    begun_to_wait = time.monotonic()
    clock.wait_for_errands(1.0)
    assert done.is_set()
    assert time.monotonic() - begun_to_wait < 5
    release.set()


def test_an_errand_that_breaks_runs_again_at_its_next_turn() -> None:
    clock, twice, runs = Clock(), threading.Event(), []

    def errand() -> None:
        runs.append(1)
        if len(runs) == 2:
            twice.set()
        raise ZeroDivisionError

    clock.every("errand", 0.2, errand, errand=True)
    clock.start()
    assert twice.wait(10)
    clock.stop()
