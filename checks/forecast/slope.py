"""A straight line through points, as Theil and Sen draw it: the middle of the slopes between any two of them.

Up to 29 % of the points may be anything without moving it far; a line by least squares follows each of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

_MOST_POINTS = 36
"""More are thinned out evenly: the work grows with the square of their number."""


@dataclass(frozen=True, slots=True)
class Line:
    """A level at a time, and how it changes; in bytes, epoch seconds and bytes per second.

    Nine points in ten are no farther from it than `spread`. `slow` and `fast` are what a tenth of the rates seen is
    below and above, over a third of the time or longer.
    """

    at: float
    level: float
    spread: float
    rate: float
    slow: float
    fast: float
    seconds: float  # from the first of its points to the last

    def value(self, at: float) -> float:
        """The level at another time."""
        return self.level + self.rate * (at - self.at)


def line(dots: Sequence[tuple[float, float]]) -> Line | None:
    """Through (time, value) pairs in the order of time; None through fewer than three."""
    few = _thinned(dots)
    if len(few) < 3:
        return None
    origin, seconds = few[-1][0], few[-1][0] - few[0][0]
    slopes, long_slopes = [], []
    for index, (later, high) in enumerate(few):
        for earlier, low in few[:index]:
            if (apart := later - earlier) > 0:
                slope = (high - low) / apart
                slopes.append(slope)
                if apart >= seconds / 3:
                    long_slopes.append(slope)
    if not slopes:
        return None
    rate = median(slopes)
    long_slopes.sort()
    tenth = len(long_slopes) // 10
    level = median(value - rate * (at - origin) for at, value in few)
    slow, fast = min(long_slopes[tenth], rate), max(long_slopes[-1 - tenth], rate)
    off = sorted(abs(value - level - rate * (at - origin)) for at, value in few)
    spread = off[len(off) * 9 // 10]
    return Line(origin, level, spread, rate, slow, fast, seconds)


def _thinned(dots: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    if len(dots) <= _MOST_POINTS:
        return dots
    step = (len(dots) - 1) / (_MOST_POINTS - 1)
    return [dots[round(index * step)] for index in range(_MOST_POINTS)]
