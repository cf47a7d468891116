"""Colours and words of states, the same everywhere.

Bright yellow, mid green, violet and dark red differ in lightness and in blue, so they can be told apart by people who
do not see red or green; and wherever there is room the word stands in the cell too.
"""

from collections.abc import Iterable

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.models import dashboard as models

OK = "#2f9e73"
WARNING = "#f2c037"
UNKNOWN = "#8f7fd1"
CRITICAL = "#b8162b"
CRITICAL_TEXT = "#f2495c"
"""As the colour of digits: dark red cannot be read on a dark page."""
ABSENT = "transparent"
"""Behind a cell of which nothing is known: it must not look like a state."""
TEXT = "text"
"""Whatever the theme writes in."""
PLAIN = "#6e9fd6"
"""For numbers that are neither good nor bad."""

Steps = tuple[tuple[float | None, str], ...]
"""Thresholds: from this value on (None: from below everything) this colour."""

NEUTRAL: Steps = ((None, PLAIN),)
NONE_IS_GOOD: Steps = ((None, OK), (1, CRITICAL))
SOME_IS_BAD: Steps = ((None, OK), (1, WARNING))
FILLING: Steps = ((None, OK), (0.8, WARNING), (0.9, CRITICAL))

_STATES = (("0", "OK", OK), ("1", "warning", WARNING), ("2", "unknown", UNKNOWN), ("3", "critical", CRITICAL))

_SHORT = {"OK": "OK", "warning": "warn", "unknown": "?", "critical": "crit"}


def states(*, short: bool = False) -> list[models.ValueMapping]:
    """The number of a state, shown as its word in its colour; nothing known is a dash without colour."""
    shown = ((number, _SHORT[word] if short else word, colour) for number, word, colour in _STATES)
    absent = models.ValueMappingResult(text="–", color=ABSENT, index=len(_STATES))
    nothing = models.DashboardSpecialValueMapOptions(match=models.SpecialValueMatch.NULL_AND_NAN, result=absent)
    return [_mapping(shown), models.SpecialValueMap(nothing)]


def severities() -> list[models.ValueMapping]:
    """The word of a severity, in its colour."""
    return [_mapping((word, word, colour) for _, word, colour in _STATES[1:])]


def nothing(colour: str) -> list[models.ValueMapping]:
    """Nothing known has no colour of a state."""
    absent = models.ValueMappingResult(color=colour, index=9)
    return [
        models.SpecialValueMap(models.DashboardSpecialValueMapOptions(match=match, result=absent))
        for match in (models.SpecialValueMatch.NULL_AND_NAN, models.SpecialValueMatch.EMPTY)
    ]


def yes_or_no(yes: str, no: str, *, yes_is_good: bool = True) -> list[models.ValueMapping]:
    """1 and 0 as words."""
    good, bad = (OK, CRITICAL) if yes_is_good else (WARNING, OK)
    return [_mapping((("1", yes, good), ("0", no, bad)))]


def severity_colours() -> dict[str, str]:
    """The colour of each series that is named after a severity."""
    return {word: colour for _, word, colour in _STATES[1:]}


def thresholds(steps: Steps) -> builders.ThresholdsConfig:
    """The steps, for a panel."""
    made = [models.Threshold(value=value, color=colour) for value, colour in steps]
    return builders.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(made)


def colour(mode: models.FieldColorModeId) -> builders.FieldColor:
    """How series get their colour."""
    return builders.FieldColor().mode(mode)


def _mapping(rows: Iterable[tuple[str, str, str]]) -> models.ValueMap:
    return models.ValueMap(
        {
            value: models.ValueMappingResult(text=word, color=colour, index=index)
            for index, (value, word, colour) in enumerate(rows)
        }
    )
