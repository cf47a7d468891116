"""One round now, without the daemon: for the command line."""

import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import replace

from agent.agenda import Agenda
from agent.catalogue import Catalogue
from agent.config import Config, HostConfig
from agent.recollection import Nothing, Recollection, with_past
from agent.runner import Task, not_checked, run
from agent.shells import ShellMaker
from collectors.contract import Reason, TransportError
from collectors.transport.reader import LocalReader
from collectors.transport.shell import Shell
from exporters.contract import HostReport, Lane

_TELL_AGAIN_SECONDS = 0.05
_NOTICE_SECONDS = 0.2


def make_rounds(
    config: Config,
    catalogue: Catalogue,
    hosts: Sequence[HostConfig],
    checks: Collection[str] = (),
    told: Callable[[HostReport], None] = lambda _: None,
    recollection: Recollection = Nothing(),  # noqa: B008  # it has no state
) -> list[HostReport]:
    """One whole round on each host, both lanes as one report; in the order of `hosts`.

    `checks` limits it to those named, `recollection` is what was seen before. `told` hears of each host as it is done,
    in this thread. When it is interrupted (Ctrl-C), every connection is closed before the interruption goes on.
    """
    ways = _Ways(config)
    with ThreadPoolExecutor(min(config.rounds.at_once, max(1, len(hosts)))) as pool:
        try:
            futures = {
                pool.submit(_round, ways, catalogue, host, frozenset(checks), recollection): host.name for host in hosts
            }
            done: dict[str, HostReport] = {}
            waiting = set(futures)
            while waiting:
                # Not without end: a signal that comes just before the wait begins would be noticed only after it.
                finished, waiting = wait(waiting, _NOTICE_SECONDS, FIRST_COMPLETED)
                for future in finished:
                    done[futures[future]] = future.result()
                    told(future.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            ways.close_all()
            raise
    return [done[host.name] for host in hosts]


def task_for(config: Config, catalogue: Catalogue, host: HostConfig, lane: Lane, checks: Collection[str] = ()) -> Task:
    """Everything of a lane that is made on a host, limited to `checks` when there are any."""
    params = {name: p for name, p in config.checks_for(host.name).items() if not checks or name in checks}
    agenda = Agenda.of(params, catalogue, host.every)
    needed = {catalogue.checks[name].collector for name in params}
    collectors = tuple(name for name in agenda.collectors(lane) if not checks or name in needed)
    deadline = config.rounds.deadline if lane is Lane.FAST else config.rounds.slow_deadline
    return Task(host.card(), lane, collectors, params, deadline, config.ssh.connect_timeout, by_sudo=host.sudo)


class _Ways:
    """The shells in use, so that all can be interrupted from the thread that waits for them."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._make_shell = ShellMaker(config)
        self._lock = threading.Lock()
        self._shells: set[Shell] = set()
        self._closed = False

    def to(self, host: str) -> Shell:
        """A new shell to a host. Raises `TransportError`."""
        shell = self._make_shell(self.config, host)
        with self._lock:
            if self._closed:
                raise TransportError(Reason.INTERRUPTED, "the round was interrupted")
            self._shells.add(shell)
        return shell

    def give_back(self, shell: Shell) -> None:
        """A host is done."""
        with self._lock:
            self._shells.discard(shell)
        shell.close()

    def close_all(self) -> None:
        """End every round under way, and let none begin."""
        with self._lock:
            self._closed = True
        while shells := self._in_use():
            for shell in shells:
                shell.interrupt()
            # A round between two runs of its shell did not notice, and is told again.
            time.sleep(_TELL_AGAIN_SECONDS)

    def _in_use(self) -> tuple[Shell, ...]:
        with self._lock:
            return tuple(self._shells)


def _round(
    ways: _Ways, catalogue: Catalogue, host: HostConfig, checks: Collection[str], recollection: Recollection
) -> HostReport:
    shells: list[Shell] = []
    reader = LocalReader() if host.transport == "local" else None

    def reach() -> Shell:
        if not shells:
            shells.append(ways.to(host.name))
        return shells[0]

    before = recollection.facts(host.name)
    tasks = [
        with_past(replace(task, previous=before), catalogue, recollection)
        for task in (task_for(ways.config, catalogue, host, lane, checks) for lane in Lane)
    ]
    reports: list[HostReport] = []
    try:
        for task in (task for task in tasks if task.collectors):
            failure = reports[-1].failure if reports else None
            if failure is not None:
                reports.append(not_checked(task, catalogue, failure, reports[-1].started_at))
            else:
                reports.append(run(task, reach, catalogue, reader=reader))
    finally:
        for shell in shells:
            ways.give_back(shell)
    return merged(reports)


def merged(reports: Sequence[HostReport]) -> HostReport:
    """The reports of both lanes of one host as one."""
    first = reports[0]
    return replace(
        first,
        finished_at=reports[-1].finished_at,
        outcomes=tuple(outcome for report in reports for outcome in report.outcomes),
        sections=tuple(section for report in reports for section in report.sections),
        samples=tuple(sample for report in reports for sample in report.samples),
        failure=next((report.failure for report in reports if report.failure is not None), None),
        inventory={name: entries for report in reports for name, entries in report.inventory.items()},
        facts={name: facts for report in reports for name, facts in report.facts.items()},
        raw={name: text for report in reports for name, text in report.raw.items()},
    )
