"""A host that answers anything, and what the agent remembers of it from round to round."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from structlog.processors import format_exc_info
from structlog.testing import capture_logs

from agent.catalogue import Catalogue, catalogue
from agent.runner import Task, run
from checks.contract import Past, Span
from collectors.transport.deadline import Deadline
from collectors.transport.shell import Answer
from exporters.contract import CheckCard, HostCard, HostReport, Lane
from tests.hostile_answers import framed

NOW = 1_790_000_000.0


@dataclass
class HostileShell:
    """A host that gives this answer for a section, whatever it is asked."""

    section: str
    files: tuple[str, ...]
    answer: bytes

    def connect(self, deadline: Deadline) -> None:
        """There is nothing to connect to."""

    def run(self, script: str, deadline: Deadline, until: bytes) -> Answer:
        marker = until.removesuffix(b" done")
        return Answer(framed(self.answer, marker, self.section, self.files) + until + b"\n", b"", 0)

    def interrupt(self) -> None:
        """It never runs long."""

    def close(self) -> None:
        """It holds nothing."""


class Host:
    """A host on which one collector is asked, round by round, and which remembers as the agent does."""

    def __init__(self, name: str, known: Catalogue | None = None) -> None:
        self.name = name
        self.known = known or catalogue()
        self.plugin = self.known.collectors[name]
        self.checks = {n: check.check.params() for n, check in self.known.checks.items() if check.collector == name}
        self.facts: Mapping[str, Any] = {}
        self.measured: dict[str, dict[tuple[str, str], list[float]]] = defaultdict(lambda: defaultdict(list))

    @property
    def cards(self) -> tuple[CheckCard, ...]:
        return tuple(self.known.checks[name].card for name in self.checks)

    def answers(self, answer: bytes) -> HostReport:
        """A round in which nothing may break."""
        shell = HostileShell(self.name, self.plugin.collector.files, answer)
        card = HostCard(self.name.replace("_", "-"), "192.0.2.1")
        task = Task(card, Lane.FAST, (self.name,), self.checks, 30.0, previous=self.facts, past=self._past())
        with capture_logs(processors=(format_exc_info,)) as said:
            report = run(task, lambda: shell, self.known)
        assert not said, said[0].get("exception", said[0])
        assert report.failure is None
        self._holds_what_is_promised(report)
        return report

    def _holds_what_is_promised(self, report: HostReport) -> None:
        for outcome in report.outcomes:
            items = [result.item for result in outcome.results]
            assert all(items), f"{outcome.check.name} leaves an item without a name"
            assert len(items) == len(set(items)), f"{outcome.check.name} names an item twice"
            for result in outcome.results:
                for measurement in result.measurements:
                    self.measured[outcome.check.name][result.item, measurement.name].append(measurement.value)
        if self.name in report.facts:
            kept = self.plugin.facts.dump_json(report.facts[self.name])
            restored = self.plugin.facts.validate_json(kept)
            assert restored == report.facts[self.name], "the facts are others after a restart of the agent"
            self.facts = {self.name: restored}

    def _past(self) -> Mapping[str, Past]:
        """As if each round had been asked for weeks."""
        return {
            name: Past(NOW, {key: tuple(_spans(values)) for key, values in series.items()})
            for name, series in self.measured.items()
            if self.known.checks[name].check.recalls
        }


def _spans(values: list[float]) -> list[Span]:
    hours = values * (24 * 7 // len(values) + 1)
    return [Span(NOW - 3600 * (len(hours) - n), 3600, value, value, value) for n, value in enumerate(hours)]
