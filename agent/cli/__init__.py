"""The command line. Each module holds the commands of one subject."""

import sys

INTERRUPTED = 130
"""Exit code after Ctrl-C, as a shell reports SIGINT."""


def main() -> None:
    """Entry point of the console script."""
    try:
        from agent.cli.app import run  # noqa: PLC0415 (Ctrl-C while all of it is loaded is no crash either)

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
