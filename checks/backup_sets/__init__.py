"""Backup sets: what is expected of one, and the rules its files are held against."""

from checks.backup_sets.expected import BackupSet
from checks.backup_sets.rules import Finding, age_of_newest, copies_kept, not_visible, size_of_newest

__all__ = ["BackupSet", "Finding", "age_of_newest", "copies_kept", "not_visible", "size_of_newest"]
