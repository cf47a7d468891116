"""The way to every host, kept open from round to round."""

import threading
from collections.abc import Callable

from agent.config import Config
from collectors.transport.reader import LocalReader
from collectors.transport.shell import Shell
from exporters.contract import Lane

MakeShell = Callable[[Config, str], Shell]
"""(configuration, host name) -> a shell to that host, not connected yet."""

_Key = tuple[str, Lane]


class Fleet:
    """One shell per host and lane, made when first needed.

    The fast lane's connection stays open. The slow lane opens one of its own for its rare rounds and closes it,
    so that a long package list never stands before a fast round.
    """

    def __init__(self, make_shell: MakeShell) -> None:
        self._make_shell = make_shell
        self._lock = threading.Lock()
        self._shells: dict[_Key, Shell] = {}
        self._in_use: set[_Key] = set()
        self._outdated: set[_Key] = set()
        self._readers: dict[str, LocalReader] = {}

    def take(self, config: Config, host: str, lane: Lane) -> Shell:
        """The shell to a host, for one round of a lane; `give_back` ends its use. Raises `TransportError`."""
        key = (host, lane)
        with self._lock:
            self._in_use.add(key)
            shell = self._shells.get(key)
        if shell is None:
            shell = self._make_shell(config, host)
            with self._lock:
                self._shells[key] = shell
        return shell

    def give_back(self, host: str, lane: Lane) -> None:
        """A round has ended. The slow lane's connection is closed, and one that leads where nobody goes any more."""
        key = (host, lane)
        with self._lock:
            self._in_use.discard(key)
            if lane is Lane.FAST and key not in self._outdated:
                return
            self._outdated.discard(key)
            shell = self._shells.pop(key, None)
        if shell is not None:
            shell.close()

    def reader(self, config: Config, host: str) -> LocalReader | None:
        """What reads the agent's own machine through psutil; None for every other host."""
        if config.host(host).transport != "local":
            return None
        with self._lock:
            return self._readers.setdefault(host, LocalReader())

    def forget(self, host: str) -> None:
        """A host is gone or is reached in another way: close what leads there, after the round that uses it."""
        unused = []
        with self._lock:
            for key in ((host, lane) for lane in Lane):
                if key in self._in_use:
                    self._outdated.add(key)
                elif key in self._shells:
                    unused.append(self._shells.pop(key))
        for shell in unused:
            shell.close()

    def interrupt(self) -> None:
        """End every round that is under way, soon."""
        with self._lock:
            shells = [self._shells[key] for key in self._in_use if key in self._shells]
        for shell in shells:
            shell.interrupt()

    def close(self) -> None:
        """Close everything; no round may be under way."""
        with self._lock:
            shells = list(self._shells.values())
            self._shells.clear()
        for shell in shells:
            shell.close()
