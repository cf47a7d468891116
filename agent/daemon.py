"""The agent at work: everything put together, started, reloaded and stopped in order."""

import threading
import time
from collections.abc import Callable

import structlog

from agent.catalogue import Catalogue
from agent.clock import Clock
from agent.conductor import Conductor, Listener
from agent.config import Config, ConfigError, load
from agent.config.host import Login
from agent.daily import DailyLog
from agent.dispatcher import Dispatcher
from agent.exports import close_exports, start_exports
from agent.fleet import Fleet
from agent.garbage import SEARCH_SECONDS, search
from agent.history import HistoryError
from agent.memory import open_history
from agent.prober import Prober
from agent.recollection import FromHistory, readable
from agent.shells import ShellMaker
from agent.vitals import Vitals
from collectors.contract import Reason
from exporters.contract import Export, Lane

log = structlog.get_logger()

HOSTS_PER_SECOND = 20
"""How fast the first round goes through the hosts: sshd's MaxStartups and our own key exchanges want it gentle."""

FINISH_SECONDS = 5.0
"""How long a running round, or a mail under way, may finish after the agent was told to stop."""

OUTBOX_SECONDS = 30.0
CATCH_UP_SECONDS = 300.0
HEARTBEAT_SECONDS = 30.0
RELEARN_SECONDS = 15.0
PRUNE_SECONDS = 6 * 3600.0


class Daemon:
    """The agent. `start` returns at once, `stop` when everything has ended; `reload` may be called at any time.

    Raises `ConfigError` when an exporter cannot work as configured, `HistoryError` when the history cannot be opened.
    """

    def __init__(self, config: Config, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        exports = start_exports(config, catalogue)
        self.history = open_history(config)
        self.history.begin_signing(time.time())
        self._make_shell = ShellMaker(config)
        self._fleet = Fleet(self._make_shell)
        self.conductor = Conductor(config, catalogue, self._fleet, self.history, exports)
        self.daily = DailyLog(self.conductor, catalogue, self.history)
        self.clock = Clock()
        self.dispatcher = Dispatcher(config.rounds.at_once, self.conductor.make_round)
        self.prober = Prober(
            self.conductor, self.dispatcher, self._fleet, catalogue, FromHistory(self.history, catalogue)
        )
        self.conductor.when_reached = lambda host: self.dispatcher.ring(host, Lane.SLOW)
        self.vitals = Vitals(self.conductor, catalogue, self.clock, self.dispatcher, self.history, self.daily)
        self._reloading = threading.Lock()

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self.conductor.config

    def listen(self, listener: Listener) -> None:
        """Hear of every finished round."""
        self.conductor.listen(listener)

    def start(self) -> None:
        """Restore what is remembered, then begin the rounds."""
        self.history.start()
        self._restore()
        self._relearn()
        self.clock.start()
        self._schedule_rounds()
        self._schedule_daily()
        self.clock.every("outbox", OUTBOX_SECONDS, self.daily.deliver, first_in=5.0, errand=True)
        self.clock.every("catch-up", CATCH_UP_SECONDS, self.daily.catch_up, errand=True)
        self.clock.every("relearn", RELEARN_SECONDS, self._relearn, errand=True)
        self.clock.every("heartbeat", HEARTBEAT_SECONDS, self.history.heartbeat)
        self.clock.every("garbage", SEARCH_SECONDS, search, errand=True)
        self.clock.every("prune", PRUNE_SECONDS, self._prune, first_in=60.0, errand=True)
        log.info("started", hosts=len(self.config.on_rounds), config=str(self.config.path))

    def stop(self) -> None:
        """Stop cleanly: running rounds finish or are marked interrupted, and what they found is written."""
        self.clock.stop()
        self.dispatcher.stop(FINISH_SECONDS, self._fleet.interrupt)
        self.prober.close()
        self._fleet.close()
        self.clock.wait_for_errands(FINISH_SECONDS)
        for export in self.conductor.exports.values():
            export.close()
        self._keep_evidence()
        self.history.stop(FINISH_SECONDS)
        log.info("stopped")

    def reload(self) -> ConfigError | None:
        """Read the configuration anew. A bad file changes nothing and is returned as the error it is."""
        with self._reloading:  # SIGHUP and the web side may ask at the same moment
            try:
                config = load(self.config.path)
                exports = start_exports(config, self._catalogue, self.conductor.exports, self.config)
            except ConfigError as error:
                self.vitals.reload_failed()
                log.error("reload_failed", problems=[str(problem) for problem in error.problems])
                return error
            self._adopt(config, exports)
            self.vitals.reload_succeeded()
            log.info("reloaded", hosts=len(config.on_rounds))
            return None

    def _adopt(self, config: Config, exports: dict[str, Export]) -> None:
        before = self.config
        for key in restart_needed(before, config):
            log.warning("restart_needed", key=key)
        self.conductor.adopt(config)
        self._make_shell.adopt(config)
        gone = {host.name for host in before.on_rounds} - {host.name for host in config.on_rounds}
        for name in gone:
            for lane in Lane:
                self.clock.forget(_key(name, lane))
            self.conductor.forget(name)
        for host in config.on_rounds:
            if before.is_on_rounds(host.name):
                if self._is_reached_anew(before, config, host.name):
                    self._fleet.forget(host.name)
                if self.conductor.retain(host.name, before):
                    self.clock.forget(_key(host.name, Lane.SLOW))  # what changed is not to wait for its next turn
        replaced, self.conductor.exports = self.conductor.exports, exports
        close_exports(replaced, but=exports)
        self._schedule_rounds()
        self._schedule_daily()

    def _is_reached_anew(self, before: Config, config: Config, host: str) -> bool:
        """Whether a host needs a new connection: its way changed, or its login was refused and may be mended."""
        standing = self.conductor.board.standing(host)
        failure = None if standing is None else standing.failure
        refused = failure is not None and failure.reason in (Reason.AUTH_FAILED, Reason.BACKING_OFF)
        return refused or _way(before, host) != _way(config, host)

    def _schedule_rounds(self) -> None:
        config = self.config
        hosts = config.on_rounds
        spread = min(config.rounds.every, len(hosts) / HOSTS_PER_SECOND)
        for position, host in enumerate(hosts):
            agenda = self.conductor.agenda(host.name)
            first_in = spread * position / len(hosts)
            for lane in Lane:
                beat = agenda.beat(lane)
                if beat is None:
                    self.clock.forget(_key(host.name, lane))
                else:
                    self.clock.every(_key(host.name, lane), beat, self._ringer(host.name, lane), first_in)

    def _ringer(self, host: str, lane: Lane) -> Callable[[], None]:
        return lambda: self.dispatcher.ring(host, lane)

    def _schedule_daily(self) -> None:
        plan = self.daily.plan()
        self.clock.daily("daily-log", plan.at, plan.zone, self.daily.make_due)

    def _prune(self) -> None:
        try:
            self.history.prune(time.time())
        except HistoryError as error:
            log.warning("prune_failed", error=str(error))

    def _keep_evidence(self) -> None:
        """What hosts last answered is in memory only; a day that ends before the next start may rest on it."""
        try:
            left = self.history.archive.keep(self.conductor.keeper.everything(), FINISH_SECONDS)
        except HistoryError as error:
            log.warning("evidence_not_kept", error=str(error))
        else:
            if left:
                log.warning("evidence_not_kept", answers=left)

    def _relearn(self) -> None:
        """Forget what somebody wished to be learned anew, and look again at once."""
        try:
            looked_at = set()
            for wish in self.history.relearnings():
                self.conductor.relearn(wish.host, wish.collector)
                self.history.relearned(wish)
                log.info("relearns", host=wish.host, collector=wish.collector, asked_by=wish.asked_by)
                if self.conductor.board.standing(wish.host) is not None:  # not while its first round is still to come
                    agenda = self.conductor.agenda(wish.host)
                    looked_at |= {(wish.host, agenda.lane(name)) for name in agenda.every if name == wish.collector}
            for host, lane in looked_at:
                self.dispatcher.ring(host, lane)
        except HistoryError as error:
            log.warning("relearning_failed", error=str(error))

    def _restore(self) -> None:
        restored = self.history.restore()
        self.conductor.tracker.restore(restored.tracked)
        for host in {standing.host for standing in restored.tracked}:
            if self.config.is_on_rounds(host):
                self.conductor.retain(host, self.config)
            else:
                self.conductor.forget(host)
        for (host, collector), text in restored.facts.items():
            if self.config.find(host) is not None:
                for name, facts in readable([(collector, text)], self._catalogue):
                    self.conductor.board.remember(host, name, facts)


def restart_needed(before: Config, config: Config) -> list[str]:
    """The keys of config.yaml that changed and are only read at the start."""
    changed = {
        "history": before.history != config.history,
        "signing": before.signing != config.signing,
        "web.listen": before.web.listen != config.web.listen,
        "rounds.at_once": before.rounds.at_once != config.rounds.at_once,
    }
    return [key for key, has_changed in changed.items() if has_changed]


def _key(host: str, lane: Lane) -> str:
    return f"round/{host}/{lane.value}"


_OF_THE_WAY = frozenset({*Login.model_fields, "address", "transport"})


def _way(config: Config, host: str) -> object:
    """All that decides how a host is reached; a change makes a new connection."""
    hops = (*config.jump_chain(host), config.host(host))
    return config.ssh, [hop.model_dump(include=set(_OF_THE_WAY)) for hop in hops]
