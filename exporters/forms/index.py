"""A day's record, looked through once so that every cell of every form is found at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from checks.contract import State
from checks.contract.text import Language
from collectors.contract import Entry, Kind
from exporters.contract import CheckCard, DayRecord, Evidence, HostFacts, HostLine, Incident, ItemLine
from exporters.daily.view import View

JUDGED = (State.OK, State.WARN, State.CRIT)


@dataclass(frozen=True)
class DayIndex:
    """One day for readers of one language."""

    day: DayRecord
    language: Language

    @cached_property
    def view(self) -> View:
        """The way to word it."""
        return View(self.day, self.language)

    @cached_property
    def lines(self) -> dict[tuple[str, str], list[ItemLine]]:
        """Lines by host and check."""
        found: defaultdict[tuple[str, str], list[ItemLine]] = defaultdict(list)
        for line in self.day.items:
            found[line.host, line.check.name].append(line)
        return dict(found)

    @cached_property
    def checks_of(self) -> dict[str, dict[str, CheckCard]]:
        """The checks of each host, by name."""
        found: defaultdict[str, dict[str, CheckCard]] = defaultdict(dict)
        for line in self.day.items:
            found[line.host][line.check.name] = line.check
        return dict(found)

    @cached_property
    def hosts(self) -> dict[str, HostLine]:
        """Hosts on rounds by name."""
        return {line.host.name: line for line in self.day.hosts}

    @cached_property
    def evidence(self) -> dict[tuple[str, str], list[Evidence]]:
        """Answers by host and collector."""
        found: defaultdict[tuple[str, str], list[Evidence]] = defaultdict(list)
        for one in self.day.evidence:
            found[one.host, one.collector].append(one)
        return dict(found)

    @cached_property
    def facts(self) -> dict[tuple[str, str], HostFacts]:
        """What collectors knew, by host and collector."""
        return {(one.host, one.collector): one for one in self.day.facts}

    @cached_property
    def entries(self) -> dict[str, dict[Kind, list[Entry]]]:
        """Inventory by host and kind."""
        found: dict[str, dict[Kind, list[Entry]]] = {}
        for one in self.day.entries:
            kinds = found.setdefault(one.host, {})
            for entry in one.entries:
                kinds.setdefault(entry.kind, []).append(entry)
        return found

    @cached_property
    def entries_left_out(self) -> dict[tuple[str, Kind], int]:
        """How many entries a record had no room for, by host and kind."""
        return {(one.host, kind): count for one in self.day.entries for kind, count in one.left_out}

    @cached_property
    def _seen_at(self) -> dict[tuple[str, Kind], float]:
        return {(one.host, kind): at for one in self.day.entries for kind, at in one.seen_at}

    def seen_before(self, host: str, kinds: Iterable[Kind]) -> float | None:
        """When the inventory was looked at, where that was before the day began; None: in the day, or nobody knows."""
        times = [self._seen_at[host, kind] for kind in kinds if (host, kind) in self._seen_at]
        oldest = min(times, default=self.day.begins_at)
        return oldest if oldest < self.day.begins_at else None

    @cached_property
    def incidents(self) -> dict[tuple[str, str], list[Incident]]:
        """Incidents by host and check."""
        found: defaultdict[tuple[str, str], list[Incident]] = defaultdict(list)
        for incident in self.day.incidents:
            found[incident.host, incident.check.name].append(incident)
        return dict(found)

    @cached_property
    def host_incidents(self) -> dict[str, list[Incident]]:
        """Incidents of hosts as a whole, that one was not reachable say: they belong to no check that has lines."""
        found: defaultdict[str, list[Incident]] = defaultdict(list)
        for incident in self.day.incidents:
            if incident.check.name not in self.checks_of.get(incident.host, {}):
                found[incident.host].append(incident)
        return dict(found)

    @cached_property
    def _lines_by_collector(self) -> dict[tuple[str, str], list[ItemLine]]:
        found: defaultdict[tuple[str, str], list[ItemLine]] = defaultdict(list)
        for line in self.day.items:
            if line.check.collector:
                found[line.host, line.check.collector].append(line)
        return dict(found)

    def is_covered(self, host: str, collector: str) -> bool:
        """Whether a check of the host reads what the collector tells."""
        return (host, collector) in self._lines_by_collector

    def lapse(self, host: str, collector: str) -> ItemLine | None:
        """A line that says why a collector had nothing to tell of a host; None: no line says so."""
        lines = self._lines_by_collector.get((host, collector), [])
        if any(line.state is not None for line in lines):
            return None
        return next((line for line in lines if line.reason is not None), None)

    def of_item(
        self, host: str, checks: Iterable[str], item: str | None, otherwise: Collection[str] = ()
    ) -> list[ItemLine]:
        """The lines of checks on a host, all of them or those of one item.

        Where a check has no line of the item, the line that says why the whole check was not made stands for it, or
        those of the items `otherwise`, if they were not judged.
        """
        found: list[ItemLine] = []
        for check in checks:
            lines = self.lines.get((host, check), [])
            if item is not None:
                own = [line for line in lines if line.item == item]
                unmade = [line for line in lines if line.item == "" and line.reason is not None]
                lines = own or unmade or [line for line in lines if line.item in otherwise and not is_judged(line)]
            found += lines
        return found


def is_harmless(line: ItemLine) -> bool:
    """Whether nothing was judged, and nothing had to be."""
    return line.reason is not None and line.reason.is_harmless


def is_judged(line: ItemLine) -> bool:
    """Whether it says normal or abnormal."""
    return line.state in JUDGED
