"""Printing to a reader who may stop reading, or have no room left."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from rich.console import Console

PIPE_BROKEN = 141
"""Exit code when the reader went away, as a shell reports SIGPIPE: neither success nor a state of a check."""

NOT_WRITTEN = 74
"""Exit code when standard output cannot be written: EX_IOERR of sysexits.h."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EIO}


class Terminal(Console):
    """A console that leaves its errors to `honest_output`."""

    def on_broken_pipe(self) -> None:
        """Let the command end."""
        _end_output(PIPE_BROKEN)


@contextmanager
def honest_output() -> Iterator[None]:
    """End the command without a traceback when what it prints cannot be written."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")  # a terminal that knows no Chinese still gets its table
    try:
        yield
    except BrokenPipeError:
        _end_output(PIPE_BROKEN)
    except OSError as error:
        if error.errno not in _FULL or error.filename is not None:
            raise
        print(f"cannot write the output: {error.strerror}", file=sys.stderr)
        _end_output(NOT_WRITTEN)


def _end_output(code: int) -> NoReturn:
    # What is still in a buffer must go somewhere when Python flushes it at the end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(code)
