"""Every query asked of both sides and judged."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tests.compatibility.beats import beat_of
from tests.compatibility.footprint import footprint
from tests.compatibility.judgement import Agreement, Kind, Matrix, Timing, Verdict, judge
from tests.compatibility.left_out import reason_for
from tests.compatibility.query import Query
from tests.compatibility.server import Prometheus

GOAL = 0.9
"""Of the queries that have data with node_exporter, the share that must have data here."""

OWN = ("process_", "node_scrape_collector_", "node_textfile_", "node_exporter_", "go_", "promhttp_")
"""Metrics of the process that answers: there is no reason why those of two programs should be the same."""

LEVELS = ("_CurrEstab", "_MaxConn", "_RtoMin", "_RtoMax", "_Forwarding", "_DefaultTTL")

_OVER_TIME = re.compile(r"\b(?:i?rate|increase|i?delta|deriv|predict_linear)\s*\(")

BAD = frozenset((Agreement.DIFFERS, Agreement.INCOMPLETE))


@dataclass(frozen=True, slots=True)
class Row:
    """One query on one host."""

    host: str
    query: Query
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """All of it."""

    rows: Sequence[Row]

    @property
    def counts(self) -> Mapping[Agreement, int]:
        """How many queries came out how."""
        return Counter(row.verdict.agreement for row in self.rows)

    @property
    def asked_there(self) -> int:
        """How many have data with node_exporter."""
        return sum(1 for row in self.rows if row.verdict.there)

    @property
    def answered_here(self) -> int:
        """How many of those have data here."""
        return sum(1 for row in self.rows if row.verdict.there and row.verdict.here)

    @property
    def share(self) -> float:
        """How much of what has data with node_exporter has data here; 0 when nothing has."""
        return self.answered_here / self.asked_there if self.asked_there else 0.0

    @property
    def disagreements(self) -> Sequence[Row]:
        """Those with data on both sides that do not say the same."""
        return [row for row in self.rows if row.verdict.agreement in BAD]

    @property
    def is_good(self) -> bool:
        """Whether it is as promised."""
        return self.share >= GOAL and not self.disagreements

    @property
    def left_out(self) -> Mapping[str, int]:
        """Why series are left out on purpose, and in how many queries on how many hosts."""
        return Counter(reason for row in self.rows for reason in set(row.verdict.left_out))

    def of(self, source: str) -> "Comparison":
        """The part that came from `source`."""
        return Comparison([row for row in self.rows if row.query.source == source])


@dataclass(frozen=True, slots=True)
class Sides:
    """Two servers that know the same hosts under the same job and instances: what differs is whom they ask.

    Both were asked until `until`, and one scrape longer.
    """

    here: Prometheus
    there: Prometheus
    job: str
    timing: Timing
    until: float

    def answered(self, queries: Iterable[Query], host: str) -> Collection[Query]:
        """Those of `queries` that have data here on a host that only this side knows."""
        start = self.until - self.timing.span
        interval = f"{4 * self.timing.scrape:g}s"
        filled = ((query, query.filled(self.job, host, interval)) for query in queries)
        return [query for query, expression in filled if self._asked(self.here, expression, start, self.until)]

    def compare(self, queries: Iterable[Query], hosts: Iterable[str]) -> Comparison:
        """Ask everything of both. Raises `Refused` for a query that Prometheus does not take."""
        types = self.there.types()
        hosts = tuple(hosts)
        return Comparison([Row(host, query, self._verdict(query, host, types)) for query in queries for host in hosts])

    def _verdict(self, query: Query, host: str, types: Mapping[str, str]) -> Verdict:
        expression = query.filled(self.job, host, f"{4 * self.timing.scrape:g}s")
        kind = kind_of(query, types)
        timing = replace(self.timing, beat=beat_of(query.metrics, self.timing.beat))
        start = self.until - timing.span
        here = self._asked(self.here, expression, start, self.until)
        # From before to after: whatever came in between, both ends of it were seen there.
        there = self._asked(self.there, expression, start - timing.lag, self.until + timing.scrape)
        reasons = {labels: reason_for(query.metrics, labels) for labels in there.keys() - here.keys()}
        wanted = {labels: points for labels, points in there.items() if reasons.get(labels) is None}
        level = footprint(query.metrics[0]) if kind is Kind.GAUGE else 0.0
        verdict = judge(here, wanted, timing, kind, level)
        return replace(verdict, left_out=tuple(sorted(reason for reason in reasons.values() if reason)))

    def _asked(self, server: Prometheus, expression: str, start: float, end: float) -> Matrix:
        found = server.matrix(expression, start, end, self.timing.scrape)
        return {labels: points for labels, points in found.items() if points}


def kind_of(query: Query, types: Mapping[str, str]) -> Kind:
    """How the numbers of a query are to be compared, from the types that the exporter declares."""
    if all(name.startswith(OWN) for name in query.metrics):
        return Kind.OWN
    if query.is_selector:
        # What node_exporter does not tell apart it calls unknown: the kernel's counters, but for a few levels.
        name = query.metrics[0]
        counts = types.get(name) in ("counter", "unknown", "untyped") and not name.endswith(LEVELS)
        return Kind.COUNTER if counts else Kind.GAUGE
    return Kind.RATE if _OVER_TIME.search(query.expression) else Kind.COMPUTED
