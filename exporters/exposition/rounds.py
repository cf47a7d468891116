"""What a round says of itself and of its checks, as lines."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from checks.contract import Measurement, Result, Section, State, Unit
from collectors.contract import Reason
from exporters.contract import CheckCard, CheckOutcome, HostCard, HostReport, SectionTiming
from exporters.exposition.family import Family
from exporters.exposition.lines import Lines, label_value, lawful_name, series_name
from exporters.exposition.vocabulary import (
    CHECK_STATE,
    DURATION,
    ERRORS,
    HOST_INFO,
    HOST_SECTION_STATE,
    HOST_SERIES,
    HOST_STATE,
    HOST_UP,
    LAST_RUN,
    LAST_SUCCESS,
    NOT_CHECKED,
    SECTION_DURATION,
    SERIES_DROPPED,
)

OF_ITEMS = ("host", "item")
"""The labels of every measurement."""

COUNT_LINES = 2
"""How many series `count_lines` makes."""


def up_lines(host: str, up: bool) -> Lines:
    """Whether the host is up."""
    lines = Lines()
    lines.add(HOST_UP, series_name((("host", host),)), up)
    return lines


def info_lines(card: HostCard) -> Lines:
    """The host's place in the organisation."""
    lines = Lines()
    named = (
        ("host", card.name),
        ("address", card.address),
        ("role", card.role),
        ("owner", card.owner),
        ("location", card.location),
        ("project", card.project),
        ("groups", ",".join(card.groups)),
    )
    lines.add(HOST_INFO, series_name(named), 1)
    return lines


def count_lines(host: str, series: int, dropped: int) -> Lines:
    """How many series the host has, and how many were left out since the start."""
    lines = Lines()
    labels = series_name((("host", host),))
    lines.add(HOST_SERIES, labels, series)
    lines.add(SERIES_DROPPED, labels, dropped)
    return lines


def error_lines(host: str, errors: Mapping[Reason, int]) -> Lines:
    """How often each reason was met since the host is on rounds."""
    lines = Lines()
    for reason, count in errors.items():
        lines.add(ERRORS, series_name((("host", host), ("reason", reason))), count)
    return lines


def outcome_lines(host: str, outcome: CheckOutcome) -> Lines:
    """The states and measurements of one check, or why there are none."""
    lines = Lines()
    name = outcome.check.name
    where = f'host="{label_value(host)}",check="{name}"'
    if outcome.reason is not None:
        lines.add(NOT_CHECKED, f'{where},reason="{outcome.reason}"', 1)
        return lines
    for item, result in _by_item(outcome.results).items():
        lines.add(CHECK_STATE, f'{where},item="{item}"', int(result.state))
        labels = f'host="{label_value(host)}",item="{item}"'
        for measurement in {m.name: m for m in result.measurements}.values():
            lines.add(measurement_family(outcome.check, measurement), labels, measurement.value)
    return lines


def worst_by_section(outcomes: Iterable[CheckOutcome]) -> dict[Section, State]:
    """How the checks of each section stand. A section in which there is nothing to judge is left out."""
    worst: dict[Section, State] = {}
    for outcome in outcomes:
        if (state := outcome.state) is not None:
            section = outcome.check.section
            worst[section] = max(state, worst.get(section, state))
    return worst


def state_lines(host: str, state: State | None) -> Lines:
    """How the host stands; nothing where nothing is judged."""
    lines = Lines()
    if state is not None:
        lines.add(HOST_STATE, series_name((("host", host),)), int(state))
    return lines


def section_state_lines(host: str, worst: Mapping[Section, State]) -> Lines:
    """How each section stands."""
    lines = Lines()
    for section, state in worst.items():
        lines.add(HOST_SECTION_STATE, series_name((("host", host), ("section", section))), int(state))
    return lines


def round_lines(report: HostReport) -> Lines:
    """When and for how long the round ran."""
    lines = Lines()
    labels = series_name((("host", report.host.name), ("lane", report.lane)))
    lines.add(LAST_RUN, labels, round(report.finished_at, 3))
    lines.add(DURATION, labels, round(max(0.0, report.finished_at - report.started_at), 6))
    return lines


def success_lines(report: HostReport) -> Lines:
    """When the lane last reached the host."""
    lines = Lines()
    lines.add(
        LAST_SUCCESS, series_name((("host", report.host.name), ("lane", report.lane))), round(report.finished_at, 3)
    )
    return lines


def section_lines(host: str, timing: SectionTiming) -> Lines:
    """How long one section took; nothing when it never ended."""
    lines = Lines()
    if timing.seconds is not None:
        lines.add(SECTION_DURATION, series_name((("host", host), ("collector", timing.collector))), timing.seconds)
    return lines


def errors_of(report: HostReport) -> Counter[Reason]:
    """What went wrong in one round, each thing once.

    A failed host counts once and not for each of its checks. A check counts only where no section of
    the round already stands for its reason.
    """
    if report.failure is not None:
        return Counter([report.failure.reason])
    found = Counter(timing.reason for timing in report.sections if timing.reason is not None)
    outcomes = Counter(outcome.reason for outcome in report.outcomes if outcome.reason is not None)
    found.update({reason: count for reason, count in outcomes.items() if reason not in found})
    return Counter({reason: count for reason, count in found.items() if not reason.is_harmless})


def measurement_family(check: CheckCard, measurement: Measurement) -> Family:
    """`rounds_<check>_<name>[_<unit>]`."""
    return _family(check.name, check.title.en, check.items, measurement.name, measurement.unit)


@lru_cache(maxsize=1024)
def _family(check: str, title: str, items: str, name: str, unit: Unit) -> Family:
    suffix = f"_{unit}" if unit else ""
    words = f"{title}: {name.replace('_', ' ')}"
    text = f"{words}. Item: {items}." if items else f"{words}, of each item."
    return Family(lawful_name(f"rounds_{check}_{name}{suffix}"), text, labels=OF_ITEMS)


def _by_item(results: Iterable[Result]) -> dict[str, Result]:
    """Results by their label; where two look the same on the wire, the worse one is told."""
    found: dict[str, Result] = {}
    for result in results:
        item = label_value(result.item)
        if item not in found or result.state > found[item].state:
            found[item] = result
    return found
