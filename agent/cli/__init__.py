"""The command line. Each module holds the commands of one subject."""

from agent.cli.app import main

__all__ = ["main"]
