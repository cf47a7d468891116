"""Numbers for Prometheus: every host's states and measurements, and the agent's own.

They are rendered when a report arrives and only joined when somebody asks, so that a scrape costs almost
nothing however many hosts there are. What is not known any more is absent, never stale.
"""

import platform
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from collectors.contract import Sample
from exporters.contract import Export, Exporter, HostReport, Settings
from exporters.exposition import Families, HostSeries, rendered

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
"""The content type of what `render` and `render_host` return."""


class PrometheusSettings(Settings):
    """There is nothing to set: where the page is served is set under `web`."""


class PrometheusExport(Export):
    """The latest numbers of every host, ready to be scraped. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hosts: dict[str, HostSeries] = {}
        self._families = Families()
        self._sources: list[Callable[[], Iterable[Sample]]] = [_build_info]
        self._process = CollectorRegistry()
        ProcessCollector(registry=self._process)
        PlatformCollector(registry=self._process)
        GCCollector(registry=self._process)

    def add_source(self, source: Callable[[], Iterable[Sample]]) -> None:
        """Numbers of the agent itself: `source` is called for every scrape, so it must be quick."""
        with self._lock:
            self._sources.append(source)

    def observe(self, report: HostReport) -> None:
        """Take over one round: it replaces what it speaks of, and nothing else."""
        with self._lock:
            series = self._hosts.setdefault(report.host.name, HostSeries())
            before = series.shown
            series.observe(report)
            self._families.replace(report.host.name, series.families, before, series.shown)

    def note(self, host: str, subject: str, samples: Iterable[Sample]) -> None:
        """Numbers of a host that no round tells: they replace what was noted of the same subject.

        Of a host that had no round yet, or is off rounds, nothing is noted.
        """
        with self._lock:
            if series := self._hosts.get(host):
                before = series.shown
                series.note(subject, samples)
                self._families.replace(host, series.families, before, series.shown)

    def retain(self, host: str, checks: Collection[str], collectors: Collection[str]) -> None:
        """After a change of configuration: only these checks and collectors are made on `host` from now on."""
        with self._lock:
            if series := self._hosts.get(host):
                before = series.shown
                series.retain(checks, collectors)
                self._families.replace(host, series.families, before, series.shown)

    def forget(self, host: str) -> None:
        """Drop every series of `host`."""
        with self._lock:
            if series := self._hosts.pop(host, None):
                self._families.replace(host, {}, series.shown, {})

    def render(self) -> bytes:
        """The whole exposition: the agent, its process and all hosts."""
        with self._lock:
            sources = tuple(self._sources)
        own = rendered(sample for source in sources for sample in source())
        return self._families.join(own) + generate_latest(self._process)

    def render_host(self, name: str) -> bytes | None:
        """One host as node_exporter would show it. None: there is no such host, or its last round failed."""
        with self._lock:
            series = self._hosts.get(name)
            return series.page.join() if series is not None and series.up else None


def _build_info() -> Iterator[Sample]:
    try:
        own = version("rounds")
    except PackageNotFoundError:
        own = "unknown"
    labels = (("version", own), ("python", platform.python_version()))
    yield Sample("rounds_build_info", 1, labels, "The version of rounds and of Python; always 1.")


EXPORTER = Exporter(settings=PrometheusSettings, start=lambda _: PrometheusExport(), always=True)
