import threading
import time

import pytest

from collectors.contract import Reason
from collectors.transport.watchdog import Lifeline, Watchdog
from tests.collectors.transport.conftest import SOON


def test_it_cuts_what_is_late_and_leaves_the_rest_alone() -> None:
    watchdog, late, in_time, early = Watchdog(), Lifeline(), Lifeline(), Lifeline()
    watchdog.enlist()
    cut = threading.Event()
    with watchdog.watching(in_time, 60.0), watchdog.watching(late, 0.2), late.hanging_on(cut.set):
        with watchdog.watching(early, 0.05):
            pass
        assert cut.wait(SOON)
    assert (late.reason, in_time.reason, early.reason) == (Reason.DEADLINE, None, None)
    watchdog.leave()


def test_its_thread_lives_while_somebody_is_enlisted() -> None:
    watchdog, before = Watchdog(), set(threading.enumerate())
    watchdog.enlist()
    watchdog.enlist()
    assert len(set(threading.enumerate()) - before) == 1
    watchdog.leave()
    assert len(set(threading.enumerate()) - before) == 1
    watchdog.leave()
    assert set(threading.enumerate()) == before
    watchdog.enlist()
    lifeline = Lifeline()
    with watchdog.watching(lifeline, 0.0):
        limit = time.monotonic() + SOON
        while lifeline.reason is None and time.monotonic() < limit:
            time.sleep(0.01)
    assert lifeline.reason is Reason.DEADLINE
    watchdog.leave()


def test_the_first_reason_stands_and_late_comers_are_cut_at_once() -> None:
    lifeline, cuts = Lifeline(), []
    with lifeline.hanging_on(lambda: cuts.append("first")):
        lifeline.cut(Reason.INTERRUPTED)
        lifeline.cut(Reason.DEADLINE)
    with lifeline.hanging_on(lambda: cuts.append("second")):
        pass
    assert lifeline.reason is Reason.INTERRUPTED
    assert cuts == ["first", "second"]


@pytest.mark.parametrize("count", [200])
def test_many_at_once(count: int) -> None:
    watchdog = Watchdog()
    lifelines = [Lifeline() for _ in range(count)]

    def wait(lifeline: Lifeline) -> None:
        watchdog.enlist()
        done = threading.Event()
        with watchdog.watching(lifeline, 0.1), lifeline.hanging_on(done.set):
            done.wait(SOON)
        watchdog.leave()

    threads = [threading.Thread(target=wait, args=(lifeline,)) for lifeline in lifelines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {lifeline.reason for lifeline in lifelines} == {Reason.DEADLINE}
