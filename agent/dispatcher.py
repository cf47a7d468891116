"""Gives rounds to threads, so that hosts that do not answer take nothing from those that do."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import structlog

from collectors.contract import Reason, TransportError
from collectors.transport.deadline import Deadline
from exporters.contract import Lane

log = structlog.get_logger()

Admission = AbstractContextManager[object]
MakeRound = Callable[[str, Lane, Admission], bool]
"""(host, lane, admission) -> whether the host answered. Entering `admission` may raise `TransportError`."""

_CONNECTING_PER_PLACE = 8
"""Threads that may wait for a connection, for each place at work: they cost memory, not processor time."""

_INTERRUPT_AGAIN_SECONDS = 0.1


class NoTurnError(Exception):
    """A host's turn in a lane did not come in time; the message says why."""


@dataclass(frozen=True, slots=True)
class DispatcherHealth:
    """Counters since the start, and how long the last round waited between its ring and its begin (seconds)."""

    running: int
    overruns: int
    wait_seconds: float


class Dispatcher:
    """A bounded pool of rounds; a host never has two rounds at once in a lane.

    `at_once` hosts work at a time. Waiting for a connection needs no place, so hosts that are down do not take
    the places of the living; and a host whose last round failed is tried in a pool of its own until it answers again.
    """

    def __init__(self, at_once: int, make_round: MakeRound) -> None:
        self._make_round = make_round
        self._places = _Places(at_once)
        self._retries = _Places(at_once)
        threads = max(32, min(1024, at_once * _CONNECTING_PER_PLACE))
        self._well = ThreadPoolExecutor(threads, thread_name_prefix="round")
        self._failing = ThreadPoolExecutor(at_once, thread_name_prefix="retry")
        self._lock = threading.Lock()
        self._running: dict[tuple[str, Lane], Future[None]] = {}
        self._rung_meanwhile: dict[tuple[str, Lane], float | None] = {}
        """Of the turns that somebody holds: when a round first rang since, which then follows at once."""
        self._unwell: set[str] = set()
        self._stopping = False
        self._overruns = 0
        self._wait_seconds = 0.0

    def ring(self, host: str, lane: Lane) -> None:
        """It is time for a round. While the one before still runs, this turn is left out and counted."""
        with self._lock:
            if self._stopping:
                return
            if (host, lane) in self._rung_meanwhile:
                self._rung_meanwhile[host, lane] = self._rung_meanwhile[host, lane] or time.monotonic()
                return
            if (host, lane) in self._running:
                self._overruns += 1
                # Hosts that do not answer wait for each other; that is no news after the first line about them.
                (log.debug if host in self._unwell else log.warning)("round_overruns", host=host, lane=lane.value)
                return
            self._submit(host, lane, time.monotonic())

    @contextmanager
    def turn(self, host: str, lane: Lane, deadline: Deadline) -> Iterator[None]:
        """Hold a host's turn in a lane for a look of the caller's own, once the round that runs is done.

        A round that rings meanwhile follows as soon as it is given back. Raises `NoTurnError` at the deadline, and when
        the agent stops.
        """
        held = self._take_turn(host, lane, deadline)
        try:
            yield
        finally:
            with self._lock:
                self._running.pop((host, lane), None)
                rung_at = self._rung_meanwhile.pop((host, lane))
                if rung_at is not None and not self._stopping:
                    self._submit(host, lane, rung_at)
            held.set_result(None)

    def stop(self, grace_seconds: float, interrupt: Callable[[], None]) -> None:
        """Start nothing more; let running rounds finish for `grace_seconds`, then `interrupt` them."""
        with self._lock:
            self._stopping = True
            futures = list(self._running.values())
        for future in futures:
            future.cancel()
        for places in (self._places, self._retries):
            places.close()
        wait(futures, timeout=grace_seconds)
        ends = time.monotonic() + grace_seconds
        # A round between two runs of its shell does not notice, and is told again.
        while wait(futures, timeout=0).not_done and time.monotonic() < ends:
            interrupt()
            wait(futures, timeout=_INTERRUPT_AGAIN_SECONDS)
        self._well.shutdown(wait=False, cancel_futures=True)
        self._failing.shutdown(wait=False, cancel_futures=True)

    def health(self) -> DispatcherHealth:
        """How it keeps up."""
        with self._lock:
            return DispatcherHealth(len(self._running), self._overruns, self._wait_seconds)

    def _take_turn(self, host: str, lane: Lane, deadline: Deadline) -> Future[None]:
        while True:
            with self._lock:
                if self._stopping:
                    raise NoTurnError("the agent was told to stop")
                before = self._running.get((host, lane))
                if before is None:
                    held = self._running[host, lane] = Future[None]()
                    held.set_running_or_notify_cancel()
                    self._rung_meanwhile[host, lane] = None
                    return held
            if deadline.passed:
                raise NoTurnError(f"a round of the {lane} lane on {host} takes its time")
            wait((before,), deadline.left)

    def _submit(self, host: str, lane: Lane, rung_at: float) -> None:
        unwell = host in self._unwell
        pool = self._failing if unwell else self._well
        admission = self._retries if unwell else self._places
        self._running[host, lane] = pool.submit(self._run, host, lane, admission, rung_at)

    def _run(self, host: str, lane: Lane, admission: Admission, rung_at: float) -> None:
        self._wait_seconds = time.monotonic() - rung_at
        answered = False
        try:
            answered = self._make_round(host, lane, admission)
        except Exception:  # the thread's boundary: nobody reads the future, and it would be lost there
            log.exception("round_lost", host=host, lane=lane.value)
        finally:
            with self._lock:
                self._running.pop((host, lane), None)
                if lane is Lane.FAST:  # the slow lane leaves alone whom the fast one has not reached yet
                    (self._unwell.discard if answered else self._unwell.add)(host)


class _Places:
    """How many hosts work at a time. Once closed it lets nobody in, not even who waits already."""

    def __init__(self, count: int) -> None:
        self._free = threading.Semaphore(count)
        self._closed = False

    def __enter__(self) -> None:
        self._free.acquire()
        if self._closed:
            self._free.release()
            raise TransportError(Reason.INTERRUPTED, "the agent was told to stop")

    def __exit__(self, *_: object) -> None:
        self._free.release()

    def close(self) -> None:
        """Turn away everybody from now on; those inside finish."""
        self._closed = True
