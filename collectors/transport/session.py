"""One run of one script over an open connection."""

import contextlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import paramiko
from paramiko.buffered_pipe import BufferedPipe

from collectors.contract import Reason, TransportError
from collectors.transport.deadline import Deadline
from collectors.transport.output import CapturedOutput, OutputLimits
from collectors.transport.quiet import QuietTransport
from collectors.transport.shell import Answer
from collectors.transport.ssh_errors import Undertaking
from collectors.transport.watchdog import Lifeline

if TYPE_CHECKING:
    _Pipe = BufferedPipe[bytes]
else:
    _Pipe = BufferedPipe  # generic in its stubs only

_NEVER_SECONDS = 86400.0  # the watchdog is quicker
_STATUS_SECONDS = 2.0  # for the exit status to follow the end of the output
_SPARE_BYTES = 65536


class _Ear(_Pipe):
    """Takes one stream in where paramiko's thread delivers it, and rings only when there is something to tell.

    Whoever waits for the answer sleeps through until then: waking for every packet costs more than reading it.
    """

    def __init__(self, take: Callable[[bytes], None], captured: CapturedOutput, bell: threading.Event) -> None:
        super().__init__()
        self._take = take
        self._captured = captured
        self._bell = bell

    def feed(self, data: bytes) -> None:
        self._take(data)
        if self._captured.enough:
            self._bell.set()

    def close(self) -> None:
        super().close()
        self._bell.set()


class Session:
    """A channel with a script running on it."""

    def __init__(self, transport: QuietTransport, until: bytes, limits: OutputLimits, undertaking: Undertaking) -> None:
        self._transport = transport
        self._until = until
        self._undertaking = undertaking
        self._captured = CapturedOutput(until, limits)
        self._bell = threading.Event()
        transport.forget_old_channels()
        # Both limits fit into the window, so it never has to be opened further, and neither stream can stop the other.
        window = limits.output_bytes + limits.error_bytes + _SPARE_BYTES
        self._channel = transport.open_session(window_size=window, timeout=_NEVER_SECONDS)
        self._channel.in_buffer = _Ear(self._captured.feed_output, self._captured, self._bell)
        self._channel.in_stderr_buffer = _Ear(self._captured.feed_error, self._captured, self._bell)

    def begin(self, script: str) -> None:
        """Start `sh` and send it the script. Raises `TransportError`, or what paramiko raises."""
        self._undertaking.doing = "waiting for sh to be started"
        try:
            self._channel.exec_command("sh")
        except paramiko.SSHException as error:
            if not self._transport.is_active():
                raise
            host = self._undertaking.host.name
            raise TransportError(
                Reason.REFUSED,
                f"{host} refuses to run sh",
                "look for restrictions of the login or its key, and the log",
            ) from error
        self._undertaking.doing = "sending the script"
        try:
            self._channel.sendall(script.encode("utf-8", "surrogateescape"))
            self._channel.shutdown_write()
        except OSError:
            # A login that is not meant for people says so and ends without reading; what it said is the answer.
            if not (self._channel.closed and self._transport.is_active()):
                raise

    def answer(self, deadline: Deadline, lifeline: Lifeline) -> Answer:
        """Wait for the end and close the channel. Raises `TransportError` when the host never ran the script."""
        in_time = self._bell.wait(deadline.left)
        status: int | None = None
        cut: Reason | None = None
        if self._captured.mark_seen:
            pass
        elif self._captured.too_long:
            cut = Reason.TOO_LONG
        elif lifeline.reason is not None or not in_time:
            cut = lifeline.reason or Reason.DEADLINE
        else:
            self._channel.status_event.wait(min(deadline.left, _STATUS_SECONDS))
            if self._channel.exit_status == -1 and not self._transport.is_active():
                cut = lifeline.reason or Reason.CONNECTION_LOST
        if self._channel.exit_status >= 0:
            status = self._channel.exit_status
        self._leave(kill=cut is not None)
        answer = Answer(self._captured.output, self._captured.error, status, cut)
        self._refuse_nonsense(answer)
        return answer

    def _leave(self, kill: bool) -> None:
        with contextlib.suppress(paramiko.SSHException, OSError, EOFError):
            if kill and self._transport.is_active():
                self._transport.kill(self._channel)
            self._channel.close()

    def _refuse_nonsense(self, answer: Answer) -> None:
        marker = self._until.rsplit(b" ", 1)[0]
        if answer.cut is not None or not answer.exit_status or marker in answer.output:
            return
        said = (answer.output.strip() or answer.error.strip()).decode("utf-8", "backslashreplace")
        words = said.splitlines()[0][:120] if said else f"exit status {answer.exit_status}"
        raise TransportError(
            Reason.REFUSED,
            f"{self._undertaking.host.name} did not run the script: {words}",
            "is the login's shell a real one, is there a forced command, and is sh on the PATH?",
        )
