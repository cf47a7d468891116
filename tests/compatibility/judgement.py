"""When what two sides say of the same thing agrees."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import fmean, median

Labels = frozenset[tuple[str, str]]
Points = Sequence[tuple[float, float]]
"""Time in seconds, value; in the order of time, never empty."""
Matrix = Mapping[Labels, Points]

_ARITHMETIC = 0.02  # what a quotient of numbers that live may be off, beside what it changes itself


class Kind(StrEnum):
    """What an expression shows, and so how its numbers are compared."""

    COUNTER = "counter"
    GAUGE = "gauge"
    RATE = "rate"
    COMPUTED = "computed"
    OWN = "own"  # of the process that answers: values are not compared


class Agreement(StrEnum):
    """What came out for one query, in words for the table."""

    AGREES = "agrees"
    OWN = "not compared: of the exporter itself"
    DIFFERS = "differs"
    INCOMPLETE = "series are missing here"
    MISSING = "no data here"
    ONLY_HERE = "data here only"
    QUIET = "no data on either side"


@dataclass(frozen=True, slots=True)
class Timing:
    """How the two sides look at a host, in seconds.

    scrape   how often each side is asked
    beat     how old what is shown here can be when it is asked for: the time between two looks
    span     what is looked at
    """

    scrape: float
    beat: float
    span: float

    @property
    def lag(self) -> float:
        """How old what is known here can be."""
        return self.scrape + self.beat


@dataclass(frozen=True, slots=True)
class Verdict:
    """One query, judged: how many series each side has, and what is amiss."""

    agreement: Agreement
    here: int
    there: int
    remarks: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()  # why, once for each series that is there and meant not to be here


def judge(here: Matrix, there: Matrix, timing: Timing, kind: Kind, footprint: float = 0.0) -> Verdict:
    """Compare what one query says on both sides; `there` may begin earlier, by the lag, and end a scrape later.

    `footprint` is how much whoever looks changes the number by looking.
    """
    if not there or not here:
        nothing = Agreement.MISSING if there else Agreement.ONLY_HERE if here else Agreement.QUIET
        return Verdict(nothing, len(here), len(there))
    if kind is Kind.OWN:
        return Verdict(Agreement.OWN, len(here), len(there))
    missing = [f"missing: {named(labels)}" for labels in sorted(there.keys() - here.keys(), key=named)]
    apart = []
    for labels in sorted(there.keys() & here.keys(), key=named):
        low, high, shown = _COMPARED[kind](here[labels], there[labels], timing)
        if not low - footprint <= shown <= high + footprint:
            apart.append(f"{named(labels)} is {shown:.7g} here, and {low:.7g} to {high:.7g} there")
    agreement = Agreement.DIFFERS if apart else Agreement.INCOMPLETE if missing else Agreement.AGREES
    return Verdict(agreement, len(here), len(there), (*apart, *missing))


def named(labels: Labels) -> str:
    """A series by its labels, for people."""
    return "{" + ", ".join(f'{name}="{value}"' for name, value in sorted(labels)) + "}"


Range = tuple[float, float, float]
"""From where to where a value may be, and the value."""


def _counter(here: Points, there: Points, timing: Timing) -> Range:
    """Its last value is what it was there up to one lag ago, or one scrape's growth off."""
    when, shown = here[-1]
    values = [value for _, value in there]
    growth = max((after - before for before, after in pairwise(values)), default=0.0)
    near = [value for time, value in there if time >= when - timing.lag] or values[-1:]
    slack = max(growth, 0.0) + _rounding(values)
    return min(near) - slack, max(near) + slack, shown


def _gauge(here: Points, there: Points, timing: Timing) -> Range:
    """Mostly it is where it was seen there, or as far from that as it moves between two looks."""
    values = [value for _, value in there]
    slack = (max(values) - min(values)) * max(1.0, timing.lag / timing.span) + _rounding(values)
    return min(values) - slack, max(values) + slack, median(value for _, value in here)


def _computed(here: Points, there: Points, _: Timing) -> Range:
    """Its mean is the one there, as far as it holds still."""
    return _around_mean(there, _ARITHMETIC, [fmean(value for _, value in here)])


def _rate(here: Points, there: Points, timing: Timing) -> Range:
    """Over the span it is off by what the lag is of that: rounds and scrapes do not begin together.

    What comes in bursts is seen twice in two looks that are close, or not at all: then the middle one counts.
    """
    shown = [value for _, value in here]
    return _around_mean(there, timing.lag / timing.span, [fmean(shown), median(shown)])


def _around_mean(there: Points, share: float, shown: Sequence[float]) -> Range:
    values = [value for _, value in there]
    middle = fmean(values)
    slack = max(values) - min(values) + abs(middle) * share + _rounding(values)
    return middle - slack, middle + slack, min(shown, key=lambda value: abs(value - middle))


def _rounding(values: Sequence[float]) -> float:
    return 1e-9 * max(abs(value) for value in values)


_COMPARED: Mapping[Kind, Callable[[Points, Points, Timing], Range]] = {
    Kind.COUNTER: _counter,
    Kind.GAUGE: _gauge,
    Kind.RATE: _rate,
    Kind.COMPUTED: _computed,
}
