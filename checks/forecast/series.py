"""What was seen of a measurement, from hours, days and the present: points in time, the oldest first."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

from checks.contract import Span

HOUR, DAY = 3600.0, 86400.0

_SHORTEST_SECONDS = 60.0
_MOST_BYTES = 1e30

_GAP_SECONDS = 6 * HOUR
"""A longer silence between hours is not counted as seen: the agent was down."""


@dataclass(frozen=True, slots=True)
class Point:
    """The most (`high`) and the least (`low`) of a span of `seconds` that ends about `at`; bytes, epoch seconds."""

    at: float
    high: float
    low: float
    seconds: float = 0.0

    def moved(self, by: float) -> "Point":
        """The same, `by` bytes higher."""
        return Point(self.at, self.high + by, self.low + by, self.seconds)


Series = Sequence[Point]


def points(spans: Iterable[Span], now: float, value: float) -> tuple[Point, ...]:
    """Spans and the present as points. What overlaps, is not past or cannot be so many bytes is left out."""
    return (*_points(sorted(spans, key=lambda span: (span.begin, -span.seconds)), now), Point(now, value, value))


def _points(spans: Iterable[Span], now: float) -> Iterator[Point]:
    ended = -float("inf")
    for span in spans:
        # An hour was looked at once, who knows when; of a growing day the most is what there was at its end.
        at = span.begin + (span.seconds if span.seconds > HOUR else span.seconds / 2)
        is_past = isfinite(at) and at <= now - _SHORTEST_SECONDS
        is_size = 0 <= span.least <= span.most <= _MOST_BYTES
        if is_past and is_size and span.seconds >= _SHORTEST_SECONDS and span.begin >= ended:
            ended = span.begin + span.seconds
            yield Point(at, span.most, span.least, span.seconds)


def seen_seconds(series: Series) -> float:
    """How much time the points tell of, without the gaps."""
    return sum(min(two.at - one.at, _longest_step(one, two)) for one, two in pairwise(series))


def _longest_step(one: Point, two: Point) -> float:
    return max(1.5 * min(one.seconds, two.seconds), _GAP_SECONDS)


def between(series: Series, begin: float, end: float) -> Series:
    """The points from `begin` to before `end`."""
    return series[bisect_left(series, begin, key=_at) : bisect_left(series, end, key=_at)]


def since(series: Series, begin: float) -> Series:
    """The points from `begin` on."""
    return series[bisect_left(series, begin, key=_at) :]


def _at(point: Point) -> float:
    return point.at
