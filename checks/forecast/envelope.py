"""Peaks against peaks: the line along the tops of what goes up and down.

What rotation or a clean-up takes back each time is no growth, however steep the flank that leads up to it; only when
the tops rise is it filling.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise

from checks.forecast.series import DAY, HOUR, Series
from checks.forecast.steps import Step

_GRID_SECONDS = 6 * HOUR
_LONGEST_SECONDS = 14 * DAY


def reach_back(habit: Sequence[Step]) -> float | None:
    """How far one has to look back to see a peak, in seconds; None: further than anybody can say yet.

    `habit` are the falls that were not taken out. With a single one nobody knows yet when the next is due.
    """
    if len(habit) == 1:
        return None
    ends = sorted(fall.end for fall in habit)
    return min(max((1.25 * (two - one) for one, two in pairwise(ends)), default=0.0) + DAY, _LONGEST_SECONDS)


def envelope(series: Series, seconds: float | None) -> list[tuple[float, float]]:
    """Every six hours the time, and the most that was seen in the `seconds` before it (None: in all the time before).

    It begins when that much has been seen.
    """
    begin = series[0].at + (DAY if seconds is None else seconds)
    return [(at, most) for at, most in _greatest(series, float("inf") if seconds is None else seconds) if at >= begin]


def _greatest(series: Series, seconds: float) -> Iterator[tuple[float, float]]:
    recent: deque[tuple[float, float]] = deque()  # (value, time), the values falling: the first is the greatest
    due = -float("inf")
    for point in series:
        while recent and recent[-1][0] <= point.high:
            recent.pop()
        recent.append((point.high, point.at))
        while recent[0][1] < point.at - seconds:
            recent.popleft()
        if point.at >= due or point is series[-1]:
            due = point.at + _GRID_SECONDS - HOUR / 2
            yield point.at, recent[0][0]
