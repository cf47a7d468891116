"""Makes a round and passes on what it found: to the board, the tracker, the history and every exporter."""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import structlog

from agent.agenda import Agenda
from agent.board import Board, Standing
from agent.catalogue import Catalogue
from agent.config import Config
from agent.dispatcher import Admission
from agent.evidence import Keeper
from agent.fleet import Fleet
from agent.history import History
from agent.news import tell
from agent.problems import Tracker, Transition
from agent.recollection import FromHistory, Nothing, with_past
from agent.runner import Task, not_checked, run
from agent.surveyed import Surveyed
from exporters.contract import Export, HostFailure, HostReport, Lane

log = structlog.get_logger()

Listener = Callable[[HostReport], None]


@dataclass(frozen=True, slots=True)
class _Rules:
    """A configuration, and the agenda it makes for each host, made when first asked for."""

    config: Config
    catalogue: Catalogue
    agendas: dict[str, Agenda] = field(default_factory=dict)

    def agenda(self, host: str) -> Agenda:
        """What is due on a host, and how often. Raises KeyError."""
        if host not in self.agendas:
            checks = self.config.checks_for(host)
            self.agendas[host] = Agenda.of(checks, self.catalogue, self.config.host(host).every)
        return self.agendas[host]

    def collector_of(self, check: str) -> str:
        """The collector that a check reads."""
        return self.catalogue.checks[check].collector


class Conductor:
    """Everything a round needs, and everyone who hears of it.

    `make_round` is called from many threads, but for one host and lane from one at a time. The configuration
    is replaced whole: a round uses the one it began with, and tells nothing that the present one does not ask for.
    """

    def __init__(
        self,
        config: Config,
        catalogue: Catalogue,
        fleet: Fleet,
        history: History | None,
        exports: Mapping[str, Export],
    ) -> None:
        self._rules = _Rules(config, catalogue)
        self.exports = exports
        self.board = Board()
        self.tracker = Tracker()
        self.keeper = Keeper()
        self.failures: Counter[str] = Counter()
        """Exceptions of exporters, by exporter."""
        self.when_reached: Callable[[str], None] = lambda host: None
        """Called when a host answers for the first time, or again."""
        self._catalogue = catalogue
        self._fleet = fleet
        self._history = history
        self._recollection = Nothing() if history is None else FromHistory(history, catalogue)
        self._asked_at: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self._relearned_at: dict[tuple[str, str], float] = {}
        self._surveyed = Surveyed()
        self._listeners: tuple[Listener, ...] = ()
        self._telling = threading.Lock()
        """Held while a report is taken in, or something is forgotten: nothing comes in after it was forgotten."""

    def listen(self, listener: Listener) -> None:
        """Hear of every report from now on."""
        self._listeners = (*self._listeners, listener)

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self._rules.config

    def adopt(self, config: Config) -> None:
        """Use another configuration from the next round on."""
        with self._telling:
            self._rules = _Rules(config, self._catalogue)

    def agenda(self, host: str) -> Agenda:
        """What is due on a host, and how often. Raises KeyError."""
        return self._rules.agenda(host)

    def make_round(self, host: str, lane: Lane, admission: Admission) -> bool:
        """One round of a lane on a host, now. Returns whether the host answered."""
        rules = self._rules
        if not rules.config.is_on_rounds(host):
            return True  # it was taken off rounds while this one waited for its turn
        standing = self.board.standing(host)
        asked_at = time.monotonic()
        task = self._task(rules, host, lane, asked_at)
        if not task.collectors:
            return True
        if lane is Lane.SLOW and (standing is None or standing.failure is not None):
            # The fast lane goes first: a second login that is refused would only look like an attack.
            if standing is not None and standing.failure is not None:
                self._hand_on(not_checked(task, self._catalogue, standing.failure, time.time(), asked=False), rules)
            return False
        report = run(
            task,
            lambda: self._fleet.take(rules.config, host, lane),
            self._catalogue,
            reader=self._fleet.reader(rules.config, host),
            admission=admission,
        )
        self._fleet.give_back(host, lane)
        if self._hand_on(report, rules, asked_at) and lane is Lane.FAST:
            self._tell_slow_lane(rules, host, standing, report)
        return report.failure is None

    def forget(self, host: str) -> None:
        """A host is no longer on rounds."""
        self._fleet.forget(host)
        with self._telling:
            self.board.forget(host)
            changes = self.tracker.forget(host)
            if self._history is not None:
                self._history.forget(host, changes)
            self._asked_at.pop(host, None)
            self._surveyed.forget(host)
            self.keeper.forget(host)
            self._relearned_at = {key: at for key, at in self._relearned_at.items() if key[0] != host}
            for export in self.exports.values():
                export.forget(host)

    def relearn(self, host: str, collector: str) -> None:
        """Forget what a collector saw of a host, what it saw first above all, and ask it again in the next round."""
        with self._telling:
            self.board.forget_facts(host, collector)
            self._asked_at[host].pop(collector, None)
            self._relearned_at[host, collector] = time.monotonic()

    def retain(self, host: str, before: Config) -> bool:
        """After a change of configuration: forget what is no longer checked on a host that stays on rounds.

        What is checked otherwise than `before` is due at once. Returns whether there is such.
        """
        rules = self._rules
        checks, earlier = rules.config.checks_for(host), before.checks_for(host)
        changed = {rules.collector_of(check) for check in checks if checks[check] != earlier.get(check)}
        with self._telling:
            self.board.retain_checks(host, frozenset(checks))
            self.keeper.retain(host, rules.agenda(host).every)
            changes = self.tracker.retain_checks(host, frozenset(checks))
            if self._history is not None and changes:
                self._history.record_changes(changes)
            for collector in changed:
                self._asked_at[host].pop(collector, None)
            for export in self.exports.values():
                export.retain(host, frozenset(checks), rules.agenda(host).every)
        return bool(changed)

    def _task(self, rules: _Rules, host: str, lane: Lane, now: float | None = None) -> Task:
        """What a round of a lane is to do. Without `now` (monotonic seconds): everything in the lane."""
        config, agenda = rules.config, rules.agenda(host)
        due = agenda.collectors(lane) if now is None else agenda.due(lane, self._asked_at[host], now)
        task = Task(
            host=config.host(host).card(),
            lane=lane,
            collectors=due,
            params=config.checks_for(host),
            deadline_seconds=config.rounds.deadline if lane is Lane.FAST else config.rounds.slow_deadline,
            connect_seconds=config.ssh.connect_timeout,
            previous=self.board.facts(host),
            by_sudo=config.host(host).sudo,
        )
        return task if now is None else with_past(task, self._catalogue, self._recollection)

    def _tell_slow_lane(self, rules: _Rules, host: str, before: Standing | None, report: HostReport) -> None:
        """The slow lane does not wait for its next turn when a host comes or goes."""
        answered_before = before is not None and before.failure is None
        if report.failure is None and not answered_before:
            self.when_reached(host)
        elif report.failure is not None and (answered_before or before is None):
            self._withdraw_slow(rules, host, report.failure)

    def _withdraw_slow(self, rules: _Rules, host: str, failure: HostFailure) -> None:
        """What the slow lane said is no longer known to be so."""
        task = self._task(rules, host, Lane.SLOW)
        if task.collectors:
            withdrawal = not_checked(task, self._catalogue, failure, time.time(), asked=False)
            self._hand_on(withdrawal, rules)

    def _hand_on(self, report: HostReport, rules: _Rules, asked_at: float = 0.0) -> bool:
        """Tell everyone of a round made by `rules`, begun at `asked_at` (monotonic seconds).

        False: the host is off rounds by now, and nobody is told.
        """
        kept = self._kept(report)
        with self._telling:
            if not self.config.is_on_rounds(report.host.name):
                return False
            report = self._without_relearned(report, asked_at)
            if rules is self._rules:
                self._note_asked(report, asked_at)
            else:
                report = self._as_asked_now(report)
            transitions = self._take_in(report, {name: kept[name] for name in kept if name in report.facts})
        for transition in transitions:
            tell(transition)
        for listener in self._listeners:
            listener(report)
        return True

    def _take_in(self, report: HostReport, kept: Mapping[str, str]) -> tuple[Transition, ...]:
        self.board.observe(report)
        checks = self.config.checks_for(report.host.name)
        transitions = self.tracker.follow(report, {name: params.retries for name, params in checks.items()})
        if self._history is not None:
            surveyed, depositions = self._surveyed.worth_telling(report), self.keeper.hear(report, transitions)
            self._history.record(report, transitions, kept, surveyed, depositions)
        for name, export in self.exports.items():
            try:
                export.observe(report)
            except Exception:  # one exporter must not silence the others
                self.failures[name] += 1
                log.exception("exporter_broke", exporter=name, host=report.host.name)
        return transitions

    def _without_relearned(self, report: HostReport, asked_at: float) -> HostReport:
        """Without what still compared with facts that were to be forgotten while the round ran."""
        host, collectors = report.host.name, [section.collector for section in report.sections]
        stale = {name for name in collectors if self._relearned_at.get((host, name), asked_at) > asked_at}
        if not stale:
            return report
        return replace(
            report,
            outcomes=tuple(o for o in report.outcomes if self._rules.collector_of(o.check.name) not in stale),
            sections=tuple(section for section in report.sections if section.collector not in stale),
            facts={name: facts for name, facts in report.facts.items() if name not in stale},
            answers={name: answer for name, answer in report.answers.items() if name not in stale},
            inventory={name: entries for name, entries in report.inventory.items() if name not in stale},
        )

    def _as_asked_now(self, report: HostReport) -> HostReport:
        """What the configuration in force still asks for: it changed while the round ran."""
        checks, collectors = self.config.checks_for(report.host.name), self.agenda(report.host.name).every
        return replace(
            report,
            host=self.config.host(report.host.name).card(),
            outcomes=tuple(outcome for outcome in report.outcomes if outcome.check.name in checks),
            sections=tuple(section for section in report.sections if section.collector in collectors),
            facts={name: facts for name, facts in report.facts.items() if name in collectors},
            answers={name: answer for name, answer in report.answers.items() if name in collectors},
            inventory={name: entries for name, entries in report.inventory.items() if name in collectors},
        )

    def _note_asked(self, report: HostReport, asked_at: float) -> None:
        asked = self._asked_at[report.host.name]
        if report.failure is None:
            asked.update((section.collector, asked_at) for section in report.sections)
            return
        for collector in self.agenda(report.host.name).collectors(report.lane):
            asked.pop(collector, None)  # all of it is due again when the host is back

    def _kept(self, report: HostReport) -> Mapping[str, str]:
        """Facts that the next run of the agent will want to compare with, as JSON."""
        return {
            name: plugin.facts.dump_json(report.facts[name]).decode()
            for name, plugin in self._catalogue.collectors.items()
            if plugin.collector.keep_facts and name in report.facts
        }
