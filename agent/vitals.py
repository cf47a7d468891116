"""The agent's own numbers, so that the watcher is watched too."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from collectors.contract import Sample, SampleType

if TYPE_CHECKING:
    from agent.daemon import Daemon


class Vitals:
    """Reads the agent's state when Prometheus asks; nothing here is counted per scrape but what is printed."""

    def __init__(self, daemon: "Daemon") -> None:
        self._daemon = daemon
        self._reloaded_at = time.time()
        self._reload_ok = True

    def reload_succeeded(self) -> None:
        """The configuration was read anew."""
        self._reload_ok = True
        self._reloaded_at = time.time()

    def reload_failed(self) -> None:
        """A bad file was refused; the old configuration is still in force."""
        self._reload_ok = False

    def samples(self) -> Iterator[Sample]:
        """The samples of one scrape."""
        daemon = self._daemon
        gauge, counter = _gauge, _counter
        yield gauge("rounds_start_timestamp_seconds", daemon.started_at, "When the agent started.")
        yield gauge("rounds_hosts", len(daemon.config.on_rounds), "Configured hosts.", status="in_service")
        out = len(daemon.config.hosts) - len(daemon.config.on_rounds)
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
        yield gauge("rounds_scheduler_lag_seconds", daemon.clock.lag_seconds, "How late the clock last rang.")
        yield counter("rounds_scheduler_missed_total", daemon.clock.missed, "Rings that came too late to be followed.")
        health = daemon.dispatcher.health()
        yield gauge("rounds_rounds_running", health.running, "Rounds under way.")
        yield gauge("rounds_rounds_wait_seconds", health.wait_seconds, "How long the last round waited for a thread.")
        yield counter(
            "rounds_rounds_overrun_total", health.overruns, "Rounds left out because the one before still ran."
        )
        memory = daemon.history.health()
        yield gauge("rounds_history_backlog", memory.backlog, "Reports that wait to be written to the history.")
        yield counter("rounds_history_dropped_total", memory.dropped, "Reports given up because the history was stuck.")
        yield gauge("rounds_history_writable", memory.last_error is None, "Whether the last write succeeded.")
        if memory.last_written_at is not None:
            yield gauge(
                "rounds_history_last_write_timestamp_seconds",
                memory.last_written_at,
                "When the history was last written.",
            )
        yield gauge("rounds_outbox_length", daemon.daily.waiting_letters, "Mails that wait to be sent.")
        failures = daemon.conductor.failures + daemon.daily.failures
        for name in daemon.conductor.exports:
            yield counter(
                "rounds_exporter_failures_total", failures[name], "What an exporter could not do.", exporter=name
            )


def _gauge(name: str, value: float, help_text: str, **labels: str) -> Sample:
    return Sample(name, float(value), tuple(labels.items()), help_text)


def _counter(name: str, value: float, help_text: str, **labels: str) -> Sample:
    return Sample(name, float(value), tuple(labels.items()), help_text, SampleType.COUNTER)
