"""Runs scripts on hosts over SSH: one connection for each host kept open, one channel for each run.

    shell = SshShell(SshTarget(name="web-01", address="192.0.2.10", user="rounds",
                               known_hosts=Path("known_hosts"), key_file=Path("id_ed25519")))
    shell.connect(deadline)                  # verifies the host key, tries to log in once
    answer = shell.run(script, deadline, until=end_mark(marker))
    shell.close()

The host runs plain `sh`, without a terminal, the script on its standard input. All waiting ends at the deadline, by a
watchdog outside paramiko that shuts the socket down. `ask_host_key(target, deadline)` is what `rounds trust` needs;
`known_hosts` is kept by `collectors.transport.host_keys.KnownHosts`.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from collectors.contract import Reason, TransportError
from collectors.transport.back_off import BackOffs
from collectors.transport.connection import Connection, fetch_host_key, open_connection
from collectors.transport.deadline import Deadline
from collectors.transport.host_keys import HostKey
from collectors.transport.output import OutputLimits
from collectors.transport.resolve import SHARED as RESOLVER
from collectors.transport.resolve import Resolver
from collectors.transport.session import Session
from collectors.transport.shell import Answer
from collectors.transport.ssh_errors import Undertaking
from collectors.transport.target import SshTarget
from collectors.transport.watchdog import SHARED as WATCHDOG
from collectors.transport.watchdog import Lifeline, Watchdog

__all__ = ["OutputLimits", "SshShell", "SshTarget", "ask_host_key"]

_GOODBYE_SECONDS = 1.0  # after the deadline, to end the script on the host in an orderly way


class SshShell:
    """A `Shell` on the host that `target` names.

    limits    how much of an answer is kept
    back_offs  how long to wait after a login was refused, here or on the way; shared by shells that use the same logins
    """

    def __init__(
        self,
        target: SshTarget,
        limits: OutputLimits | None = None,
        back_offs: BackOffs | None = None,
        watchdog: Watchdog = WATCHDOG,
        resolver: Resolver = RESOLVER,
    ) -> None:
        self.target = target
        self._limits = limits or OutputLimits()
        self._back_offs = back_offs or BackOffs()
        self._watchdog = watchdog
        self._resolver = resolver
        self._connection: Connection | None = None
        self._lock = threading.Lock()
        self._lifeline: Lifeline | None = None

    def connect(self, deadline: Deadline) -> None:
        """Make sure there is a connection; cheap when there is one. Raises `TransportError`."""
        if self._connection is not None and self._connection.is_open:
            return
        self.close()
        self._watchdog.enlist()
        try:
            with self._guarded(deadline.left) as lifeline:
                self._connection = open_connection(self.target, deadline, lifeline, self._back_offs, self._resolver)
        finally:
            if self._connection is None:
                self._watchdog.leave()

    def run(self, script: str, deadline: Deadline, until: bytes) -> Answer:
        """Feed `script` to `sh` on the host and read until `until` appears or the script ends.

        Connects when there is no connection, and once more when the one kept open turns out to be dead before the
        script was sent. Raises `TransportError` when the script could not be started. When the deadline cut the answer
        short the connection is closed, so that the host ends the script.
        """
        kept = self._connection is not None and self._connection.is_open
        self.connect(deadline)
        try:
            return self._run(script, deadline, until)
        except TransportError as error:
            if not kept or error.reason is not Reason.CONNECTION_LOST or deadline.passed:
                raise
            self.connect(deadline)
            return self._run(script, deadline, until)

    def interrupt(self) -> None:
        """End a running `connect` or `run` from another thread, soon."""
        with self._lock:
            lifeline = self._lifeline
        if lifeline is not None:
            lifeline.cut(Reason.INTERRUPTED)

    def close(self) -> None:
        """Give back every thread, socket and channel. May be called twice."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
            self._watchdog.leave()

    def _run(self, script: str, deadline: Deadline, until: bytes) -> Answer:
        connection = self._connection
        if connection is None:
            raise TransportError(Reason.CONNECTION_LOST, f"there is no connection to {self.target.name}")
        keep = False
        try:
            with self._guarded(deadline.left + _GOODBYE_SECONDS) as lifeline, lifeline.hanging_on(connection.cut):
                undertaking = Undertaking(self.target, deadline, lifeline, "opening a channel", connection.last)
                with self._watchdog.watching(lifeline, deadline.left), undertaking.told_plainly():
                    session = Session(connection.last, until, self._limits, undertaking)
                    session.begin(script)
                answer = session.answer(deadline, lifeline)
            keep = answer.cut in (None, Reason.TOO_LONG)
        finally:
            if not keep:
                self.close()
        return answer

    @contextmanager
    def _guarded(self, seconds: float) -> Iterator[Lifeline]:
        """A lifeline that the watchdog and `interrupt` can cut."""
        lifeline = Lifeline()
        with self._lock:
            self._lifeline = lifeline
        try:
            with self._watchdog.watching(lifeline, seconds):
                yield lifeline
        finally:
            with self._lock:
                self._lifeline = None


def ask_host_key(target: SshTarget, deadline: Deadline, watchdog: Watchdog = WATCHDOG) -> HostKey:
    """The key that `target` shows now, not verified: for a person to compare. Raises `TransportError`.

    Jump hosts on the way must be trusted already. A type of key that is known for the host is asked for first.
    """
    lifeline = Lifeline()
    watchdog.enlist()
    try:
        with watchdog.watching(lifeline, deadline.left):
            return fetch_host_key(target, deadline, lifeline)
    finally:
        watchdog.leave()
