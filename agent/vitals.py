"""The agent's own numbers, so that the watcher is watched too."""

import time
from collections.abc import Iterator

from agent.catalogue import Catalogue
from agent.clock import Clock
from agent.conductor import Conductor
from agent.config import Config
from agent.daily import DailyLog
from agent.dispatcher import Dispatcher
from agent.history import History
from collectors.contract import Sample
from exporters.contract import CheckCard
from exporters.exposition import vocabulary as told


class Vitals:
    """Reads the agent's state when Prometheus asks; nothing here is counted per scrape but what is printed."""

    def __init__(
        self,
        conductor: Conductor,
        catalogue: Catalogue,
        clock: Clock,
        dispatcher: Dispatcher,
        history: History,
        daily: DailyLog,
    ) -> None:
        self._catalogue = catalogue
        self._conductor = conductor
        self._clock = clock
        self._dispatcher = dispatcher
        self._history = history
        self._daily = daily
        self._started_at = time.time()
        self._reloaded_at = time.time()
        self._reload_ok = True
        self._checks: tuple[Config | None, tuple[Sample, ...]] = (None, ())

    def reload_succeeded(self) -> None:
        """The configuration was read anew."""
        self._reload_ok = True
        self._reloaded_at = time.time()

    def reload_failed(self) -> None:
        """A bad file was refused; the old configuration is still in force."""
        self._reload_ok = False

    def samples(self) -> Iterator[Sample]:
        """The samples of one scrape."""
        config = self._conductor.config
        yield told.START.sample(self._started_at)
        yield told.HOSTS.sample(len(config.on_rounds), status="in_service")
        yield told.HOSTS.sample(len(config.hosts) - len(config.on_rounds), status="out_of_service")
        yield told.RELOAD_SUCCESSFUL.sample(self._reload_ok)
        yield told.RELOADED.sample(self._reloaded_at)
        yield told.SCHEDULER_LAG.sample(self._clock.lag_seconds)
        yield told.SCHEDULER_MISSED.sample(self._clock.missed)
        health = self._dispatcher.health()
        yield told.ROUNDS_RUNNING.sample(health.running)
        yield told.ROUNDS_WAIT.sample(health.wait_seconds)
        yield told.ROUNDS_OVERRUN.sample(health.overruns)
        yield from self._memory()
        yield from self._daily_log()
        yield from self._checks_made()
        rounds, days = self._conductor.failures.copy(), self._daily.failures.copy()
        for name in sorted({*self._conductor.exports, *rounds, *days}):
            yield told.EXPORTER_FAILURES.sample(rounds[name] + days[name], exporter=name)

    def _memory(self) -> Iterator[Sample]:
        memory = self._history.health()
        yield told.HISTORY_BACKLOG.sample(memory.backlog)
        yield told.HISTORY_DROPPED.sample(memory.dropped)
        yield told.HISTORY_WRITABLE.sample(not memory.last_error)
        if memory.last_written_at is not None:
            yield told.HISTORY_WRITTEN.sample(memory.last_written_at)
        yield told.OUTBOX_LENGTH.sample(self._daily.waiting_letters)
        yield told.OUTBOX_GIVEN_UP.sample(self._daily.given_up_letters)

    def _daily_log(self) -> Iterator[Sample]:
        made = self._daily.last_made
        if made is not None:
            yield told.DAILY_LOG_WRITTEN.sample(made.made_at)
            yield told.DAILY_LOG_INFO.sample(1, date=made.date.isoformat(), number=made.number)
        if self._daily.due_at is not None:
            yield told.DAILY_LOG_DUE.sample(self._daily.due_at)

    def _checks_made(self) -> Iterator[Sample]:
        """Going through all hosts takes long, and tells the same until the configuration changes."""
        config = self._conductor.config
        if self._checks[0] is not config:
            names = sorted({name for host in config.on_rounds for name in config.checks_for(host.name)})
            cards = (self._catalogue.checks[name].card for name in names)
            self._checks = config, tuple(_check_info(card) for card in cards)
        yield from self._checks[1]


def _check_info(card: CheckCard) -> Sample:
    titles = {"title": card.title.en, "title_zh": card.title.zh}
    return told.CHECK_INFO.sample(1, check=card.name, **titles, layer=card.layer, section=card.section)
