"""What is told of a host beside its rounds: which problems are open since when, and how often it was changed."""

import threading
from collections import defaultdict
from collections.abc import Iterator

from agent.history.change_counts import ChangeCounts
from agent.problems import Standing, Tracker
from collectors.contract import Kind, Sample
from exporters.contract import HostReport
from exporters.exposition.labels import SEVERITIES
from exporters.exposition.vocabulary import INVENTORY_CHANGES, LAST_CHANGE, PROBLEM_START
from exporters.prometheus import PrometheusExport


class Bulletin:
    """Listens to rounds, and notes with Prometheus what the tracker and the history make of them."""

    def __init__(self, tracker: Tracker, changes: ChangeCounts, prometheus: PrometheusExport) -> None:
        self._tracker = tracker
        self._changes = changes
        self._prometheus = prometheus
        self._kinds: defaultdict[str, set[Kind]] = defaultdict(set)
        self._lock = threading.Lock()

    def hear(self, report: HostReport) -> None:
        """A round has ended, and all others know of it."""
        host = report.host.name
        with self._lock:  # what is noted last is to be what was asked last
            kinds = self._kinds[host]
            kinds.update(entry.kind for entries in report.inventory.values() for entry in entries)
            problems = map(_problem, self._tracker.problems(host))
            self._prometheus.note(host, "problems", problems, of_items=True)
            self._prometheus.note(host, "changes", self._changed(host))

    def _changed(self, host: str) -> Iterator[Sample]:
        """Zeros too, so that the first change is seen to be one."""
        changed = self._changes.of_host(host)
        for kind in sorted(self._kinds[host] | changed.counts.keys()):
            yield INVENTORY_CHANGES.sample(changed.counts[kind], host=host, kind=kind)
        if changed.last_at is not None:
            yield LAST_CHANGE.sample(changed.last_at, host=host)


def _problem(standing: Standing) -> Sample:
    return PROBLEM_START.sample(
        round(standing.hard_since or standing.seen_since, 3),
        host=standing.host,
        check=standing.check,
        item=standing.item,
        severity=SEVERITIES[standing.hard or standing.seen],
    )
