"""Forecasts held against what happened."""

from collections.abc import Iterable
from dataclasses import dataclass

from checks.contract import Span
from checks.forecast.memory import Memory
from checks.forecast.series import DAY, HOUR

_HORIZON_HOURS = 24
_LEAST_GRADED = 24
_WORTH_SECONDS = 28 * DAY


@dataclass(frozen=True, slots=True)
class Grades:
    """How many of the last week's forecasts for a day ahead could be graded, and how many of them were wrong.

    `foretold` and `came` are the growth of all of them together, in bytes.
    """

    graded: int = 0
    wrong: int = 0
    foretold: float = 0.0
    came: float = 0.0

    @property
    def are_bad(self) -> bool:
        """Whether most were wrong, and all together too, and they are enough to say so."""
        return self.graded >= _LEAST_GRADED and 2 * self.wrong > self.graded and 2 * self.came < self.foretold


def grade(memory: Memory, expected: Iterable[Span]) -> Grades:
    """Every hour's forecast for the same hour of the next day, against what was used then.

    Only those that foretold it to be full within four weeks are graded: being right that nothing happens is no merit.
    One is wrong when less than half the growth came. More than foretold is no reason to be silent. What was cleaned
    up once, or came in one burst, is left out of what happened.
    """
    happened = {_hour(point.at): point.high for point in memory.steady}
    measured = {_hour(span.begin): span.mean for span in memory.spans if span.seconds <= HOUR}
    full = memory.present.full
    grades = Grades()
    for span in expected:
        hour = _hour(span.begin)
        if span.seconds > HOUR or hour not in measured or not {hour, hour + _HORIZON_HOURS} <= happened.keys():
            continue
        foretold = span.mean - measured[hour]
        if foretold <= 0 or foretold * _WORTH_SECONDS < (full - measured[hour]) * DAY:
            continue
        came = happened[hour + _HORIZON_HOURS] - happened[hour]
        grades = Grades(
            grades.graded + 1,
            grades.wrong + (came < foretold / 2),
            grades.foretold + foretold,
            grades.came + came,
        )
    return grades


def _hour(at: float) -> int:
    return int(at // HOUR)
