"""Sudden changes: those that happened once are taken out, those that come again and again are the habit of the place.

A change within half a day is a one-off when nothing half as large of its kind happened at any other time that was
seen. A fall must also have had ten days without its like, before or after: until then it may be the first time that
a log was rotated.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from checks.forecast.series import DAY, HOUR, Series, since

WITHIN_SECONDS = 12 * HOUR
_PROOF_SECONDS = 10 * DAY
_MOST_STEPS = 8


@dataclass(frozen=True, slots=True)
class Step:
    """A change `by` so many bytes, downwards where negative, between two times."""

    begin: float
    end: float
    by: float


def joined(series: Series, least: float) -> Series:
    """The points with every one-off change of at least `least` bytes taken out.

    The present stays where it is, and the past is lifted or lowered to meet it.
    """
    for _ in range(_MOST_STEPS):
        step = _one_off(series, least)
        if step is None:
            break
        before = [point.moved(step.by) for point in series if point.at <= step.begin]
        series = (*before, *since(series, step.end))
    return series


def falls(series: Series, least: float) -> list[Step]:
    """The falls of at least `least` bytes, and half the greatest, the greatest first; those left after `joined`."""
    steps = _apart(_changes(series, -1.0, 0.0, least))
    return [step for step in steps if -step.by >= max(least, -steps[0].by / 2)]


def _one_off(series: Series, least: float) -> Step | None:
    for sign, rate in ((-1.0, 0.0), (1.0, _usual_rate(series))):
        steps = _apart(_changes(series, sign, rate, least / 2))
        if not steps or abs(steps[0].by) < least:
            continue
        alone = len(steps) == 1 or abs(steps[1].by) < abs(steps[0].by) / 2
        if alone and (sign > 0 or _is_proved(steps[0], series)):
            return steps[0]
    return None


def _is_proved(fall: Step, series: Series) -> bool:
    return max(fall.begin - series[0].at, series[-1].at - fall.end) >= _PROOF_SECONDS


def _changes(series: Series, sign: float, rate: float, least: float) -> Iterator[Step]:
    """For every point the greatest rise (`sign` 1) or fall (-1) that led to it, beyond what `rate` explains."""
    recent: deque[tuple[float, float]] = deque()  # (value, time), the values growing: the first is the least
    for before, point in pairwise(series):
        value = sign * (before.high - rate * before.at)
        while recent and recent[-1][0] >= value:
            recent.pop()
        recent.append((value, before.at))
        while len(recent) > 1 and recent[0][1] < point.at - WITHIN_SECONDS:
            recent.popleft()
        lowest, begin = recent[0]
        by = sign * (point.high - rate * point.at) - lowest
        if by > 0 and by >= least:
            yield Step(begin, point.at, sign * by)


def _apart(changes: Iterator[Step]) -> list[Step]:
    """The greatest changes first, none of them near a greater one."""
    chosen: list[Step] = []
    for step in sorted(changes, key=lambda step: -abs(step.by)):
        if all(step.end <= other.begin or step.begin >= other.end for other in chosen):
            chosen.append(step)
    return chosen


def _usual_rate(series: Series) -> float:
    """Bytes per second from one day to the next, as they mostly are; a gap is expected to have gone on like that."""
    rates = []
    first = 0
    for point in series:
        while series[first].at < point.at - 1.5 * DAY:
            first += 1
        if (apart := point.at - series[first].at) >= DAY / 2:
            rates.append((point.high - series[first].high) / apart)
    return max(0.0, median(rates)) if rates else 0.0
