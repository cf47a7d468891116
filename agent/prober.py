"""Looks at a host when somebody asks: a round of the caller's own, that nobody else hears of."""

import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

from agent.agenda import Agenda
from agent.catalogue import Catalogue
from agent.conductor import Conductor
from agent.dispatcher import Dispatcher, NoTurnError
from agent.fleet import Fleet
from agent.recollection import Recollection, with_past
from agent.runner import Task, run
from collectors.contract import Reason, Sample
from collectors.transport.deadline import Deadline
from exporters.contract import HostReport, Lane
from exporters.exposition.vocabulary import PROBES

AT_ONCE = 8
"""How many hosts are probed together, and as many of those that did not answer in their last round."""

MOST = 64
"""How many probes may be under way, those included that wait for a thread."""

MOST_OF_A_HOST = 2
"""One at work, and one that waits for it."""

PER_MINUTE = 60
"""Probes of one host: each costs it nearly what a round costs."""

CUT_SECONDS = 60.0
"""A probe that ended before its answer did costs the connection: how long a host is then left to its rounds."""

_Which = tuple[str, frozenset[str]]


class RefusedError(Exception):
    """No probe is made. `retry_after` (seconds) is given when it was asked for too often, None when all is busy."""

    def __init__(self, words: str, retry_after: float | None = None) -> None:
        super().__init__(words)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Probe:
    """What a probe found; how long it took (seconds), and how much of that it waited for its turn."""

    report: HostReport
    seconds: float
    waited_seconds: float


class Prober:
    """Makes probes. Every method may be called from any thread; `ask` returns at once.

    A probe goes over the connection that the fast lane keeps open, and holds that lane's turn: neither does it log in
    again and again, nor is a host asked by a round at the same moment. A round that is due meanwhile comes right after.
    Who asks for what is already being asked gets the same answer.
    """

    def __init__(
        self,
        conductor: Conductor,
        dispatcher: Dispatcher,
        fleet: Fleet,
        catalogue: Catalogue,
        recollection: Recollection,
    ) -> None:
        self._conductor = conductor
        self._dispatcher = dispatcher
        self._fleet = fleet
        self._catalogue = catalogue
        self._recollection = recollection
        self._well = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="probe")
        self._failing = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="probe-retry")
        self._lock = threading.Lock()
        self._under_way: dict[_Which, Future[Probe]] = {}
        self._begun: defaultdict[str, deque[float]] = defaultdict(deque)
        self._cut_at: dict[str, float] = {}
        self._results: Counter[str] = Counter()

    def ask(self, host: str, checks: Collection[str], deadline: Deadline) -> Future[Probe]:
        """Probe a host on rounds, by checks that are made on it; without any by all of the fast lane.

        Raises `RefusedError`, as the result may: when the host is not free by the deadline, or off rounds by then.
        """
        which = host, frozenset(checks)
        with self._lock:
            if which in self._under_way:
                return self._under_way[which]
            try:
                self._admit(host, time.monotonic())
            except RefusedError:
                self._results["refused"] += 1
                raise
            standing = self._conductor.board.standing(host)
            pool = self._failing if standing is not None and standing.failure is not None else self._well
            future = self._under_way[which] = pool.submit(self._probe, host, which[1], deadline)
        future.add_done_callback(lambda done: self._end(which, done))
        return future

    def close(self) -> None:
        """Begin nothing more; what is under way ends with the rounds."""
        self._well.shutdown(wait=False)
        self._failing.shutdown(wait=False)

    def samples(self) -> Iterator[Sample]:
        """The agent's own numbers about it."""
        for result in ("done", "refused"):
            yield PROBES.sample(self._results[result], result=result)

    def _admit(self, host: str, now: float) -> None:
        """Raises `RefusedError` when it is too much."""
        if len(self._under_way) >= MOST:
            raise RefusedError(f"{MOST} probes are under way")
        if sum(other == host for other, _ in self._under_way) >= MOST_OF_A_HOST:
            raise RefusedError(f"{MOST_OF_A_HOST} probes of {host} are under way")
        cut_at = self._cut_at.get(host)
        if cut_at is not None and now < cut_at + CUT_SECONDS:
            raise RefusedError(
                f"the last probe of {host} was not done in time, and closed the connection; give it more time,"
                " or fewer checks",
                cut_at + CUT_SECONDS - now,
            )
        begun = self._begun[host]
        while begun and begun[0] <= now - 60:
            begun.popleft()
        if len(begun) >= PER_MINUTE:
            raise RefusedError(f"{host} was probed {PER_MINUTE} times within a minute", begun[0] + 60 - now)
        begun.append(now)

    def _end(self, which: _Which, done: Future[Probe]) -> None:
        with self._lock:
            self._under_way.pop(which, None)
            self._results["refused" if done.exception() else "done"] += 1

    def _probe(self, host: str, checks: frozenset[str], deadline: Deadline) -> Probe:
        begun = time.monotonic()
        with ExitStack() as turns:
            try:
                for lane in _lanes(self._task(host, checks, deadline)):
                    turns.enter_context(self._dispatcher.turn(host, lane, deadline))
            except NoTurnError as error:
                raise RefusedError(str(error)) from error
            waited = time.monotonic() - begun
            task = self._task(host, checks, deadline)  # by the configuration in force by now
            report = self._look(with_past(task, self._catalogue, self._recollection))
        if deadline.passed and (report.failure is None or report.failure.reason is Reason.DEADLINE):
            with self._lock:
                self._cut_at[host] = time.monotonic()
        return Probe(report, time.monotonic() - begun, waited)

    def _task(self, host: str, checks: Collection[str], deadline: Deadline) -> Task:
        """What is to be asked. Raises `RefusedError` when the configuration asks for none of it any more."""
        config = self._conductor.config
        if not config.is_on_rounds(host):
            raise RefusedError(f"{host} is out of service")
        made = config.checks_for(host)
        agenda = Agenda.of(made, self._catalogue, config.host(host).every)
        reads = {check: self._catalogue.checks[check].collector for check in made}
        params = {
            check: made[check]
            for check in made
            if check in checks or (not checks and agenda.lane(reads[check]) is Lane.FAST)
        }
        needed = {reads[check] for check in params}
        if not needed:
            raise RefusedError(f"no such check is made on {host}")
        # Idly, as the slow lane does: a package list must not disturb the server, whoever asks for it.
        lane = Lane.SLOW if any(agenda.lane(collector) is Lane.SLOW for collector in needed) else Lane.FAST
        return Task(
            host=config.host(host).card(),
            lane=lane,
            collectors=tuple(name for name in agenda.every if name in needed),
            params=params,
            deadline_seconds=deadline.left,
            connect_seconds=config.ssh.connect_timeout,
            previous=self._conductor.board.facts(host),
            by_sudo=config.host(host).sudo,
        )

    def _look(self, task: Task) -> HostReport:
        config, host = self._conductor.config, task.host.name
        try:
            return run(
                task,
                lambda: self._fleet.take(config, host, Lane.FAST),
                self._catalogue,
                reader=self._fleet.reader(config, host),
            )
        finally:
            self._fleet.give_back(host, Lane.FAST)


def _lanes(task: Task) -> tuple[Lane, ...]:
    """The lanes whose turns it needs: that of the connection, and before it that of the slow one, which takes long."""
    return (Lane.FAST,) if task.lane is Lane.FAST else (Lane.SLOW, Lane.FAST)
