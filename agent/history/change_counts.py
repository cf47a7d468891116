"""How often something became different about each host since the agent started."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.contract import Kind


@dataclass(frozen=True, slots=True)
class Changed:
    """Of one host: entries that became different since the start, by kind, and when the last did (epoch seconds)."""

    counts: Counter[Kind] = field(default_factory=Counter)
    last_at: float | None = None


class ChangeCounts:
    """Counts by host. May be used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hosts: dict[str, Changed] = {}

    def begin(self, last_at: Mapping[str, float]) -> None:
        """What is known from earlier: when something last became different about a host."""
        with self._lock:
            self._hosts = {host: Changed(last_at=at) for host, at in last_at.items()} | self._hosts

    def add(self, host: str, kinds: Counter[Kind], at: float) -> None:
        """Entries of these kinds became different."""
        if kinds:
            with self._lock:
                self._hosts[host] = Changed(self.of_host(host).counts + kinds, at)

    def of_host(self, host: str) -> Changed:
        """What is counted of one host."""
        return self._hosts.get(host, Changed())
