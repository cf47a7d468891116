"""The host's clock, and times that its programs wrote in its own time zone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_OFFSET = re.compile(r"([+-])([0-9]{2})([0-9]{2})")


@dataclass(frozen=True, slots=True)
class HostClock:
    """`now` in epoch seconds, and how far local time is ahead of UTC now. A time from before a change of the clocks
    is read an hour wrong, which does not matter for what is counted in days."""

    now: int
    ahead_seconds: int

    @classmethod
    def read(cls, line: str) -> "HostClock":
        """From a line `now 1795281149 +0800`."""
        words = line.split()
        if len(words) != 3 or words[0] != "now":
            raise UnreadableOutput("the host's time", line)
        return cls(whole_number(words[1], line), ahead(words[2], line))

    def local(self, numbers: Sequence[str], line: str) -> int:
        """Epoch seconds of a year, month, day, hour, minute and second in the host's time zone."""
        return utc(numbers, line) - self.ahead_seconds


def ahead(offset: str, line: str) -> int:
    """The seconds of `+0800`."""
    match = _OFFSET.fullmatch(offset)
    if match is None:
        raise UnreadableOutput("an offset such as +0800", line)
    seconds = int(match[2]) * 3600 + int(match[3]) * 60
    return -seconds if match[1] == "-" else seconds


def month(name: str, line: str) -> str:
    """`11` from `Nov`."""
    if name.lower() not in _MONTHS:
        raise UnreadableOutput("a month", line)
    return str(_MONTHS.index(name.lower()) + 1)


def utc(numbers: Sequence[str], line: str) -> int:
    """Epoch seconds of a year, month, day, hour, minute and second in UTC."""
    year, *others = (whole_number(number, line) for number in numbers)
    try:
        moment = datetime(year, *others, tzinfo=UTC)  # type: ignore[misc, arg-type]
    except (ValueError, OverflowError):
        raise UnreadableOutput("a date", line) from None
    return int(moment.timestamp())
