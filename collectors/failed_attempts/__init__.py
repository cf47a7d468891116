"""Failed logins, counted where they are logged."""

from collectors.failed_attempts.count import COUNT, MOST_SHOWN

__all__ = ["COUNT", "MOST_SHOWN"]
