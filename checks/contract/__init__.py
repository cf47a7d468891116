"""What a check is made of: the only part of `checks` that exporters may know."""

from checks.contract.check import Check, Layer, NotYet, Params, Section
from checks.contract.levels import LowerLevels, UpperLevels
from checks.contract.past import Past, Recall, Span
from checks.contract.quantities import (
    Duration,
    Percent,
    Size,
    duration_text,
    format_bytes,
    format_percent,
)
from checks.contract.result import Measurement, Result, State, Unit
from checks.contract.text import Language, Text

__all__ = [
    "Check",
    "Duration",
    "Language",
    "Layer",
    "LowerLevels",
    "Measurement",
    "NotYet",
    "Params",
    "Past",
    "Percent",
    "Recall",
    "Result",
    "Section",
    "Size",
    "Span",
    "State",
    "Text",
    "Unit",
    "UpperLevels",
    "duration_text",
    "format_bytes",
    "format_percent",
]
