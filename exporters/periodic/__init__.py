"""The weekly and the monthly maintenance report: made from the days' records, in every format."""

from exporters.periodic.composition import period_report, period_title
from exporters.periodic.conclusion import PeriodConclusion, conclude_period
from exporters.periodic.fold import Fold, Frame
from exporters.periodic.rendering import render_period
from exporters.periodic.span import after, before, days_of, end_of, read_any, read_name

__all__ = [
    "Fold",
    "Frame",
    "PeriodConclusion",
    "after",
    "before",
    "conclude_period",
    "days_of",
    "end_of",
    "period_report",
    "period_title",
    "read_any",
    "read_name",
    "render_period",
]
