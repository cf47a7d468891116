"""What checks of accounts say alike."""

from checks.account_words.words import NOT_SEEN, days_since, joined, not_seen

__all__ = ["NOT_SEEN", "days_since", "joined", "not_seen"]
