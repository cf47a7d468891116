"""The rate at which it fills in the long run: the longest past that still resembles the present."""

from collections.abc import Sequence
from statistics import median

from checks.forecast.series import DAY
from checks.forecast.slope import Line, line

_WINDOW_DAYS = (28, 21, 14, 10, 7, 5, 3.5, 2)
_WEEK_DAYS = 7

_SHARE_OF_PRESENT = 0.2
"""The last of the dots are what the others must have led to."""

_MOST_BEND = 0.12
_SLACK = 0.04
"""Of the change along a line: how far its dots may lie from it, and how far the last may miss it beyond the others."""


def trend(dots: Sequence[tuple[float, float]], look_back: float, tolerance: float) -> Line | None:
    """The line along the longest stretch that still holds at its end; None where none of two days or more does.

    `dots` are (time, bytes). `look_back` is how far apart two peaks may lie, so shorter stretches say nothing; within
    `tolerance` bytes nothing has changed. A shorter stretch, of a week or more, takes over where it clearly rises
    faster: even at its slow rate.
    """
    shortest = max(2 * DAY, 1.5 * look_back)
    tried, chosen = 0, None
    for days in _WINDOW_DAYS:
        stretch = [dot for dot in dots if dot[0] >= dots[-1][0] - days * DAY]
        if days * DAY < shortest - 1 or len(stretch) == tried or (chosen is not None and days < _WEEK_DAYS):
            continue
        tried = len(stretch)
        found = line(stretch)
        if found is None or found.seconds < 0.9 * (2 * DAY - 1) or not _holds(found, stretch, tolerance):
            continue
        if chosen is None or found.slow > max(chosen.fast, 0.0):
            chosen = found
    return chosen


def _holds(found: Line, dots: Sequence[tuple[float, float]], tolerance: float) -> bool:
    """Whether it is a line, and one drawn without the last fifth of the dots would have led there."""
    off = [abs(value - found.value(at)) for at, value in dots]
    change = abs(found.rate) * found.seconds
    is_clear = found.slow > 0 or found.fast < 0
    if is_clear and median(off) > max(_MOST_BEND * change, tolerance):
        return False
    recent = max(2, round(len(dots) * _SHARE_OF_PRESENT))
    earlier = line(dots[:-recent])
    if earlier is None:
        return False
    usual = max(abs(value - earlier.value(at)) for at, value in dots[:-recent])
    missed = [value - earlier.value(at) for at, value in dots[-recent:]]
    # A single dot above the line says nothing yet; one below is the first sign that growth has ended.
    farthest = max(abs(median(missed)), -missed[-1])
    return farthest <= usual + tolerance + _SLACK * change and (found.slow <= 0 or not _has_ended(dots, tolerance))


def _has_ended(dots: Sequence[tuple[float, float]], tolerance: float) -> bool:
    """Whether it has been level for longer than it ever was before."""
    begun = dots[-1][0] - _level_seconds(dots, tolerance)
    before = [_level_seconds(dots[: index + 1], tolerance) for index, (at, _) in enumerate(dots) if at <= begun]
    return dots[-1][0] - begun > 1.5 * max(before, default=0.0) + DAY


def _level_seconds(dots: Sequence[tuple[float, float]], tolerance: float) -> float:
    """How long before the last of them there was last one that lay clearly lower."""
    now, value = dots[-1]
    return now - next((at for at, lower in reversed(dots) if lower < value - tolerance), dots[0][0])
