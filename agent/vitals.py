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
from collectors.contract import Sample, SampleType
from exporters.contract import CheckCard
from exporters.exposition.vocabulary import CHECK_INFO, DAILY_LOG_INFO, DAILY_LOG_WRITTEN


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
        gauge, counter = _gauge, _counter
        yield gauge("rounds_start_timestamp_seconds", self._started_at, "When the agent started.")
        yield gauge("rounds_hosts", len(config.on_rounds), "Configured hosts.", status="in_service")
        out = len(config.hosts) - len(config.on_rounds)
        yield gauge("rounds_hosts", out, "Configured hosts.", status="out_of_service")
        yield gauge(
            "rounds_config_last_reload_successful",
            self._reload_ok,
            "Whether the last attempt to read the configuration succeeded.",
        )
        yield gauge(
            "rounds_config_last_reload_success_timestamp_seconds",
            self._reloaded_at,
            "When the configuration was last read successfully.",
        )
        yield gauge("rounds_scheduler_lag_seconds", self._clock.lag_seconds, "How late the clock last rang.")
        yield counter("rounds_scheduler_missed_total", self._clock.missed, "Rings that came too late to be followed.")
        health = self._dispatcher.health()
        yield gauge("rounds_rounds_running", health.running, "Rounds under way.")
        yield gauge("rounds_rounds_wait_seconds", health.wait_seconds, "How long the last round waited for a thread.")
        yield counter(
            "rounds_rounds_overrun_total", health.overruns, "Rounds left out because the one before still ran."
        )
        memory = self._history.health()
        yield gauge("rounds_history_backlog", memory.backlog, "Reports that wait to be written to the history.")
        yield counter("rounds_history_dropped_total", memory.dropped, "Reports given up because the history was stuck.")
        yield gauge("rounds_history_writable", not memory.last_error, "Whether the last write succeeded.")
        if memory.last_written_at is not None:
            yield gauge(
                "rounds_history_last_write_timestamp_seconds",
                memory.last_written_at,
                "When the history was last written.",
            )
        yield gauge("rounds_outbox_length", self._daily.waiting_letters, "Mails that wait to be sent.")
        yield gauge(
            "rounds_outbox_given_up",
            self._daily.given_up_letters,
            "Mails that the server refused for good in the last seven days, and that nobody sent again.",
        )
        yield from self._daily_log()
        yield from self._checks_made()
        rounds, days = self._conductor.failures.copy(), self._daily.failures.copy()
        for name in sorted({*self._conductor.exports, *rounds, *days}):
            yield counter(
                "rounds_exporter_failures_total",
                rounds[name] + days[name],
                "What an exporter could not do.",
                exporter=name,
            )

    def _daily_log(self) -> Iterator[Sample]:
        made = self._daily.last_made
        if made is not None:
            yield DAILY_LOG_WRITTEN.sample(made.made_at)
            yield DAILY_LOG_INFO.sample(1, date=made.date.isoformat(), number=made.number)

    def _checks_made(self) -> Iterator[Sample]:
        """Going through all hosts takes long, and tells the same until the configuration changes."""
        config = self._conductor.config
        if self._checks[0] is not config:
            names = sorted({name for host in config.on_rounds for name in config.checks_for(host.name)})
            cards = (self._catalogue.checks[name].card for name in names)
            self._checks = config, tuple(_check_info(card) for card in cards)
        yield from self._checks[1]


def _check_info(card: CheckCard) -> Sample:
    return CHECK_INFO.sample(1, check=card.name, title=card.title.en, layer=card.layer, section=card.section)


def _gauge(name: str, value: float, help_text: str, **labels: str) -> Sample:
    return Sample(name, float(value), tuple(labels.items()), help_text)


def _counter(name: str, value: float, help_text: str, **labels: str) -> Sample:
    return Sample(name, float(value), tuple(labels.items()), help_text, SampleType.COUNTER)
