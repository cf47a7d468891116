"""What `/metrics` shows after rounds of every recording, a change of everything, and a host that did not answer."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from agent.bulletin import Bulletin
from agent.daemon import Daemon
from agent.history import PublishedDay
from agent.web.application import application
from checks.contract import Result, State, Text
from collectors.contract import Entry, Kind, Reason
from docs.pages.agent_at_rest import agent_at_rest
from docs.pages.replay import replayed
from exporters.contract import CheckOutcome, HostCard, HostFailure, HostReport, Lane
from exporters.exposition import Format
from exporters.prometheus import PrometheusExport

_AT = 1_800_000_000.0


def whole_page(form: Format) -> bytes:
    """The page, in a format."""
    with agent_with_rounds() as daemon:
        return prometheus_of(daemon).render(form)


@contextmanager
def agent_with_rounds() -> Iterator[Daemon]:
    """An agent that was told of these rounds, and has its page ready."""
    with agent_at_rest() as daemon:
        application(daemon)  # it adds the agent's own numbers to the page
        for number, report in enumerate(replayed()):
            card = HostCard(f"host-{number}", "192.0.2.10")
            tell(daemon, HostReport(card, Lane.FAST, _AT, _AT, report.outcomes, report.sections, report.samples))
        failure = HostFailure(Reason.UNREACHABLE, "it does not answer")
        for _ in range(3):
            tell(daemon, HostReport(HostCard("gone", "192.0.2.11"), Lane.FAST, _AT, _AT, failure=failure))
        tell(daemon, _changed(daemon))
        daemon.daily.last_made = PublishedDay(date(2027, 1, 15), "2027-01-15", _AT, 1, "", 0)
        daemon.daily.due_at = _AT + 86_400
        yield daemon


def prometheus_of(daemon: Daemon) -> PrometheusExport:
    """The exporter of an agent."""
    return next(e for e in daemon.conductor.exports.values() if isinstance(e, PrometheusExport))


def tell(daemon: Daemon, report: HostReport) -> None:
    """Tell it of a round as the conductor does."""
    daemon.conductor.tracker.follow(report, {})
    prometheus_of(daemon).observe(report)
    Bulletin(daemon.conductor.tracker, daemon.history.change_counts, prometheus_of(daemon)).hear(report)


def _changed(daemon: Daemon) -> HostReport:
    """A host of which every kind of entry is known, and changed."""
    name = "changed"
    daemon.history.change_counts.add(name, Counter(Kind), _AT)
    entries = tuple(Entry(kind, "one", "1") for kind in Kind)
    report = HostReport(HostCard(name, "192.0.2.12"), Lane.SLOW, _AT, _AT, inventory={"packages": entries})
    card = next(outcome.check for r in replayed() for outcome in r.outcomes)
    results = tuple(Result(state.name, state, Text("", "")) for state in State)
    return replace(report, outcomes=(CheckOutcome(card, results),))
