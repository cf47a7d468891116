"""What is to be expected of a file system: how fast it fills, and when it will be full."""

from dataclasses import dataclass

from checks.forecast.envelope import envelope, reach_back
from checks.forecast.memory import Memory, Present
from checks.forecast.rises import greatest_rise
from checks.forecast.run import run
from checks.forecast.series import DAY, HOUR, seen_seconds
from checks.forecast.slope import Line
from checks.forecast.steps import falls
from checks.forecast.trend import trend

_TOLERANCE_SHARE = 0.002
"""Of the size: off a line by less is on it."""

_FARTHEST_SECONDS = 3650 * DAY


@dataclass(frozen=True, slots=True)
class Growth:
    """Bytes per second: in the middle, and what one rate in ten is below and above.

    `lasted_seconds` is how long it has been seen. `is_run` where it began lately and is unlike all before.
    """

    rate: float
    slow: float
    fast: float
    lasted_seconds: float
    is_run: bool

    @property
    def confidence(self) -> float:
        """1 where it always grew alike, 0 where it may as well not grow: the slow rate over the fast one."""
        return self.slow / self.fast if 0 < self.slow < self.fast else float(self.slow > 0)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What comes. `growth` is None where nothing steady is to be seen; `full_in` (seconds) while it does not fill.

    `earliest` and `latest` say when it will be full at the fast rate and at the slow one.
    """

    seen_seconds: float
    growth: Growth | None = None
    full_in: float | None = None
    earliest: float | None = None
    latest: float | None = None

    @property
    def is_within_reach(self) -> bool:
        """Whether the growth has lasted as long as it would have to go on: nothing is foretold further than that."""
        return self.full_in is not None and self.growth is not None and self.full_in <= self.growth.lasted_seconds

    def expected(self, present: Present, seconds: float) -> float:
        """Bytes used in so many seconds."""
        grown = self.growth.rate * seconds if self.growth else 0.0
        return min(max(present.used + grown, 0.0), present.full)


def look_ahead(memory: Memory) -> Outlook:
    """From what was used and what is used now."""
    present, series = memory.present, memory.series
    seen = seen_seconds(series)
    found = run(series, present.available)
    if found is not None:
        growth = Growth(found.rate, found.slow, found.fast, found.seconds, is_run=True)
        return _Course(present, found, 0.0).outlook(seen, growth)
    look_back = reach_back(falls(memory.steady, present.least_step))
    found = trend(envelope(memory.steady, look_back), look_back or DAY, _TOLERANCE_SHARE * present.size)
    if found is None:
        return Outlook(seen)
    growth = Growth(found.rate, found.slow, found.fast, found.seconds + (look_back or DAY), is_run=False)
    return _Course(present, found, _soonest(memory)).outlook(seen, growth)


def _soonest(memory: Memory) -> float:
    """How long it would take from here, rising as steeply as it ever did in a day."""
    steepest = greatest_rise(memory.series, DAY) / DAY
    return memory.present.available / steepest if steepest > 0 else 0.0


@dataclass(frozen=True, slots=True)
class _Course:
    """Where it goes from here."""

    present: Present
    line: Line
    soonest: float

    def outlook(self, seen: float, growth: Growth) -> Outlook:
        if growth.slow <= 0:
            return Outlook(seen, growth)
        earliest = self._time(growth.fast, -self.line.spread)
        latest = self._time(growth.slow, self.line.spread)
        return Outlook(seen, growth, self._time(growth.rate), earliest, latest and latest + HOUR)

    def _time(self, rate: float, more_room: float = 0.0) -> float | None:
        # Between two peaks the next peak counts, not where it stands now.
        level = max(self.line.value(self.present.at), self.present.used)
        room = max(self.present.full - level + more_room, 0.0)
        if room > rate * _FARTHEST_SECONDS:
            return None
        # One looks every hour: sooner than that nothing can be told.
        return max(room / rate, self.soonest, HOUR) if self.present.available > 0 else 0.0
