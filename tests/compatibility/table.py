"""The comparison as a page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.compatibility.comparison import BAD, GOAL, Comparison, Row
from tests.compatibility.judgement import Agreement, Timing

_MOST_REMARKS = 6


class Share(NamedTuple):
    """How many of how many."""

    part: int
    whole: int

    def __str__(self) -> str:
        return f"{self.part} of {self.whole} ({self.part / self.whole if self.whole else 0:.1%})"


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and with what it was made, in lines for the page.

    `bare`: hosts without node_exporter, and how many of the queries with data there have data here for them.
    """

    date: str
    lines: Sequence[str]
    timing: Timing
    bare: Mapping[str, Share] = field(default_factory=dict)


def page(comparison: Comparison, occasion: Occasion) -> str:
    """Markdown: what was asked, the counts, what is amiss, and every query."""
    return "\n".join(_lines(comparison, occasion)) + "\n"


def _lines(comparison: Comparison, occasion: Occasion) -> Iterator[str]:
    yield "# Node dashboards without node_exporter"
    yield ""
    yield f"Made by `make compare-node-exporter` on {occasion.date}. Do not edit: run it again."
    yield ""
    yield from (f"- {line}" for line in occasion.lines)
    yield ""
    yield from _method(occasion.timing)
    yield ""
    yield from _totals(comparison)
    yield from _bare(occasion.bare)
    yield from _amiss(comparison)
    yield from _all(comparison)


def _method(timing: Timing) -> Iterator[str]:
    yield (
        "Two Prometheus servers know the same hosts by the same labels: one finds them at `/sd` and scrapes what "
        "rounds learned over SSH (*here*), one scrapes the node_exporter on each (*there*). "
        f"Both scrape every {timing.scrape:g} s, a round is made every {timing.beat:g} s, and each query is asked of "
        f"both over {timing.span:g} s."
    )
    yield ""
    yield (
        "Series must have the same labels. A counter must be what it was there when the round was made, within one "
        "scrape's growth; a gauge within what it changes there meanwhile, and what a login itself uses "
        "(`tests/compatibility/footprint.py`); a rate as the mean over the time, within the share of it that one "
        "round and one scrape are. What tells of the exporter's own process is not compared."
    )
    yield ""
    yield (
        "Some families are [looked at less often](node-exporter-families.md#what-is-looked-at-less-often) than in "
        "every round: there, what is shown here may be as old as their own beat, and is compared so."
    )


def _totals(comparison: Comparison) -> Iterator[str]:
    yield "## Counts"
    yield ""
    yield "| Source | Host | Queries | with data there | of these here | share | differ | data here only |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for source in dict.fromkeys(row.query.source for row in comparison.rows):
        for host in dict.fromkeys(row.host for row in comparison.rows):
            part = Comparison([row for row in comparison.rows if row.query.source == source and row.host == host])
            yield f"| {source} | {host} | {_counts(part)} |"
    yield f"| **all** | | {_counts(comparison)} |"
    yield ""
    wanted = f"at least {GOAL:.0%} with data, and no difference"
    yield f"Wanted: {wanted}. **{'Reached' if comparison.is_good else 'Not reached'}.**"
    yield ""


def _counts(part: Comparison) -> str:
    only_here = part.counts.get(Agreement.ONLY_HERE, 0)
    numbers = (len(part.rows), part.asked_there, part.answered_here)
    return " | ".join((*map(str, numbers), f"{part.share:.1%}", str(len(part.disagreements)), str(only_here)))


def _amiss(comparison: Comparison) -> Iterator[str]:
    yield "## What is amiss"
    yield ""
    amiss: dict[tuple[str, Agreement], list[Row]] = {}
    for row in comparison.rows:
        if row.verdict.agreement in BAD | {Agreement.MISSING}:
            amiss.setdefault((_metrics(row), row.verdict.agreement), []).append(row)
    if not amiss:
        yield "Nothing."
    for (metrics, agreement), rows in amiss.items():
        yield f"- {metrics}: {agreement}, {_listed(row.host for row in rows)} ({_listed(r.query.title for r in rows)})"
        remarks = list(dict.fromkeys(remark for row in rows for remark in row.verdict.remarks))
        yield from (f"  - `{remark}`" for remark in remarks[:_MOST_REMARKS])
        if len(remarks) > _MOST_REMARKS:
            yield f"  - and {len(remarks) - _MOST_REMARKS} more"
    yield ""
    yield "Why families are not here is in [what of node_exporter is not here](node-exporter-families.md)."
    yield ""
    if comparison.left_out:
        yield "Left out on purpose, and so neither counted nor missing:"
        yield ""
        yield from (f"- {reason} (queries: {count})" for reason, count in comparison.left_out.items())
        yield ""


def _bare(bare: Mapping[str, Share]) -> Iterator[str]:
    if bare:
        yield "On hosts that run no exporter, of the queries that have data with node_exporter on one of the others,"
        yield "so many have data here:"
        yield ""
        yield from (f"- {host}: {share}" for host, share in bare.items())
        yield ""


def _all(comparison: Comparison) -> Iterator[str]:
    for source in dict.fromkeys(row.query.source for row in comparison.rows):
        part = comparison.of(source)
        hosts = list(dict.fromkeys(row.host for row in part.rows))
        yield f"## {source}"
        yield ""
        yield "Series here / there, and whether they agree."
        yield ""
        yield f"| Panel or rule | Query reads | {' | '.join(hosts)} |"
        yield f"| --- | --- | {' | '.join('---' for _ in hosts)} |"
        rows = iter(part.rows)
        for row in rows:
            of_hosts = [row, *(next(rows) for _ in hosts[1:])]
            yield f"| {_where(row)} | {_metrics(row)} | {' | '.join(map(_cell, of_hosts))} |"
        yield ""


def _listed(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def _where(row: Row) -> str:
    return ": ".join(filter(None, (row.query.place, row.query.title))) + (
        f" {row.query.part}" if row.query.part else ""
    )


def _metrics(row: Row) -> str:
    return ", ".join(f"`{selector}`" for selector in row.query.selectors).replace("|", "\\|")


def _cell(row: Row) -> str:
    verdict = row.verdict
    if verdict.agreement is Agreement.QUIET:
        return "–"
    left_out = f", {len(verdict.left_out)} left out" if verdict.left_out else ""
    return f"{verdict.here} / {verdict.there} {verdict.agreement}{left_out}"
