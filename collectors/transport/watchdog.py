"""Ends what hangs, from outside: paramiko's own time limits leave endless waits, which only closing the socket ends."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from collectors.contract import Reason


class Lifeline:
    """What can be cut, once, by a deadline or by another thread; the first reason stands."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: list[Callable[[], None]] = []
        self.reason: Reason | None = None

    def cut(self, reason: Reason) -> None:
        """End whatever hangs on it now, and whatever will."""
        with self._lock:
            if self.reason is not None:
                return
            self.reason = reason
            ends = list(self._ends)
        for end in ends:
            end()

    @contextmanager
    def hanging_on(self, end: Callable[[], None]) -> Iterator[None]:
        """While this is open, a cut calls `end`; at once when it was cut before. `end` must not block or raise."""
        with self._lock:
            self._ends.append(end)
            already = self.reason is not None
        if already:
            end()
        try:
            yield
        finally:
            with self._lock:
                self._ends.remove(end)


@dataclass(order=True, slots=True)
class _Watch:
    at: float  # on the monotonic clock
    number: int
    lifeline: Lifeline | None = field(compare=False)  # None: it was left in time


class Watchdog:
    """One thread for all connections that cuts lifelines when their time is over.

    It lives while somebody is enlisted, so that a watch costs no thread; it ends when the last has left.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._watches: list[_Watch] = []
        self._numbers = itertools.count()
        self._enlisted = 0
        self._thread: threading.Thread | None = None

    def enlist(self) -> None:
        """Keep the thread alive until `leave`."""
        with self._condition:
            self._enlisted += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="ssh-watchdog", daemon=True)
                self._thread.start()

    def leave(self) -> None:
        """The last who leaves waits for the thread to end."""
        with self._condition:
            self._enlisted -= 1
            if self._enlisted or self._thread is None:
                return
            thread, self._thread = self._thread, None
            self._condition.notify_all()
        thread.join()

    @contextmanager
    def watching(self, lifeline: Lifeline, seconds: float) -> Iterator[None]:
        """Cut `lifeline` for the deadline if this is not left within `seconds`. The caller is enlisted."""
        watch = _Watch(time.monotonic() + seconds, next(self._numbers), lifeline)
        with self._condition:
            heapq.heappush(self._watches, watch)
            if self._watches[0] is watch:
                self._condition.notify_all()
        try:
            yield
        finally:
            watch.lifeline = None

    def _watch(self) -> None:
        me = threading.current_thread()
        while True:
            with self._condition:
                if self._thread is not me:
                    return
                late = self._take_late()
                if not late:
                    self._condition.wait(self._seconds_to_next())
            for lifeline in late:
                lifeline.cut(Reason.DEADLINE)

    def _take_late(self) -> list[Lifeline]:
        late, now = [], time.monotonic()
        while self._watches and (self._watches[0].at <= now or self._watches[0].lifeline is None):
            lifeline = heapq.heappop(self._watches).lifeline
            if lifeline is not None:
                late.append(lifeline)
        return late

    def _seconds_to_next(self) -> float | None:
        return self._watches[0].at - time.monotonic() if self._watches else None


SHARED = Watchdog()
