"""What the history still knows of a check's own measurements, for a check that looks back."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """A measurement over one hour or one day (UTC): `begin` and `seconds` say which, in epoch seconds.

    `least`, `mean` and `most` are of the rounds in it, in the measurement's unit.
    """

    begin: float
    seconds: float
    least: float
    mean: float
    most: float


@dataclass(frozen=True, slots=True)
class Past:
    """What a check measured on this host before. Empty where there is no history, or it does not answer.

    `now` is when the round began, in epoch seconds: a check has no clock. `series` holds, by item and measurement, its
    spans, the oldest first: hours of the last week, days before.
    """

    now: float = 0.0
    series: Mapping[tuple[str, str], tuple[Span, ...]] = field(default_factory=dict)

    def of(self, item: str, name: str) -> tuple[Span, ...]:
        """The spans of an item's measurement; none when it was never measured."""
        return self.series.get((item, name), ())


@dataclass(frozen=True, slots=True)
class Recall:
    """Which of its own measurements a check wants to see again, and how many days of them."""

    names: tuple[str, ...]
    days: int
