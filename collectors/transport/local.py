"""Runs scripts on the agent's own machine.

`LocalShell(shell="sh", limits=OutputLimits())`: there is nothing to connect to, every `run` starts a fresh `sh` in a
session of its own, so that the deadline ends it together with everything it started.
"""

import contextlib
import os
import selectors
import signal
import subprocess
import tempfile
import threading
from typing import IO

from collectors.contract import Reason, TransportError
from collectors.transport.deadline import Deadline
from collectors.transport.output import CapturedOutput, OutputLimits
from collectors.transport.shell import Answer

_CHUNK_BYTES = 65536
_GOODBYE_SECONDS = 0.5  # after the mark nothing is left to do for the script but to exit


class LocalShell:
    """A `Shell` on this machine. `shell` is the program that reads the script, its name or path."""

    def __init__(self, shell: str = "sh", limits: OutputLimits | None = None) -> None:
        self._shell = shell
        self._limits = limits or OutputLimits()
        self._running: _Run | None = None
        self._lock = threading.Lock()

    def connect(self, deadline: Deadline) -> None:
        """Nothing to do: this machine is always there."""

    def run(self, script: str, deadline: Deadline, until: bytes) -> Answer:
        """Feed `script` to the shell and read until `until` appears or the script ends."""
        run = _Run(self._start(script), CapturedOutput(until, self._limits))
        with self._lock:
            self._running = run
        try:
            return run.to_the_end(deadline)
        finally:
            with self._lock:
                self._running = None
                run.close()

    def interrupt(self) -> None:
        """End a running `run` from another thread."""
        with self._lock:
            if self._running is not None:
                self._running.interrupt()

    def close(self) -> None:
        """Nothing is kept between two runs; a run that is going on is ended."""
        self.interrupt()

    def _start(self, script: str) -> subprocess.Popen[bytes]:
        try:
            with _script_file(script) as file:
                return subprocess.Popen(
                    [self._shell],
                    stdin=file,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    cwd="/",
                    start_new_session=True,
                )
        except OSError as error:
            raise TransportError(Reason.FAILED, f"cannot start {self._shell}: {error.strerror or error}") from error


class _Run:
    """One script that is running: its process group, its two streams, and a way to be woken."""

    def __init__(self, process: subprocess.Popen[bytes], captured: CapturedOutput) -> None:
        self._process = process
        self._captured = captured
        self._interrupted = False
        self._wake_read, self._wake_write = os.pipe()

    def to_the_end(self, deadline: Deadline) -> Answer:
        cut = self._read(deadline)
        if cut is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(min(_GOODBYE_SECONDS, deadline.left))
        status = self._process.poll()
        # Also after a good end: whatever a probe left in the background must not outlive its round.
        self._kill_group()
        with contextlib.suppress(subprocess.TimeoutExpired):
            # What hangs in the kernel, on a dead mount, does not even hear SIGKILL: it is left behind.
            self._process.wait(_GOODBYE_SECONDS)
        return Answer(self._captured.output, self._captured.error, status, cut)

    def interrupt(self) -> None:
        self._interrupted = True
        os.write(self._wake_write, b"!")

    def close(self) -> None:
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _read(self, deadline: Deadline) -> Reason | None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake_read, selectors.EVENT_READ)
            for stream, feed in (
                (self._process.stdout, self._captured.feed_output),
                (self._process.stderr, self._captured.feed_error),
            ):
                if stream is not None:
                    selector.register(stream, selectors.EVENT_READ, feed)
            while len(selector.get_map()) > 1 and not self._captured.enough:
                ready = selector.select(deadline.left)
                if self._interrupted:
                    return Reason.INTERRUPTED
                if deadline.passed:
                    return Reason.DEADLINE
                for key, _ in ready:
                    chunk = os.read(key.fd, _CHUNK_BYTES)
                    if chunk:
                        key.data(chunk)
                    else:
                        selector.unregister(key.fileobj)
        return Reason.TOO_LONG if self._captured.too_long else None

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)


def _script_file(script: str) -> IO[bytes]:
    """The script as a file to be standard input: it needs no feeding, and bash reads it in blocks.

    From a pipe bash reads one byte for each system call.
    """
    file: IO[bytes]
    if hasattr(os, "memfd_create"):
        file = os.fdopen(os.memfd_create("rounds-script"), "w+b")
    else:
        file = tempfile.TemporaryFile()  # noqa: SIM115 the caller closes it
    file.write(script.encode("utf-8", "surrogateescape"))
    file.flush()
    file.seek(0)
    return file
