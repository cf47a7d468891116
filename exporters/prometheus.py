"""Numbers for Prometheus: every host's states and measurements, and the agent's own.

They are rendered when a report arrives and only joined when somebody asks, so that a scrape costs almost
nothing however many hosts there are. What is not known any more is absent, never stale.
"""

import platform
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from pydantic import Field

from collectors.contract import Sample
from exporters.contract import Export, Exporter, HostReport, Settings
from exporters.exposition import Counts, Families, Format, HostSeries, rendered
from exporters.exposition.vocabulary import BUILD_INFO, HOSTS_OVERDUE


class PrometheusSettings(Settings):
    """How much is told. Where the pages are served is set under `web`."""

    series_per_host: int = Field(
        20_000,
        ge=1000,
        description="how many series a host may have on /metrics, and on its own page; of more, the biggest families"
        " lose items, which rounds_series_dropped_total counts",
    )


class NoPage(Exception):
    """There is nothing true to be shown of a host now; the message says why."""


class PrometheusExport(Export):
    """The latest numbers of every host, ready to be scraped. Every method may be called from any thread."""

    def __init__(self, settings: PrometheusSettings | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings or PrometheusSettings()
        self._clock = clock
        self._lock = threading.Lock()
        self._hosts: dict[str, HostSeries] = {}
        self._counts: dict[str, Counts] = {}
        self._families = Families()
        self._sources: list[Callable[[], Iterable[Sample]]] = [_build_info, self._overdue]
        self._process = CollectorRegistry()
        ProcessCollector(registry=self._process)
        PlatformCollector(registry=self._process)
        GCCollector(registry=self._process)

    def add_source(self, source: Callable[[], Iterable[Sample]]) -> None:
        """Numbers of the agent itself: `source` is called for every scrape, so it must be quick."""
        with self._lock:
            self._sources.append(source)

    def adopt(self, settings: Settings) -> None:
        """Use other settings from now on."""
        assert isinstance(settings, PrometheusSettings)
        with self._lock:
            self._settings = settings
            for name, series in self._hosts.items():
                self._change(name, series, lambda series: series.allow(settings.series_per_host))

    def observe(self, report: HostReport) -> None:
        """Take over one round: it replaces what it speaks of, and nothing else."""
        name = report.host.name
        with self._lock:
            if name not in self._hosts:
                counts = self._counts.setdefault(name, Counts())
                self._hosts[name] = HostSeries(name, self._settings.series_per_host, self._clock, counts)
            self._change(name, self._hosts[name], lambda series: series.observe(report))

    def note(self, host: str, subject: str, samples: Iterable[Sample], *, of_items: bool = False) -> None:
        """Numbers of a host that no round tells: they replace what was noted of the same subject.

        `of_items`: they are of items of checks, and told as long as these may be. Of a host that had no round yet, or
        is off rounds, nothing is noted.
        """
        with self._lock:
            if series := self._hosts.get(host):
                self._change(host, series, lambda series: series.note(subject, samples, of_items=of_items))

    def retain(self, host: str, checks: Collection[str], collectors: Collection[str]) -> None:
        """After a change of configuration: only these checks and collectors are made on `host` from now on."""
        with self._lock:
            if series := self._hosts.get(host):
                self._change(host, series, lambda series: series.retain(checks, collectors))

    def forget(self, host: str) -> None:
        """Drop every series of `host`."""
        with self._lock:
            if series := self._hosts.pop(host, None):
                self._families.replace(host, {}, series.shown, {})

    def render(self, form: Format = Format.TEXT) -> bytes:
        """The whole exposition: the agent, its process and all hosts."""
        self._hide_overdue()
        with self._lock:
            sources = tuple(self._sources)
        own = rendered(sample for source in sources for sample in source())
        return self._families.join(own, form) + self._of_process(form)

    def render_host(self, name: str, form: Format = Format.TEXT) -> bytes:
        """One host as node_exporter would show it. Raises `NoPage` when that is not known now."""
        self._hide_overdue()
        with self._lock:
            series = self._hosts.get(name)
            if series is None:
                raise NoPage(f"{name} had no round yet")
            if not series.up:
                raise NoPage(f"{name} was not reached in its last round")
            if series.is_overdue:
                raise NoPage(f"of {name} nothing recent is known: {series.silence}")
            return series.page.join(form)

    def _change(self, name: str, series: HostSeries, change: Callable[[HostSeries], object]) -> None:
        before = series.shown
        change(series)
        if series.shown is not before:
            self._families.replace(name, series.families, before, series.shown)

    def _hide_overdue(self) -> None:
        with self._lock:
            for name, series in self._hosts.items():
                self._change(name, series, HostSeries.hide_if_overdue)

    def _overdue(self) -> Iterator[Sample]:
        with self._lock:
            yield HOSTS_OVERDUE.sample(sum(series.is_overdue for series in self._hosts.values()))

    def _of_process(self, form: Format) -> bytes:
        make = generate_openmetrics if form is Format.OPENMETRICS else generate_latest
        return make(self._process)


def _build_info() -> Iterator[Sample]:
    try:
        own = version("rounds")
    except PackageNotFoundError:
        own = "unknown"
    yield BUILD_INFO.sample(1, version=own, python=platform.python_version())


EXPORTER = Exporter(settings=PrometheusSettings, start=PrometheusExport, always=True, adopts=True)
"""The pages that Prometheus reads."""
