"""Waits longer and longer after a refused login: fail2ban and sshd's own penalties lock out a client that insists."""

import time
from datetime import datetime, timedelta

from collectors.contract import Reason, TransportError


class BackOff:
    """After the first refusal `first_seconds`, then twice as long each time, up to `longest_seconds`."""

    def __init__(self, first_seconds: float = 300.0, longest_seconds: float = 4 * 3600.0) -> None:
        self._first = first_seconds
        self._longest = longest_seconds
        self._refusals = 0
        self._until = 0.0  # on the monotonic clock
        self._why = ""

    def check(self, host: str) -> None:
        """Raise `TransportError` while it is too early for the next try."""
        left = self._until - time.monotonic()
        if self._refusals and left > 0:
            again = datetime.now().astimezone() + timedelta(seconds=left)
            raise TransportError(
                Reason.BACKING_OFF,
                f"not trying to log in on {host} before {again.isoformat(' ', 'seconds')}: {self._why}",
                "mend the login, then reload the configuration to try at once",
            )

    def refused(self, error: TransportError) -> None:
        """The host did not let us in."""
        self._until = time.monotonic() + min(self._first * 2.0**self._refusals, self._longest)
        self._refusals = min(self._refusals + 1, 64)
        self._why = error.message

    def accepted(self) -> None:
        """The host let us in."""
        self._refusals = 0
