"""Waits longer and longer after a refused login: fail2ban and sshd's own penalties lock out a client that insists."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from collectors.contract import Reason, TransportError
from collectors.transport.deadline import Deadline
from collectors.transport.login import LoginRefused
from collectors.transport.target import SshTarget
from collectors.transport.watchdog import Lifeline

_LOOK_UP_SECONDS = 0.2


class BackOff:
    """One login. After the first refusal `first_seconds`, then twice as long each time, up to `longest_seconds`."""

    def __init__(self, first_seconds: float = 300.0, longest_seconds: float = 4 * 3600.0) -> None:
        self._first = first_seconds
        self._longest = longest_seconds
        self._refusals = 0
        self._until = 0.0  # on the monotonic clock
        self._why = ""
        self._is_proven = False
        self._proving = threading.Lock()

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

    @contextmanager
    def trying(self, host: str, deadline: Deadline, lifeline: Lifeline) -> Iterator[None]:
        """Connecting and logging in. Until it has succeeded once, one at a time.

        Many hosts behind one jump host must not try a bad key on it all at once. Raises `TransportError`.
        """
        alone = not self._is_proven
        if alone:
            self._take_turn(host, deadline, lifeline)
        try:
            self.check(host)
            try:
                yield
            except LoginRefused as error:
                self._until = time.monotonic() + min(self._first * 2.0**self._refusals, self._longest)
                self._refusals = min(self._refusals + 1, 64)
                self._why = error.message
                self._is_proven = False
                raise
            self._refusals = 0
            self._is_proven = True
        finally:
            if alone:
                self._proving.release()

    def _take_turn(self, host: str, deadline: Deadline, lifeline: Lifeline) -> None:
        while not self._proving.acquire(timeout=min(_LOOK_UP_SECONDS, deadline.left)):
            if lifeline.reason is Reason.INTERRUPTED:
                raise TransportError(Reason.INTERRUPTED, f"interrupted while waiting for {host}")
            if deadline.passed:
                raise TransportError(Reason.UNREACHABLE, f"nobody has got into {host} yet, and others try it already")


class BackOffs:
    """The back-offs of a fleet, one for each login: hosts behind one jump host share the jump host's."""

    def __init__(self, first_seconds: float = 300.0, longest_seconds: float = 4 * 3600.0) -> None:
        self._first = first_seconds
        self._longest = longest_seconds
        self._lock = threading.Lock()
        self._logins: dict[tuple[str, int, str], BackOff] = {}

    def of(self, target: SshTarget) -> BackOff:
        """The back-off of the login on `target`."""
        with self._lock:
            key = (target.address, target.port, target.user)
            return self._logins.setdefault(key, BackOff(self._first, self._longest))

    def begin_anew(self, first_seconds: float) -> None:
        """Every login may be tried at once: somebody has changed something."""
        with self._lock:
            self._first = first_seconds
            self._logins.clear()
