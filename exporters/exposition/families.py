"""Every family there is, with the block each host gave to it."""

import threading
from collections.abc import Iterable, Mapping

from exporters.exposition.lines import Family, Lines


class Families:
    """Blocks by family and host, so that joining a scrape is a walk over bytes already made.

    The text format wants all lines of a family together: hence family first, host second. Thread-safe.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._headers: dict[str, bytes] = {}
        self._blocks: dict[str, dict[str, bytes]] = {}

    def replace(self, host: str, families: Mapping[str, Family], old: Iterable[str], new: Mapping[str, bytes]) -> None:
        """Put the blocks `new` of a host in the place of its blocks in the families `old`."""
        with self._lock:
            for name in old:
                if name not in new:
                    blocks = self._blocks[name]
                    blocks.pop(host, None)
                    if not blocks:
                        del self._blocks[name], self._headers[name]
            for name, block in new.items():
                if name not in self._blocks:
                    self._headers[name] = families[name].header()
                    self._blocks[name] = {}
                self._blocks[name][host] = block

    def join(self, extra: Lines) -> bytes:
        """The whole exposition; `extra` holds what is not of a host."""
        own = extra.blocks()
        pieces: list[bytes] = []
        with self._lock:
            for name in sorted(self._blocks.keys() | own.keys()):
                pieces.append(self._headers[name] if name in self._headers else extra.families[name].header())
                pieces.extend(self._blocks.get(name, {}).values())
                if name in own:
                    pieces.append(own[name])
        return b"".join(pieces)
