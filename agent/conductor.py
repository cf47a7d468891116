"""Makes a round and passes on what it found: to the board, the tracker, the history and every exporter."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping

import structlog

from agent.agenda import Agenda
from agent.board import Board, Standing
from agent.catalogue import Catalogue
from agent.config import Config
from agent.dispatcher import Admission
from agent.fleet import Fleet
from agent.history import History
from agent.problems import Kind, Tracker, Transition
from agent.runner import Task, not_checked, run
from checks.contract import State
from exporters.contract import Export, HostFailure, HostReport, Lane

log = structlog.get_logger()

Listener = Callable[[HostReport], None]


class Conductor:
    """Everything a round needs, and everyone who hears of it.

    `make_round` is called from many threads, but for one host and lane from one at a time. The configuration
    is replaced whole: a round uses the one it began with.
    """

    def __init__(
        self,
        config: Config,
        catalogue: Catalogue,
        fleet: Fleet,
        history: History | None,
        exports: Mapping[str, Export],
    ) -> None:
        self._config = config
        self.exports = exports
        self.board = Board()
        self.tracker = Tracker()
        self.failures: Counter[str] = Counter()
        """Exceptions of exporters, by exporter."""
        self.when_reached: Callable[[str], None] = lambda host: None
        """Called when a host answers for the first time, or again."""
        self._catalogue = catalogue
        self._fleet = fleet
        self._history = history
        self._asked_at: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self._agendas: dict[str, Agenda] = {}
        self._listeners: tuple[Listener, ...] = ()

    def listen(self, listener: Listener) -> None:
        """Hear of every report from now on."""
        self._listeners = (*self._listeners, listener)

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self._config

    def adopt(self, config: Config) -> None:
        """Use another configuration from the next round on."""
        self._config = config
        self._agendas = {}

    def agenda(self, host: str) -> Agenda:
        """What is due on a host, and how often."""
        agendas, config = self._agendas, self._config
        if host not in agendas:
            agendas[host] = Agenda.of(config.checks_for(host), self._catalogue, config.host(host).every)
        return agendas[host]

    def make_round(self, host: str, lane: Lane, admission: Admission) -> bool:
        """One round of a lane on a host, now. Returns whether the host answered."""
        config = self._config
        standing = self.board.standing(host)
        asked_at = time.monotonic()
        task = self.task(config, host, lane, asked_at)
        if not task.collectors:
            return True
        if lane is Lane.SLOW and (standing is None or standing.failure is not None):
            # The fast lane goes first: a second login that is refused would only look like an attack.
            if standing is not None and standing.failure is not None:
                self._hand_on(not_checked(task, self._catalogue, standing.failure, time.time(), asked=False), config)
            return False
        report = run(
            task,
            lambda: self._fleet.take(config, host, lane),
            self._catalogue,
            reader=self._fleet.reader(config, host),
            admission=admission,
        )
        self._fleet.give_back(host, lane)
        if self._config.is_on_rounds(host):
            self._note_asked(host, task, report, asked_at)
            self._hand_on(report, config)
            if lane is Lane.FAST:
                self._tell_slow_lane(config, host, standing, report)
        return report.failure is None

    def task(self, config: Config, host: str, lane: Lane, now: float | None = None) -> Task:
        """What a round of a lane is to do. Without `now` (monotonic seconds): everything in the lane."""
        agenda = self.agenda(host)
        due = agenda.collectors(lane) if now is None else agenda.due(lane, self._asked_at[host], now)
        return Task(
            host=config.host(host).card(),
            lane=lane,
            collectors=due,
            params=config.checks_for(host),
            deadline_seconds=config.rounds.deadline if lane is Lane.FAST else config.rounds.slow_deadline,
            connect_seconds=config.ssh.connect_timeout,
            previous=self.board.facts(host),
        )

    def forget(self, host: str) -> None:
        """A host is no longer on rounds."""
        self._fleet.forget(host)
        self.board.forget(host)
        changes = self.tracker.forget(host)
        if self._history is not None:
            self._history.forget(host, changes)
        self._asked_at.pop(host, None)
        for export in self.exports.values():
            export.forget(host)

    def retain(self, host: str) -> None:
        """After a change of configuration: forget what is no longer checked on a host."""
        checks = frozenset(self._config.checks_for(host))
        self.board.retain_checks(host, checks)
        changes = self.tracker.retain_checks(host, checks)
        if self._history is not None:
            self._history.record_changes(changes)
        for export in self.exports.values():
            export.retain(host, checks, self.agenda(host).every)

    def _note_asked(self, host: str, task: Task, report: HostReport, asked_at: float) -> None:
        for name in task.collectors:
            if report.failure is None:
                self._asked_at[host][name] = asked_at
            else:
                self._asked_at[host].pop(name, None)  # all of it is due again when the host is back

    def _tell_slow_lane(self, config: Config, host: str, before: Standing | None, report: HostReport) -> None:
        """The slow lane does not wait for its next turn when a host comes or goes."""
        answered_before = before is not None and before.failure is None
        if report.failure is None and not answered_before:
            self.when_reached(host)
        elif report.failure is not None and (answered_before or before is None):
            self._withdraw_slow(config, host, report.failure)

    def _withdraw_slow(self, config: Config, host: str, failure: HostFailure) -> None:
        """What the slow lane said is no longer known to be so."""
        task = self.task(config, host, Lane.SLOW)
        if task.collectors:
            self._hand_on(not_checked(task, self._catalogue, failure, time.time(), asked=False), config)
            for name in task.collectors:
                self._asked_at[host].pop(name, None)

    def _hand_on(self, report: HostReport, config: Config) -> None:
        self.board.observe(report)
        retries = {name: params.retries for name, params in config.checks_for(report.host.name).items()}
        transitions = self.tracker.follow(report, retries)
        for transition in transitions:
            _tell(transition)
        if self._history is not None:
            self._history.record(report, transitions, self._kept(report))
        for name, export in self.exports.items():
            try:
                export.observe(report)
            except Exception:  # one exporter must not silence the others
                self.failures[name] += 1
                log.exception("exporter_broke", exporter=name, host=report.host.name)
        for listener in self._listeners:
            listener(report)

    def _kept(self, report: HostReport) -> Mapping[str, str]:
        """Facts that the next run of the agent will want to compare with, as JSON."""
        return {
            name: plugin.facts.dump_json(report.facts[name]).decode()
            for name, plugin in self._catalogue.collectors.items()
            if plugin.collector.keep_facts and name in report.facts
        }


def _tell(transition: Transition) -> None:
    well = (None, State.OK)
    if transition.kind is Kind.HARD and not (transition.before in well and transition.after in well):
        log.info(
            "state_changed",
            host=transition.host,
            check=transition.check,
            item=transition.item,
            before=None if transition.before is None else transition.before.name,
            after=None if transition.after is None else transition.after.name,
            summary=transition.summary.en,
        )
