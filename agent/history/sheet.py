"""A batch of notes, added up in memory into the rows it comes to."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import TypeAdapter

from agent.deposition import Deposition
from agent.history.backlog import Note
from agent.history.ids import ItemKey
from agent.history.schema import HOUR
from agent.history.surveys import Survey
from agent.problems import REACHABLE, Kind, Transition
from checks.contract import Measurement, Result, State, Text, Unit
from collectors.contract import Reason
from exporters.contract import CheckOutcome, HostReport

SLOT = 300
"""Seconds. Of each item the last result before the present slot is kept beside the last one."""

MEASUREMENTS = TypeAdapter(tuple[Measurement, ...])

_REACHED = Result(REACHABLE.name, State.OK, Text("reachable", "可达"))


@dataclass(slots=True)
class Tally:
    """How often what was found. `counts` is indexed by State."""

    first_at: float
    last_at: float
    counts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    unchecked: int = 0
    reason: Reason | None = None
    detail: str = ""


@dataclass(slots=True)
class Range:
    """Values of a measurement, rolled up."""

    count: int
    least: float
    total: float
    most: float

    def add(self, value: float) -> None:
        """Take in one more value."""
        self.count += 1
        self.total += value
        self.least = min(self.least, value)
        self.most = max(self.most, value)


class Sheet:
    """The rows. Whatever is keyed by an item comes under (host, check, item)."""

    def __init__(self, notes: Iterable[Note]) -> None:
        self.results: dict[tuple[ItemKey, int], tuple[float, Result]] = {}
        self.tallies: dict[tuple[int, ItemKey], Tally] = {}
        self.ranges: dict[tuple[int, ItemKey, str, Unit], Range] = {}
        self.transitions: list[Transition] = []
        self.seen: dict[ItemKey, Transition] = {}
        self.hard: dict[ItemKey, Transition] = {}
        self.runs: list[HostReport] = []
        self.facts: dict[tuple[str, str], tuple[float, str]] = {}
        self.surveys: list[Survey] = []
        self.depositions: list[Deposition] = []
        self.forgotten: set[str] = set()
        for note in notes:
            self._add(note)

    @property
    def hosts(self) -> set[str]:
        """Every host there is something to write about."""
        return (
            {host for host, _, _ in self.items}
            | {run.host.name for run in self.runs}
            | {host for host, _ in self.facts}
            | {survey.host for survey in self.surveys}
        )

    @property
    def items(self) -> set[ItemKey]:
        """Every item there is something to write about."""
        return {key for _, key in self.tallies} | self.seen.keys()

    def _add(self, note: Note) -> None:
        if note.report is not None:
            self.forgotten.discard(note.report.host.name)
            self._add_report(note.report)
            for collector, json in note.facts.items():
                self.facts[note.report.host.name, collector] = (note.report.finished_at, clean(json))
            for collector, entries in note.inventory.items():
                known = {(entry.kind, clean(entry.name)): clean(entry.value) for entry in entries}
                self.surveys.append(Survey(note.report.host.name, collector, note.report.finished_at, known))
        self.depositions.extend(note.depositions)
        for transition in note.transitions:
            key = (transition.host, transition.check, clean(transition.item))
            self.transitions.append(transition)
            self.seen[key] = transition
            if transition.kind is Kind.HARD:
                self.hard[key] = transition
        if note.forgets is not None:
            self.forgotten.add(note.forgets)
            self.facts = {key: value for key, value in self.facts.items() if key[0] != note.forgets}

    def _add_report(self, report: HostReport) -> None:
        at, host = report.finished_at, report.host.name
        if report.asked:
            self._add_run(report)
        for outcome in report.outcomes:
            self._add_outcome(host, at, outcome)

    def _add_run(self, report: HostReport) -> None:
        self.runs.append(report)
        reachable, failure = (report.host.name, REACHABLE.name, ""), report.failure
        if failure is None:
            self._add_result(reachable, report.finished_at, _REACHED)
        elif failure.reason is not Reason.INTERRUPTED:  # the agent's own stop says nothing about the host
            self._add_unchecked(reachable, report.finished_at, failure.reason, failure.message)

    def _add_outcome(self, host: str, at: float, outcome: CheckOutcome) -> None:
        check = outcome.check.name
        for result in outcome.results:
            self._add_result((host, check, clean(result.item)), at, result)
        if not outcome.results:
            self._add_unchecked((host, check, ""), at, outcome.reason or Reason.NOT_APPLICABLE, outcome.detail)

    def _add_result(self, key: ItemKey, at: float, result: Result) -> None:
        self.results[key, int(at // SLOT)] = (at, result)
        self._tally(key, at).counts[result.state] += 1
        hour = int(at // HOUR) * HOUR
        for measurement in result.measurements:
            value = measurement.value
            if not math.isfinite(value):
                continue
            name = (hour, key, measurement.name, measurement.unit)
            if name in self.ranges:
                self.ranges[name].add(value)
            else:
                self.ranges[name] = Range(1, value, value, value)

    def _add_unchecked(self, key: ItemKey, at: float, reason: Reason, detail: str) -> None:
        tally = self._tally(key, at)
        tally.unchecked += 1
        tally.reason, tally.detail = reason, detail

    def _tally(self, key: ItemKey, at: float) -> Tally:
        hour = int(at // HOUR) * HOUR
        tally = self.tallies.get((hour, key))
        if tally is None:
            tally = self.tallies[hour, key] = Tally(at, at)
        tally.last_at = max(tally.last_at, at)
        return tally


def measurements_json(measurements: tuple[Measurement, ...]) -> str:
    """The finite ones as JSON; JSON has no other numbers."""
    finite = tuple(measurement for measurement in measurements if math.isfinite(measurement.value))
    return MEASUREMENTS.dump_json(finite).decode()


def clean(text: str) -> str:
    """The text without what a database would refuse: NUL and halves of surrogate pairs."""
    if "\0" in text:
        text = text.replace("\0", "\\0")
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
