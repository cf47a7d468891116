"""One round for node_exporter's textfile collector: a whole page that stands in a file until the next one.

Only what is true until then: no counter, which would begin anew with each round, and nothing under `node_*`, which
node_exporter itself fills.
"""

from collections.abc import Iterable, Iterator

from exporters.contract import HostReport
from exporters.exposition import rounds
from exporters.exposition.family import Family
from exporters.exposition.heads import Format, page
from exporters.exposition.lines import Lines

SUFFIX = ".prom"
"""Of the files that the collector reads; it passes over all others."""


def textfile_page(reports: Iterable[HostReport]) -> bytes:
    """All hosts of a round. Each series once, or node_exporter would refuse its whole page."""
    families: dict[str, Family] = {}
    series: dict[str, dict[str, str]] = {}
    for lines in _all_lines(reports):
        for name, of_family in lines.lines.items():
            families.setdefault(name, lines.families[name])
            series.setdefault(name, {}).update((line.rpartition(" ")[0], line) for line in of_family)
    return page(families, {name: "".join(lines.values()).encode() for name, lines in series.items()}, Format.TEXT)


def _all_lines(reports: Iterable[HostReport]) -> Iterator[Lines]:
    for report in reports:
        yield rounds.up_lines(report.host.name, report.failure is None)
        yield rounds.info_lines(report.host)
        for outcome in report.outcomes:
            yield rounds.outcome_lines(report.host.name, outcome)
