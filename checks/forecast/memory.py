"""What is known of a file system: what it is now, and what is remembered of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from checks.contract import Span
from checks.forecast.series import Series, points
from checks.forecast.steps import joined

_LEAST_STEP_SHARE = 0.005
"""Of the size: sudden changes by less are not looked at."""


@dataclass(frozen=True, slots=True)
class Present:
    """`used` and `available` (to an ordinary user) bytes of `size`, at an epoch time."""

    at: float
    used: float
    available: float
    size: float

    @property
    def full(self) -> float:
        """The bytes used when an ordinary user can write no more."""
        return self.used + self.available

    @property
    def least_step(self) -> float:
        """How many bytes a sudden change is that counts."""
        return _LEAST_STEP_SHARE * self.size


@dataclass(frozen=True, slots=True)
class Memory:
    """The present with the past before it: `spans` and `series` as it was, `steady` without what happened once."""

    present: Present
    spans: tuple[Span, ...]
    series: Series
    steady: Series

    @classmethod
    def of(cls, spans: Iterable[Span], present: Present) -> "Memory":
        """From the hours and days of what was used."""
        kept = tuple(spans)
        series = points(kept, present.at, present.used)
        return cls(present, kept, series, joined(series, present.least_step))
