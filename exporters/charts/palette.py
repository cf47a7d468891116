"""Colours and line styles that differ for those who see no colours too, on white and on black paper."""

from checks.contract import State

CURVES = ("#0072b2", "#c44e00", "#00765a", "#a03d85", "#4d5560")
"""Of the first, second ... curve. A page in dark mode has its own, under the classes `c1`, `c2`, ..."""

DASHES: tuple[tuple[float, ...], ...] = ((), (6.0, 2.5), (2.0, 2.0), (8.0, 2.5, 2.0, 2.5), (4.0, 4.0))
"""Lengths of line and gap in pixels; empty: a whole line."""

INK, QUIET, RULE = "#1c2530", "#667182", "#dfe4ea"

WARN, CRIT = "#b57600", "#b3261e"

STATES = {State.OK: "#3a9d6e", State.WARN: "#b57600", State.CRIT: "#b3261e", State.UNKNOWN: "#5a4fa8"}

CLASSES = {State.OK: "good", State.WARN: "warning", State.CRIT: "critical", State.UNKNOWN: "unchecked", None: "nothing"}
"""What a state is called in a style sheet."""


def of_curve(place: int) -> tuple[str, tuple[float, ...]]:
    """Colour and dashes of the curve at a place; they begin anew after the last."""
    return CURVES[place % len(CURVES)], DASHES[place % len(DASHES)]
