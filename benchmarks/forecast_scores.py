"""Forecasts of a history whose future is known, made every hour, and how right they were."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.predict_linear import PEERS
from benchmarks.synthetic_histories import DAY, History, moment
from checks.contract import Past, Result, State
from checks.disk_forecast import DiskForecastParams, evaluate
from checks.forecast import Memory, Present, look_ahead
from collectors.filesystem_space import Filesystem, Filesystems

MOUNT = "/srv"
OURS = "rounds"
FORECASTERS = (OURS, *(peer.name for peer in PEERS))
FIRST_HOUR, LAST_HOUR = 3 * 24, 42 * 24

LEVELS: Mapping[str, float] = {"7 days": 7.0 * DAY, "24 hours": 1.0 * DAY}
LENIENCE = 1.5
"""An alert is right when it is full in no more than so many times the level, missed below the level by as much."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One forecast: seconds until full as it was, and as it was foretold."""

    hour: int
    true: float | None
    foretold: float | None


@dataclass(slots=True)
class Alerts:
    """Hours with an alert that was right, with a false one, and without one that was due."""

    right: int = 0
    false: int = 0
    missed: int = 0
    last_false_hour: int = 0

    def count(self, hour: int, level: float, true: float | None, *, raised: bool) -> None:
        """One more hour."""
        if raised and true is not None and true <= level * LENIENCE:
            self.right += 1
        elif raised:
            self.false += 1
            self.last_false_hour = hour
        elif true is not None and true <= level / LENIENCE:
            self.missed += 1


@dataclass(slots=True)
class Score:
    """What came of one history: `alerts` by level and forecaster; `in_range` once a day, whether the range held."""

    history: History
    moments: list[Moment] = field(default_factory=list)
    alerts: dict[tuple[str, str], Alerts] = field(default_factory=dict)
    in_range: list[bool] = field(default_factory=list)

    def errors(self, within: float = 28.0 * DAY) -> list[float]:
        """How far the forecasts were off, as a share of the truth, where it was full within so many seconds."""
        return sorted(
            abs(one.foretold - one.true) / one.true
            for one in self.moments
            if one.true and one.true <= within and one.foretold is not None
        )

    def at_day(self, day: int) -> Moment | None:
        """The forecast at noon of a day; None when it was not watched then."""
        return next((one for one in self.moments if one.hour == day * 24 + 12), None)


def score(history: History) -> Score:
    """Watch it hour by hour, until it is full or six weeks have passed."""
    found = Score(history, alerts={(level, who): Alerts() for level in LEVELS for who in FORECASTERS})
    for hour, result in watched(history):
        if hour < FIRST_HOUR:
            continue
        true = history.seconds_to_full(hour)
        told = {one.name: one.value for one in result.measurements}
        found.moments.append(Moment(hour, true, told.get("full_in")))
        if hour % 24 == 12 and true is not None and true <= 28 * DAY:
            found.in_range += _is_in_range(history, hour, true)
        foretold = [(peer.name, peer.full_in(history, hour)) for peer in PEERS]
        for (level, seconds), state in zip(LEVELS.items(), (State.WARN, State.CRIT), strict=True):
            found.alerts[level, OURS].count(hour, seconds, true, raised=result.state >= state)
            for name, full_in in foretold:
                raised = full_in is not None and full_in < seconds
                found.alerts[level, name].count(hour, seconds, true, raised=raised)
    return found


def watched(history: History) -> Iterator[tuple[int, Result]]:
    """What the check says every hour, with its own forecasts of the hours before in its past."""
    expected: list[float | None] = []
    for hour in range(LAST_HOUR):
        if history.used[hour] >= history.size[hour]:
            return
        result = judged(history, hour, expected) if history.seen[hour] else None
        told = {one.name: one.value for one in result.measurements} if result else {}
        expected.append(told.get("expected"))
        if result is not None:
            yield hour, result


def judged(history: History, hour: int, expected: Sequence[float | None] = ()) -> Result:
    """What the check says at an hour; `expected` is what it expected at the hours before."""
    size, used = round(history.size[hour]), round(history.used[hour])
    filesystem = Filesystem(MOUNT, "/dev/vdb", "ext4", False, size, size - used, size - used, None, None)
    series = {(MOUNT, "used"): history.past(hour), (MOUNT, "expected"): history.past(hour, expected)}
    (result,) = evaluate(Filesystems((filesystem,), ()), DiskForecastParams(), Past(moment(hour), series))
    return result


def _is_in_range(history: History, hour: int, true: float) -> list[bool]:
    size, used = history.size[hour], history.used[hour]
    outlook = look_ahead(Memory.of(history.past(hour), Present(moment(hour), used, size - used, size)))
    if outlook.earliest is None:
        return []
    return [outlook.earliest <= true <= (true if outlook.latest is None else outlook.latest)]
