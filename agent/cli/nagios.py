"""Reports as a Nagios plugin prints them, by the Monitoring Plugins development guidelines."""

import math
from collections.abc import Iterator, Sequence

from checks.contract import Measurement, State, Unit
from exporters.contract import HostReport
from exporters.daily.inert import plain

EXIT_CODES = {State.OK: 0, State.WARN: 1, State.CRIT: 2, State.UNKNOWN: 3}

HEAD_LIMIT = 1000
"""Bytes of the first line before its performance data: old NRPE hands on no more than 1 KiB."""

OUTPUT_LIMIT = 8000
"""Bytes in all: Nagios cuts at 8 KiB, and would cut through a label."""

_WORDS = {State.OK: "OK", State.WARN: "WARNING", State.CRIT: "CRITICAL", State.UNKNOWN: "UNKNOWN"}
_UNITS = {Unit.SECONDS: "s", Unit.TIMESTAMP: "s", Unit.BYTES: "B"}


def worst_state(reports: Sequence[HostReport]) -> State:
    """The worst state of all; UNKNOWN when nothing could be judged anywhere."""
    return max((state for report in reports if (state := report.state) is not None), default=State.UNKNOWN)


def text(reports: Sequence[HostReport]) -> str:
    """Status line, performance data, and a line for everything that is not OK."""
    findings = [words for _, words in sorted(_findings(reports), key=lambda finding: -finding[0])]
    head = _shortened(f"ROUNDS {_WORDS[worst_state(reports)]} - {_conclusion(reports, findings)}", HEAD_LIMIT)
    left = OUTPUT_LIMIT - len(head.encode())
    lines = list(_fitting(findings, left // 2, "... and {} more"))
    left -= len("\n".join(lines).encode())
    performance = " ".join(_fitting(_performance(reports, many=len(reports) > 1), left))
    return "\n".join([f"{head} | {performance}" if performance else head, *lines])


def _conclusion(reports: Sequence[HostReport], findings: Sequence[str]) -> str:
    if findings:
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        return _shortened(findings[0], HEAD_LIMIT - 100) + more
    items = sum(len(outcome.results) for report in reports for outcome in report.outcomes)
    if not items:
        return "nothing was judged"
    on_hosts = "1 host" if len(reports) == 1 else f"{len(reports)} hosts"
    return f"1 item on {on_hosts} is fine" if items == 1 else f"{items} items on {on_hosts} are fine"


def _findings(reports: Sequence[HostReport]) -> Iterator[tuple[State, str]]:
    for report in reports:
        name = report.host.name
        if report.failure is not None:
            yield State.UNKNOWN, _clean(f"{name}: not checked: {report.failure.message}")
            continue
        for outcome in report.outcomes:
            if outcome.reason is not None and not outcome.reason.is_harmless:
                yield State.UNKNOWN, _clean(f"{name} {outcome.check.name}: {outcome.reason.value}: {outcome.detail}")
            for result in outcome.results:
                if result.state is not State.OK:
                    yield result.state, _clean(f"{name} {outcome.check.name} {result.item}: {result.summary.en}")


def _performance(reports: Sequence[HostReport], *, many: bool) -> Iterator[str]:
    """`'label'=value[unit];warn;crit` of each number, those with levels first: they matter when not all have room."""
    measured = [
        (f"{report.host.name} " if many else "", outcome.check.name, result.item, measurement)
        for report in reports
        for outcome in report.outcomes
        for result in outcome.results
        for measurement in result.measurements
    ]
    for place, check, item, measurement in sorted(measured, key=lambda each: not _has_levels(each[3])):
        yield f"'{_label(f'{place}{check} {item} {measurement.name}')}'={_value(measurement)}"


def _has_levels(measurement: Measurement) -> bool:
    return measurement.warn is not None or measurement.crit is not None


def _label(words: str) -> str:
    """What may stand between single quotes: no equals sign, and a quote is written twice."""
    return _clean(words).replace("=", "_").replace("'", "''")


def _value(measurement: Measurement) -> str:
    # Plugins show shares as percent; everything else stays in base units.
    factor, unit = (100.0, "%") if measurement.unit is Unit.RATIO else (1.0, _UNITS.get(measurement.unit, ""))
    if not math.isfinite(measurement.value):
        return "U"
    # A range `10:` alarms below 10, a plain `10` above it.
    range_end = ":" if measurement.lower else ""
    levels = [
        "" if level is None else f"{_number(level * factor)}{range_end}"
        for level in (measurement.warn, measurement.crit)
    ]
    return ";".join([f"{_number(measurement.value * factor)}{unit}", *levels]).rstrip(";")


def _number(value: float) -> str:
    """Digits, a point and a minus sign: the guidelines know no exponents."""
    number = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if number == "-0" else number


def _clean(words: str) -> str:
    """One line, without the bar that begins performance data."""
    return plain(words).replace("|", "/")


def _shortened(words: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, cut between characters."""
    raw = words.encode()
    return words if len(raw) <= limit else raw[: limit - 3].decode("utf-8", "ignore") + "…"


def _fitting(parts: Iterator[str] | Sequence[str], limit: int, rest: str = "") -> Iterator[str]:
    """The first of `parts` that together fit into `limit` bytes; `rest` says how many did not."""
    left = limit - len(rest)
    parts = list(parts)
    for position, part in enumerate(parts):
        left -= len(part.encode()) + 1
        if left < 0:
            if rest:
                yield rest.format(len(parts) - position)
            return
        yield part
