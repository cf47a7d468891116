"""Printing to a reader who may stop reading."""

import os
import sys
from typing import NoReturn

from rich.console import Console

PIPE_BROKEN = 141
"""Exit code when the reader went away, as a shell reports SIGPIPE: neither success nor a state of a check."""


def pipe_broken() -> NoReturn:
    """End quietly: whoever read our output has had enough."""
    # What is still in a buffer must go somewhere when Python flushes it at the end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(PIPE_BROKEN)


class Terminal(Console):
    """A console whose reader may go away."""

    def on_broken_pipe(self) -> None:
        """End the command."""
        pipe_broken()
