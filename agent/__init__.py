"""Conduct: configuration, schedule, rounds, memory, service and command line."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("rounds")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0+unknown"
