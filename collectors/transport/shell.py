"""What a transport offers: run one script on a host, and say honestly how that went."""

from dataclasses import dataclass
from typing import Protocol

from collectors.contract import Reason
from collectors.transport.deadline import Deadline


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from a script.

    `output` is everything read from standard output, cut at the limit. `cut` says why reading ended before
    the script did (`DEADLINE`, `TOO_LONG`, `CONNECTION_LOST`, `INTERRUPTED`), or None. What arrived
    before the cut is still good. `error` is the tail of standard error.
    """

    output: bytes
    error: bytes
    exit_status: int | None
    cut: Reason | None = None


class Shell(Protocol):
    """A way to run POSIX sh on one host. Used by one thread at a time, but for `interrupt`."""

    def connect(self, deadline: Deadline) -> None:
        """Make sure there is a connection; cheap when there is one. Raises `TransportError`."""

    def run(self, script: str, deadline: Deadline, until: bytes) -> Answer:
        """Feed `script` to `sh` as standard input and read until `until` appears or the script ends.

        Raises `TransportError` when the script could not be started; afterwards it always returns.
        """

    def interrupt(self) -> None:
        """End a running `connect` or `run` from another thread, soon."""

    def close(self) -> None:
        """Give back every thread, socket and channel. May be called twice."""
