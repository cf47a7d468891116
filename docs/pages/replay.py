"""Rounds made of recordings: what real systems answered, judged by every check."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from agent.catalogue import CollectorPlugin, catalogue
from checks.contract import NotYet, Past
from collectors.contract import Reason, Sample, SectionError
from exporters.contract import CheckOutcome, HostCard, HostReport, Lane, SectionTiming
from tests.recordings_on_disk import recordings


@cache
def replayed() -> tuple[HostReport, ...]:
    """A report for each recording; where two looks are compared, one for each pair of a collector's recordings.

    Such a pair may be of two systems: the rates are nonsense, but they are there, and with them their names.
    """
    return tuple(_report(*look) for name in catalogue().collectors for look in _looks(catalogue().collectors[name]))


@cache
def samples(collector: str) -> tuple[Sample, ...]:
    """The samples that recordings of a collector give, one for each name."""
    found = {s.name: s for report in replayed() if collector in report.facts for s in report.samples}
    return tuple(found[name] for name in sorted(found))


def _looks(plugin: CollectorPlugin) -> Iterator[tuple[str, Any, Reason | None]]:
    """The collector's name with facts, or with the reason why there are none."""
    seen = []
    for recording in recordings():
        if recording.collector != plugin.name:
            continue
        try:
            seen.append(plugin.collector.parse(recording.output))
        except SectionError as error:
            yield plugin.name, None, error.reason
    compare = plugin.collector.compare
    yield from ((plugin.name, facts, None) for facts in seen)
    if compare is not None:
        yield from ((plugin.name, compare(before, now), None) for before in seen for now in seen)


def _report(collector: str, facts: Any, reason: Reason | None) -> HostReport:
    samples = catalogue().collectors[collector].collector.samples
    return HostReport(
        host=HostCard("web-01", "192.0.2.10"),
        lane=Lane.FAST,
        started_at=0.0,
        finished_at=0.0,
        outcomes=tuple(_outcomes(collector, facts, reason)),
        sections=(SectionTiming(collector, 0.0, reason, ""),),
        samples=tuple(samples(facts)) if samples and reason is None else (),
        facts={collector: facts} if reason is None else {},
    )


def _outcomes(collector: str, facts: Any, reason: Reason | None) -> list[CheckOutcome]:
    found = []
    for check in catalogue().checks.values():
        if check.collector != collector:
            continue
        if reason is not None:
            found.append(CheckOutcome(check.card, reason=reason))
            continue
        try:
            results = tuple(check.check.judge(facts, check.check.params(), Past()))
        except NotYet:
            found.append(CheckOutcome(check.card, reason=Reason.FIRST_LOOK))
        else:
            found.append(CheckOutcome(check.card, results))
    return found
