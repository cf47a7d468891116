"""One round that Prometheus asked for, as blackbox_exporter would show it.

Its names are its own, `probe_*`: alerts and dashboards count every `rounds_check_state` there is, and what was asked
for besides is not to be counted with it. The labels of the target, such as its instance, the scraper gives.
"""

from collections.abc import Iterator

from checks.contract import State
from collectors.contract import Sample
from exporters.contract import HostReport
from exporters.exposition.heads import Format, page
from exporters.exposition.lines import rendered
from exporters.exposition.rounds import measurement_family


def probe_page(report: HostReport, seconds: float, waited_seconds: float, form: Format = Format.TEXT) -> bytes:
    """The answer; `seconds` is how long all of it took, `waited_seconds` how much of that was waiting for a turn."""
    lines = rendered(_samples(report, seconds, waited_seconds))
    return page(lines.families, lines.blocks(), form)


def _samples(report: HostReport, seconds: float, waited_seconds: float) -> Iterator[Sample]:
    # A check that does not apply says nothing; where no other was asked for, nothing was found to be well.
    judged = any(outcome.reason is None for outcome in report.outcomes)
    success = judged and report.state in (None, State.OK, State.WARN)
    yield Sample(
        "probe_success",
        int(success),
        help="Whether the host was reached and judged, and no check is critical or unknown or could not be made.",
    )
    yield Sample("probe_duration_seconds", round(seconds, 6), help="How long the probe took.")
    yield Sample(
        "probe_wait_seconds",
        round(waited_seconds, 6),
        help="How much of it was waiting until a regular round on the host was done.",
    )
    if report.failure is not None:
        labels = (("reason", report.failure.reason.value),)
        yield Sample("probe_failure_info", 1, labels, "Why the host could not be asked; always 1.")
    yield from _outcomes(report)
    for timing in report.sections:
        if timing.seconds is not None:
            labels = (("collector", timing.collector),)
            text = "How long a collector's section of the round's script took on the host."
            yield Sample("probe_section_duration_seconds", timing.seconds, labels, text)


def _outcomes(report: HostReport) -> Iterator[Sample]:
    for outcome in report.outcomes:
        check = outcome.check
        if outcome.reason is not None:
            labels = (("check", check.name), ("reason", outcome.reason.value))
            yield Sample("probe_check_not_checked", 1, labels, "A check that gave no state; always 1.")
        # Of two items that look the same on the wire the later one counts: let it be the worse.
        for result in sorted(outcome.results, key=lambda result: result.state):
            labels = (("check", check.name), ("item", result.item))
            text = "State of an item: 0 OK, 1 warning, 2 unknown, 3 critical."
            yield Sample("probe_check_state", int(result.state), labels, text)
            for measured in result.measurements:
                family = measurement_family(check, measured)
                name = family.name.replace("rounds_", "probe_", 1)
                yield Sample(name, measured.value, (("item", result.item),), family.help)
