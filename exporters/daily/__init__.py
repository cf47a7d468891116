"""The daily maintenance report (form 8.7): what the log says, in every format."""

from exporters.daily.composition import title
from exporters.daily.conclusion import Conclusion, conclude
from exporters.daily.reasons import REASONS, reason_words
from exporters.daily.rendering import BOTH, Format, render
from exporters.daily.statistics import Counts, Statistics
from exporters.daily.words import STATES, state_words

__all__ = [
    "BOTH",
    "REASONS",
    "STATES",
    "Conclusion",
    "Counts",
    "Format",
    "Statistics",
    "conclude",
    "reason_words",
    "render",
    "state_words",
    "title",
]
