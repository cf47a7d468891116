"""Numbers and moments as the readers of the log write them."""

import math
from datetime import datetime
from zoneinfo import ZoneInfo

from checks.contract import Measurement, Text, Unit, duration_text, format_bytes, format_percent
from checks.contract.text import Language

_YEAR_9999 = 253_370_000_000.0


def amount(value: float, unit: Unit, language: Language, timezone: str) -> str:
    """A measured value with its unit; a dash for what is no number."""
    if not math.isfinite(value):
        return "–"
    match unit:
        case Unit.RATIO:
            text = format_percent(value)
        case Unit.BYTES:
            text = format_bytes(value)
        case Unit.SECONDS:
            text = duration_text(value).in_language(language)
        case Unit.TIMESTAMP:
            text = moment(value, timezone) if 0 <= value < _YEAR_9999 else f"{value:g}"
        case Unit.CELSIUS:
            text = f"{value:.0f} °C"
        case Unit.PER_SECOND:
            text = f"{value:.3g}/s"
        case Unit.COUNT:
            text = f"{value:.0f}" if value == round(value) else f"{value:.2f}"
    return text


def thresholds(measurement: Measurement, language: Language, timezone: str) -> str:
    """The levels that applied, warning first: `80 % / 90 %`."""
    levels = [level for level in (measurement.warn, measurement.crit) if level is not None]
    shown = [amount(level, measurement.unit, language, timezone).replace(".0 %", " %") for level in levels]
    return " / ".join(dict.fromkeys(shown))


def judged(measurements: tuple[Measurement, ...]) -> Measurement | None:
    """The measurement that was compared with a level: one that is beyond it, or else the first."""
    compared = [m for m in measurements if m.warn is not None or m.crit is not None]
    return next((m for m in compared if is_beyond(m)), compared[0] if compared else None)


def is_beyond(measurement: Measurement) -> bool:
    """Whether the value is at or above the first of its levels, or below it where they are lower ones."""
    levels = [level for level in (measurement.warn, measurement.crit) if level is not None]
    if not levels:
        return False
    return measurement.value < max(levels) if measurement.lower else measurement.value >= min(levels)


def moment(at: float, timezone: str) -> str:
    """`2026-11-21 08:00`, in the day's time zone."""
    return _local(at, timezone).strftime("%Y-%m-%d %H:%M")


def clock(at: float, timezone: str) -> str:
    """`11-21 08:00`: a moment of a day whose year stands in the head."""
    return _local(at, timezone).strftime("%m-%d %H:%M")


def iso(at: float | None, timezone: str) -> str | None:
    """ISO 8601 with the offset of the day's time zone."""
    return None if at is None else _local(at, timezone).isoformat(timespec="seconds")


def lasting(seconds: float) -> Text:
    """A duration in whole minutes from one minute on: nobody logs an incident by the second."""
    return duration_text(round(seconds)) if seconds < 60 else duration_text(seconds // 60 * 60)


def _local(at: float, timezone: str) -> datetime:
    return datetime.fromtimestamp(at, ZoneInfo(timezone))
