"""Numbers as numbers: in a unit that suits a whole column, so that it can be sorted, summed and drawn."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from checks.contract import Unit
from checks.contract.text import Language

MOMENT = "yyyy-mm-dd hh:mm"
_FIRST_DAY, _LAST_DAY = datetime(1900, 3, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
_MOST = 1e15
"""A spreadsheet keeps fifteen digits."""

_BYTES = ((1024**4, "TiB"), (1024**3, "GiB"), (1024**2, "MiB"), (1024, "KiB"))
_SECONDS = ((86400, "d", "天"), (3600, "h", "小时"), (60, "min", "分钟"), (1, "s", "秒"))


@dataclass(frozen=True, slots=True)
class Scale:
    """What a value in base units is divided by, and the spreadsheet's format for what comes of it."""

    divisor: float
    format: str

    def value(self, base: float) -> float:
        """A value in base units on this scale."""
        return base / self.divisor


def scale(unit: Unit | None, values: Iterable[float], language: Language) -> Scale:
    """One scale for a whole column of values in base units."""
    known = [abs(value) for value in values]
    most = max(known, default=0.0)
    match unit:
        case Unit.RATIO:
            return Scale(1, "0.0%")
        case Unit.BYTES:
            divisor, name = next(((size, name) for size, name in _BYTES if most >= size), (1, "B"))
            return Scale(divisor, f'#,##0.0" {name}"' if divisor > 1 else f'#,##0" {name}"')
        case Unit.SECONDS:
            return _durations(most, language)
        case Unit.CELSIUS:
            return Scale(1, '0.0" °C"')
        case Unit.PER_SECOND:
            return Scale(1, '#,##0.00"/s"')
        case _:
            return Scale(1, "#,##0" if all(value == round(value) for value in known) else "#,##0.00")


def is_writable(value: object, unit: Unit | None) -> bool:
    """Whether a spreadsheet can hold the value as a number or a moment."""
    match value:
        case datetime():
            return value.tzinfo is not None and _FIRST_DAY <= value <= _LAST_DAY
        case bool():
            return False
        case int() | float() if unit is Unit.TIMESTAMP:
            return _FIRST_DAY.timestamp() <= value <= _LAST_DAY.timestamp()
        case int() | float():
            return math.isfinite(value) and abs(value) < _MOST
        case _:
            return False


def local(moment: datetime | float, timezone: str) -> datetime:
    """A moment as the clock on the wall showed it: spreadsheets know no time zones."""
    at = datetime.fromtimestamp(moment, UTC) if isinstance(moment, int | float) else moment
    return at.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)


def _durations(most: float, language: Language) -> Scale:
    if most < 1:
        return Scale(0.001, f'#,##0.0" {"毫秒" if language == "zh" else "ms"}"')
    # Twice the unit: an hour and a half is told in minutes.
    divisor, en, zh = next(((s, en, zh) for s, en, zh in _SECONDS if most >= 2 * s), _SECONDS[-1])
    return Scale(divisor, f'#,##0.0" {zh if language == "zh" else en}"')
