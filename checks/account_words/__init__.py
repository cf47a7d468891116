"""What checks of accounts say alike."""

from checks.account_words.words import PASSWORDS, counted, days_since, joined, looked_at, not_seen

__all__ = ["PASSWORDS", "counted", "days_since", "joined", "looked_at", "not_seen"]
