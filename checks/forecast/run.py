"""A growth that began lately: faster than anything seen before, steady since, and still going on."""

from itertools import pairwise

from checks.forecast.rises import greatest_rise
from checks.forecast.series import HOUR, Series, since
from checks.forecast.slope import Line, line

_WINDOW_HOURS = (288, 192, 144, 96, 72, 48, 36, 24, 18, 12, 8, 6, 4)
_QUARTERS = 4
_LEAST_SHARE = 1 / 3
_NEW = 1.5


def run(series: Series, room: float) -> Line | None:
    """The line along the longest run that would use up `room` bytes in no more time than it has lasted.

    A run that has lasted four hours says nothing of the day after tomorrow. And it must have risen half as much again
    as anything did before in as long a time: the flank of a log that is rotated each night, or of a dump that is
    removed, is nothing new.
    """
    for hours in _WINDOW_HOURS:
        seconds = hours * HOUR
        begin = series[-1].at - seconds
        if begin - seconds < series[0].at:
            continue  # with less seen before than now, nobody knows what is new
        stretch = since(series, begin - HOUR / 2)
        rise = series[-1].high - stretch[0].high
        if rise > 0 and rise >= room and _is_steady(stretch) and rise > _NEW * greatest_rise(series, seconds, begin):
            return line([(point.at, point.high) for point in stretch])
    return None


def _is_steady(stretch: Series) -> bool:
    """Whether it rose in every quarter of the time, the last one too."""
    begin, seconds = stretch[0].at, stretch[-1].at - stretch[0].at
    times = [begin + seconds * quarter / _QUARTERS + HOUR / 2 for quarter in range(_QUARTERS + 1)]
    # In a gap the nearest point before is an old one: the quarter counts as level, and nothing is said.
    levels = [next(point.high for point in reversed(stretch) if point.at <= time) for time in times]
    least = (levels[-1] - levels[0]) / _QUARTERS * _LEAST_SHARE
    return len(stretch) > _QUARTERS and all(two - one >= least for one, two in pairwise(levels))
