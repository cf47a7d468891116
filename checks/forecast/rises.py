"""How much was gained before, at best, in a given time."""

from collections import deque

from checks.forecast.series import DAY, HOUR, Series


def greatest_rise(series: Series, seconds: float, until: float = float("inf")) -> float:
    """The most bytes that were gained within `seconds` in what was seen up to `until`; from days, within two days."""
    greatest = 0.0
    recent: deque[tuple[float, float]] = deque()  # (value, time), the values growing: the first is the least
    for point in series:
        if point.at > until:
            break
        while recent and recent[-1][0] >= point.low:
            recent.pop()
        recent.append((point.low, point.at))
        # Of a day nobody knows when it was least.
        farthest = max(seconds, DAY) if point.seconds > HOUR else seconds
        while recent[0][1] < point.at - farthest:
            recent.popleft()
        greatest = max(greatest, point.high - recent[0][0])
    return greatest
