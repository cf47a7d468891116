"""The way to every host, kept open from round to round."""

import threading
from collections.abc import Callable

from agent.config import Config
from collectors.transport.reader import LocalReader
from collectors.transport.shell import Shell
from exporters.contract import Lane

MakeShell = Callable[[Config, str], Shell]
"""(configuration, host name) -> a shell to that host, not connected yet."""


class Fleet:
    """One shell per host and lane, made when first needed.

    The fast lane's connection stays open. The slow lane opens one of its own for its rare rounds and closes it, so that a long
    package list never stands before a fast round.
    """

    def __init__(self, make_shell: MakeShell) -> None:
        self._make_shell = make_shell
        self._lock = threading.Lock()
        self._shells: dict[tuple[str, Lane], Shell] = {}
        self._readers: dict[str, LocalReader] = {}

    def shell(self, config: Config, host: str, lane: Lane) -> Shell:
        """The shell to a host for a lane."""
        with self._lock:
            key = (host, lane)
            if key not in self._shells:
                self._shells[key] = self._make_shell(config, host)
            return self._shells[key]

    def reader(self, config: Config, host: str) -> LocalReader | None:
        """What reads the agent's own machine through psutil; None for every other host."""
        if config.host(host).transport != "local":
            return None
        with self._lock:
            return self._readers.setdefault(host, LocalReader())

    def rest(self, host: str, lane: Lane) -> None:
        """A round has ended: the slow lane's connection is given back."""
        if lane is Lane.SLOW:
            self._drop([(host, lane)])

    def forget(self, host: str) -> None:
        """Close what leads to a host that is gone or has changed."""
        self._drop([(host, lane) for lane in Lane])

    def interrupt(self) -> None:
        """End every round that is under way, soon."""
        with self._lock:
            shells = list(self._shells.values())
        for shell in shells:
            shell.interrupt()

    def close(self) -> None:
        """Close everything."""
        with self._lock:
            keys = list(self._shells)
        self._drop(keys)

    def _drop(self, keys: list[tuple[str, Lane]]) -> None:
        with self._lock:
            shells = [self._shells.pop(key) for key in keys if key in self._shells]
        for shell in shells:
            shell.close()
