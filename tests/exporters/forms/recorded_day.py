"""A day made of what real systems printed: every recording, parsed, judged and told as the agent would."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from agent.catalogue import CheckPlugin, catalogue
from agent.reasons import not_checked_text
from checks.backup_sets import SetsParams
from checks.contract import NotYet, Params, Past, State
from collectors.backups import Backups
from collectors.contract import Kind, Reason, SectionError
from collectors.contract.inventory import in_order
from exporters.contract import (
    Change,
    CheckOutcome,
    DayRecord,
    HostCard,
    HostChanges,
    HostEntries,
    HostFacts,
    HostLine,
    HostReport,
    Incident,
    IncidentNote,
    ItemLine,
    Lane,
)
from tests.exporters.sample_day import ZONE, at
from tests.recordings_on_disk import Recording, recordings

MADE_AT = at(21, 8)
CHECKED_AT = at(21, 7, 55)


@cache
def recorded_reports() -> tuple[HostReport, ...]:
    """A round for each host; the first has the first recording of every collector, and so on."""
    by_collector: dict[str, list[Recording]] = defaultdict(list)
    for recording in recordings():
        by_collector[recording.collector].append(recording)
    most = max(map(len, by_collector.values()))
    return tuple(
        _report(number, [mine[number] for mine in by_collector.values() if number < len(mine)])
        for number in range(most)
    )


def _report(number: int, recorded: Iterable[Recording]) -> HostReport:
    facts: dict[str, Any] = {}
    lapses: list[CheckOutcome] = []
    for one in recorded:
        plugin = catalogue().collectors[one.collector]
        try:
            parsed = plugin.collector.parse(one.output)
        except SectionError as error:
            lapses += [
                CheckOutcome(check.card, reason=error.reason, detail=str(error)) for check in _reading(one.collector)
            ]
            continue
        if plugin.collector.compare:
            parsed = plugin.collector.compare(parsed, parsed)
        facts[one.collector] = _with_names(parsed)
    return report_of(f"host-{number:02}", facts, lapses)


def report_of(name: str, facts: Mapping[str, Any], lapses: Iterable[CheckOutcome] = ()) -> HostReport:
    """A round that found these facts, by collector, judged and told."""
    card = HostCard(
        name, "192.0.2.10", role="门户", owner="值班一组", location="机房 A-3", project="portal", groups=("web",)
    )
    outcomes, inventory = list(lapses), {}
    for collector, found in facts.items():
        tell = catalogue().collectors[collector].collector.inventory
        if tell:
            inventory[collector] = in_order(tell(found))
        outcomes += _outcomes(collector, found)
    return HostReport(
        card, Lane.SLOW, CHECKED_AT - 5, CHECKED_AT, tuple(outcomes), inventory=inventory, facts=dict(facts)
    )


def _reading(collector: str) -> Iterator[CheckPlugin]:
    return (check for check in catalogue().checks.values() if check.collector == collector)


def _outcomes(collector: str, facts: Any) -> Iterator[CheckOutcome]:
    for plugin in _reading(collector):
        try:
            results = tuple(plugin.check.judge(facts, _params(plugin, facts), Past(now=CHECKED_AT)))
        except NotYet:
            continue
        yield CheckOutcome(plugin.card, results)


def _with_names(facts: Any) -> Any:
    if not isinstance(facts, Backups):
        return facts
    named = (replace(one, names=(f"set {number}",)) for number, one in enumerate(facts.sources))
    return replace(facts, sources=tuple(named))


def _params(plugin: CheckPlugin, facts: Any) -> Params:
    """The defaults, and for backups a set for each source that was asked."""
    if not issubclass(plugin.check.params, SetsParams):
        return plugin.check.params()
    asked = [one.asked for one in getattr(facts, "sources", getattr(facts, "verdicts", ()))]
    sets = [_set(number, one) for number, one in enumerate(asked)]
    sets += [
        {"name": f"set {number}", "files": "/var/backups/*", "restore_test": {"file": one.path}}
        for number, one in enumerate(getattr(facts, "records", ()))
    ]
    return plugin.check.params.model_validate({"sets": sets})


def _set(number: int, asked: str) -> Mapping[str, object]:
    tool, target, *options = asked.split("\t")
    return {"name": f"set {number}", tool: target, **dict(option.split("=", 1) for option in options if option)}


def day_of(reports: Iterable[HostReport], **others: Any) -> DayRecord:
    """The record of a day that had these rounds; what is wrong in them is an incident since the evening before."""
    made = tuple(reports)
    items = tuple(line for report in made for line in _lines(report))
    return DayRecord(
        number="RD-20261121-01",
        system="门户平台",
        date=date(2026, 11, 21),
        timezone=ZONE,
        begins_at=at(20, 8),
        ends_at=MADE_AT,
        made_at=MADE_AT,
        agent_version="0",
        hosts=tuple(_host_line(report) for report in made),
        items=items,
        incidents=tuple(_incident(line) for line in items if line.state in (State.WARN, State.CRIT)),
        person_on_duty="值班一组",
        entries=tuple(
            HostEntries(report.host.name, in_order(one for entries in report.inventory.values() for one in entries))
            for report in made
        ),
        facts=tuple(
            HostFacts(
                report.host.name, name, CHECKED_AT, catalogue().collectors[name].facts.dump_python(kept, mode="json")
            )
            for report in made
            for name, kept in report.facts.items()
            if catalogue().collectors[name].collector.keep_facts
        ),
        **{"changes": tuple(_changes(report.host.name) for report in made[:2]), **others},
    )


def _changes(host: str) -> HostChanges:
    when = at(20, 9), at(20, 10)
    upgraded = Change(host, Kind.PACKAGE, "openssl", "3.0.14-1", "3.0.15-1", *when)
    return HostChanges(host, 2, (upgraded, Change(host, Kind.PORT, "tcp/8081", None, "every address: java", *when)))


def _lines(report: HostReport) -> Iterator[ItemLine]:
    for outcome in report.outcomes:
        if outcome.reason is not None or not outcome.results:
            reason = outcome.reason or Reason.NOT_APPLICABLE
            words = not_checked_text(reason, outcome.detail)
            yield ItemLine(report.host.name, outcome.check, "", None, words, reason)
        for result in outcome.results:
            yield ItemLine(
                report.host.name,
                outcome.check,
                result.item,
                result.state,
                result.summary,
                worst=result.state,
                since=at(20, 21),
                checked_at=CHECKED_AT,
                measurements=result.measurements,
                day_before=tuple(replace(one, value=one.value * 0.9) for one in result.measurements),
            )


def _host_line(report: HostReport) -> HostLine:
    if report.failure:
        return HostLine(report.host, False, None, 9, 9, report.failure.reason, report.failure.message)
    return HostLine(report.host, True, report.state, 1440, 2, checked_at=CHECKED_AT)


def _incident(line: ItemLine) -> Incident:
    found = Incident(line.host, line.check, line.item, line.state or State.WARN, line.summary, at(20, 21), None)
    note = IncidentNote(found.id, "李敏", at(21, 7), cause="磁盘老化", measure="已报修", owner="李敏", due="2026-11-25")
    return replace(found, notes=(note,))
