"""Times that come every week, as people write them: `Sun 02:00-04:00`, `Mon,Thu 22:00-01:00`, `daily 03:00-03:30`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(r"([a-z]+(?:,[a-z]+)*) (\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", re.ASCII)
_MINUTES_OF_DAY, _MINUTES_OF_WEEK = 1440, 10080


@dataclass(frozen=True, slots=True)
class WeeklyWindow:
    """A span that begins on each of `weekdays` (0 is Monday) at a minute of the day, and lasts up to a day."""

    weekdays: tuple[int, ...]
    begin_minute: int
    length_minutes: int

    def holds(self, local_seconds: float) -> bool:
        """Whether a moment is inside; `local_seconds` is epoch seconds plus the offset of local time from UTC."""
        # The epoch was a Thursday.
        minute = (int(local_seconds // 60) + 3 * _MINUTES_OF_DAY) % _MINUTES_OF_WEEK
        return any(
            (minute - day * _MINUTES_OF_DAY - self.begin_minute) % _MINUTES_OF_WEEK < self.length_minutes
            for day in self.weekdays
        )


def weekly_window(text: str) -> WeeklyWindow:
    """The window `text` describes. One that ends before it begins ends on the next day. Raises `ValueError`."""
    match = _WINDOW.fullmatch(" ".join(text.lower().split()))
    if match is None:
        raise ValueError(f"expected a weekly time such as 'Sun 02:00-04:00' or 'daily 03:00-03:30', not {text!r}")
    names = _DAYS if match[1] == "daily" else tuple(match[1].split(","))
    if unknown := [name for name in names if name not in _DAYS]:
        raise ValueError(f"expected days among {', '.join(_DAYS)} or daily, not {unknown[0]!r}")
    begin_hour, begin_minute, end_hour, end_minute = (int(match[i]) for i in range(2, 6))
    begin, end = begin_hour * 60 + begin_minute, end_hour * 60 + end_minute
    if begin >= _MINUTES_OF_DAY or end > _MINUTES_OF_DAY or max(begin_minute, end_minute) > 59:
        raise ValueError(f"expected times from 00:00 to 24:00, not {text!r}")
    length = (end - begin) % _MINUTES_OF_DAY or _MINUTES_OF_DAY
    return WeeklyWindow(tuple(_DAYS.index(name) for name in names), begin, length)


def _validated(text: str) -> str:
    weekly_window(text)
    return text


Weekly = Annotated[str, AfterValidator(_validated), Field(examples=["Sun 02:00-04:00", "daily 03:00-03:30"])]
"""A time that comes every week, kept as written; `weekly_window` makes it a `WeeklyWindow`."""


def within_any(windows: Sequence[str], local_seconds: float) -> bool:
    """Whether a moment is inside one of the windows, see `WeeklyWindow.holds`."""
    return any(weekly_window(window).holds(local_seconds) for window in windows)
