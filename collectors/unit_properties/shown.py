"""Reads what `TZ=UTC systemctl show -p NAME,... -- UNIT...` prints."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from collectors.contract import UnreadableOutput
from collectors.contract.reading import decimal_number

# Sat 2026-11-21 20:01:40 UTC; "", "n/a", "0" and "(null)" are never
_MOMENT = re.compile(
    r"(?:[A-Z][a-z]{2} )?([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,6})? UTC"
)
_NEVER = frozenset(("", "n/a", "0", "(null)"))

# 1h 40min, 5min, 200ms, 0
_SPAN = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?)(y|month|w|d|h|min|s|ms|us)")
_UNITS = {"y": 31557600.0, "month": 2629800.0, "w": 604800.0, "d": 86400.0, "h": 3600.0, "min": 60.0, "s": 1.0}
_SECONDS = _UNITS | {"ms": 0.001, "us": 0.000001}


@dataclass(frozen=True, slots=True)
class UnitProperties:
    """The properties of one unit: for each name its values, mostly one."""

    values: Mapping[str, tuple[str, ...]]

    def text(self, name: str, unknown: str = "") -> str:
        """The value, which may be empty; `unknown` where the property is not told at all."""
        return self.values.get(name, (unknown,))[0]

    def required(self, name: str) -> str:
        """The value. Raises `UnreadableOutput` where it is missing or empty."""
        if not (text := self.text(name)):
            raise UnreadableOutput(f"property {name} of a unit", self.text("Id"))
        return text

    def moment(self, name: str) -> float | None:
        """A time in epoch seconds; None for never. Raises `UnreadableOutput`."""
        text = self.text(name)
        if text in _NEVER:
            return None
        match = _MOMENT.fullmatch(text)
        try:
            moment = datetime.fromisoformat(f"{match[1]}T{match[2]}+00:00") if match else None
        except ValueError:
            moment = None
        if moment is None:
            raise UnreadableOutput(f"{name} as a time in UTC", text)
        return (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()

    def span(self, name: str) -> float:
        """A span of time in seconds; 0 where there is none. Raises `UnreadableOutput`."""
        seconds = 0.0
        for word in self.text(name).split():
            match = _SPAN.fullmatch(word)
            if match is None and word not in ("0", "infinity"):
                raise UnreadableOutput(f"{name} as a span of time", self.text(name))
            seconds += decimal_number(match[1]) * _SECONDS[match[2]] if match else 0.0
        return seconds


def units(text: str) -> Iterator[UnitProperties]:
    """The units, which an empty line stands between. Raises `UnreadableOutput`."""
    for block in text.strip("\n").split("\n\n"):
        values: dict[str, list[str]] = {}
        for line in block.split("\n"):
            name, equals, value = line.partition("=")
            if line and not equals:
                raise UnreadableOutput("a property as systemctl show prints it", line)
            values.setdefault(name, []).append(value)
        if values != {"": [""]}:
            yield UnitProperties({name: tuple(found) for name, found in values.items()})
