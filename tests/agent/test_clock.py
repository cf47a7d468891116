"""APScheduler as the clock only."""

import threading
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

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
    assert clock.keys() == frozenset()
    clock.stop()


def test_it_rings_once_and_at_a_time_of_day() -> None:
    clock, once, daily = Clock(), threading.Event(), threading.Event()
    zone = ZoneInfo("Asia/Shanghai")
    clock.start()
    clock.once("now", once.set)
    clock.daily("soon", (datetime.now(zone) + timedelta(seconds=1.5)).time().replace(microsecond=0), zone, daily.set)
    assert once.wait(10)
    assert daily.wait(15)
    clock.stop()
