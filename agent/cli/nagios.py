"""Reports as a Nagios plugin prints them."""

from collections.abc import Iterator, Sequence

from checks.contract import Measurement, State, Unit
from exporters.contract import HostReport

EXIT_CODES = {State.OK: 0, State.WARN: 1, State.CRIT: 2, State.UNKNOWN: 3}
_WORDS = {State.OK: "OK", State.WARN: "WARNING", State.CRIT: "CRITICAL", State.UNKNOWN: "UNKNOWN"}
_UNITS = {Unit.SECONDS: "s", Unit.TIMESTAMP: "s", Unit.BYTES: "B"}


def text(reports: Sequence[HostReport]) -> str:
    """Status line, performance data, and a line for everything that is not OK."""
    findings = sorted(_findings(reports), key=lambda finding: -finding[0])
    worst = max((state for report in reports if (state := report.state) is not None), default=State.UNKNOWN)
    items = sum(len(outcome.results) for report in reports for outcome in report.outcomes)
    if findings:
        head = findings[0][1] + (f" (and {len(findings) - 1} more)" if len(findings) > 1 else "")
    else:
        head = f"{items} items on {len(reports)} host{'s' if len(reports) != 1 else ''} are fine"
    performance = " ".join(_performance(reports, many=len(reports) > 1))
    first = f"ROUNDS {_WORDS[worst]} - {head}"
    return "\n".join([f"{first} | {performance}" if performance else first, *(words for _, words in findings)])


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
    for report in reports:
        for outcome in report.outcomes:
            for result in outcome.results:
                for measurement in result.measurements:
                    place = f"{report.host.name} " if many else ""
                    label = _clean(f"{place}{outcome.check.name} {result.item} {measurement.name}")
                    yield f"'{label.replace(chr(39), chr(39) * 2).replace('=', '_')}'={_value(measurement)}"


def _value(measurement: Measurement) -> str:
    # Plugins show shares as percent; everything else stays in base units.
    factor, unit = (100.0, "%") if measurement.unit is Unit.RATIO else (1.0, _UNITS.get(measurement.unit, ""))
    levels = ["" if level is None else f"{level * factor:.10g}" for level in (measurement.warn, measurement.crit)]
    return ";".join([f"{measurement.value * factor:.10g}{unit}", *levels]).rstrip(";")


def _clean(words: str) -> str:
    """One line, without the bar that begins performance data."""
    return "".join(c if c.isprintable() else " " for c in words).replace("|", "/")
