"""Backup sets: what is expected of one, and the rules its copies are held against."""

from checks.backup_sets.age import age_of_newest
from checks.backup_sets.duration import duration_of_newest
from checks.backup_sets.elsewhere import held_against
from checks.backup_sets.expected import BackupSet, OffSite
from checks.backup_sets.finding import Finding, in_words, joined, not_asked, source_hidden, worst
from checks.backup_sets.located import Located
from checks.backup_sets.paired import newest_elsewhere
from checks.backup_sets.params import SetsParams, sources, sources_named
from checks.backup_sets.periods import PERIODS, Period, days_covered, gaps
from checks.backup_sets.restore import RestoreTest
from checks.backup_sets.size import size_of_newest
from checks.backup_sets.trend import SIZE, size_against_trend

__all__ = [
    "PERIODS",
    "SIZE",
    "BackupSet",
    "Finding",
    "Located",
    "OffSite",
    "Period",
    "RestoreTest",
    "SetsParams",
    "age_of_newest",
    "days_covered",
    "duration_of_newest",
    "gaps",
    "held_against",
    "in_words",
    "joined",
    "newest_elsewhere",
    "not_asked",
    "size_against_trend",
    "size_of_newest",
    "source_hidden",
    "sources",
    "sources_named",
    "worst",
]
