"""What a scrape of a large fleet costs, beside prometheus_client's `generate_latest` on the very same series.

python -m benchmarks.scrape [--hosts 1000] [--series 100000] [--write]
"""

import argparse
import gzip
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from statistics import median

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.parser import text_string_to_metric_families

from agent.catalogue import catalogue
from agent.garbage import search_seldom
from agent.runner import run
from agent.web.negotiation import GZIP_LEVEL
from benchmarks.client import fast_task
from benchmarks.results import README
from collectors.transport.local import LocalShell
from exporters.contract import HostCard, HostReport
from exporters.exposition import Format
from exporters.prometheus import PrometheusExport

GOAL_MS = 50.0
GOAL_RATIO = 20.0
TIMES = 7
LEVELS = (1, 2, 4, 6)
_PLACE = re.compile(r"(?<=<!-- scrape -->\n).*?(?=<!-- /scrape -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Scrape:
    """Milliseconds of CPU for a page of one format: joined, and as prometheus_client makes it from the same series."""

    form: Format
    joined_ms: float
    generated_ms: float

    @property
    def ratio(self) -> float:
        """How many times less the joined page costs."""
        return self.generated_ms / self.joined_ms


@dataclass(frozen=True, slots=True)
class Compressed:
    """What a level of gzip costs, and leaves of the page."""

    level: int
    cpu_ms: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Cost:
    """One run. `observe_ms` is taking over one round of one host, `node_ms` the page of one host."""

    hosts: int
    series: int
    megabytes: float
    scrapes: tuple[Scrape, ...]
    compressed: tuple[Compressed, ...]
    observe_ms: float
    node_ms: float

    @property
    def met(self) -> bool:
        """Whether the goals are met."""
        return all(scrape.joined_ms < GOAL_MS and scrape.ratio >= GOAL_RATIO for scrape in self.scrapes)

    def as_markdown(self) -> str:
        """The tables."""
        rows = [
            f"| {scrape.form.name.lower()} | **{scrape.joined_ms:.1f} ms** | {scrape.generated_ms:.0f} ms "
            f"| **{scrape.ratio:.0f} times** |"
            for scrape in self.scrapes
        ]
        levels = [
            f"| {one.level}{', used' * (one.level == GZIP_LEVEL)} | {one.cpu_ms:.0f} ms | {one.megabytes:.2f} MB |"
            for one in self.compressed
        ]
        return "\n".join(
            [
                f"Measured {datetime.now(UTC):%Y-%m-%d}: {self.hosts} hosts, {self.series} series, "
                f"{self.megabytes:.1f} MB.",
                "",
                "| CPU of a scrape, uncompressed | joined | `generate_latest` | less by |",
                "| --- | ---: | ---: | ---: |",
                *rows,
                "",
                "| gzip besides, level | CPU | sent |",
                "| --- | ---: | ---: |",
                *levels,
                "",
                f"Taking over a round of one host: {self.observe_ms:.2f} ms. Joining one host's page as node_exporter:"
                f" {self.node_ms:.2f} ms.",
                "",
            ]
        )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scrape", description=__doc__)
    parser.add_argument("--hosts", type=int, default=1000)
    parser.add_argument("--series", type=int, default=100_000)
    parser.add_argument("--write", action="store_true", help="put the results into benchmarks/README.md")
    asked = parser.parse_args()
    cost = measure(asked.hosts, asked.series)
    print(cost.as_markdown())
    if asked.write:
        README.write_text(_PLACE.sub(lambda _: cost.as_markdown(), README.read_text("utf-8")), "utf-8")
    return 0 if cost.met else 1


def measure(hosts: int, series: int) -> Cost:
    """Real rounds of this machine, told of so many hosts, until there are so many series."""
    search_seldom()  # as the agent does when it starts
    reports = [report_with(report, series / hosts) for report in looks(3)]
    export = PrometheusExport()
    observe_ms = min(median(_observed(export, reports[turn % 2], hosts)) for turn in range(4))
    page = export.render()
    registry = registry_of(page)
    scrapes = tuple(_scrape(export, registry, form) for form in Format)
    return Cost(
        hosts=hosts,
        series=sum(not line.startswith(b"#") for line in page.splitlines()),
        megabytes=len(page) / 1e6,
        scrapes=scrapes,
        compressed=tuple(_compressed(page, level) for level in LEVELS),
        observe_ms=observe_ms,
        node_ms=cpu_ms(lambda: export.render_host("host-0000"), 50),
    )


def looks(times: int) -> list[HostReport]:
    """Fast rounds on this machine, without the first one, which knows no rates."""
    found, shell = catalogue(), LocalShell()
    task, reports = fast_task(found, HostCard("this-machine", "127.0.0.1")), []
    for _ in range(times):
        report = run(task, lambda: shell, found)
        task = replace(task, previous=report.facts)
        reports.append(report)
    return reports[1:]


def report_with(report: HostReport, series: float) -> HostReport:
    """The report with so many of its items that it makes about as many series, beside those of every host."""
    export = PrometheusExport()
    short = replace(report, outcomes=())
    for outcome in sorted(report.outcomes, key=lambda outcome: len(outcome.results)):
        short = replace(short, outcomes=(*short.outcomes, outcome))
        export.observe(short)
        if export.render().count(b'host="this-machine"') >= series:
            break
    return short


def registry_of(page: bytes) -> CollectorRegistry:
    """The series of a page as prometheus_client keeps them."""
    registry = CollectorRegistry()
    for family in text_string_to_metric_families(page.decode()):
        for sample in family.samples:
            if sample.name.startswith("rounds_"):
                gauge = registry._names_to_collectors.get(sample.name)
                if not isinstance(gauge, Gauge):
                    gauge = Gauge(sample.name, family.documentation, tuple(sample.labels), registry=registry)
                (gauge.labels(**sample.labels) if sample.labels else gauge).set(sample.value)
    return registry


def cpu_ms(work: Callable[[], object], times: int = TIMES) -> float:
    """The median CPU of doing it."""
    spent = []
    for _ in range(times):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return median(spent) * 1000


def _scrape(export: PrometheusExport, registry: CollectorRegistry, form: Format) -> Scrape:
    generate = generate_openmetrics if form is Format.OPENMETRICS else generate_latest
    return Scrape(form, cpu_ms(lambda: export.render(form)), cpu_ms(lambda: generate(registry), 3))


def _compressed(page: bytes, level: int) -> Compressed:
    small = gzip.compress(page, level)
    return Compressed(level, cpu_ms(lambda: gzip.compress(page, level), 3), len(small) / 1e6)


def _told_by(number: int, report: HostReport) -> HostReport:
    """The report as another host's, whose numbers are not quite the same."""
    factor = 1 + number / 1009
    outcomes = []
    for outcome in report.outcomes:
        results = []
        for result in outcome.results:
            measured = (replace(one, value=one.value * factor) for one in result.measurements)
            results.append(replace(result, measurements=tuple(measured)))
        outcomes.append(replace(outcome, results=tuple(results)))
    host = HostCard(f"host-{number:04}", f"192.0.2.{number % 250}", every_seconds=60.0)
    return replace(report, host=host, outcomes=tuple(outcomes), finished_at=report.finished_at + factor)


def _observed(export: PrometheusExport, report: HostReport, hosts: int) -> list[float]:
    spent = []
    for number in range(hosts):
        told = _told_by(number, report)
        begun = time.process_time()
        export.observe(told)
        spent.append((time.process_time() - begun) * 1000)
    return spent


if __name__ == "__main__":
    sys.exit(main())
