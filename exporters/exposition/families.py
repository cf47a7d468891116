"""Every family there is, with the block each host gave to it."""

import threading
from collections.abc import Iterable, Mapping

from exporters.exposition.family import Family
from exporters.exposition.heads import Format, heads
from exporters.exposition.lines import Lines


class Families:
    """Blocks by family and host, so that joining a scrape is a walk over bytes already made.

    Both formats want all lines of a family together: hence family first, host second. Thread-safe.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._families: dict[str, Family] = {}
        self._blocks: dict[str, dict[str, bytes]] = {}

    def replace(self, host: str, families: Mapping[str, Family], old: Iterable[str], new: Mapping[str, bytes]) -> None:
        """Put the blocks `new` of a host in the place of its blocks in the families `old`."""
        with self._lock:
            for name in old:
                if name not in new:
                    blocks = self._blocks[name]
                    blocks.pop(host, None)
                    if not blocks:
                        del self._blocks[name], self._families[name]
            for name, block in new.items():
                if name not in self._blocks:
                    self._families[name] = families[name]
                    self._blocks[name] = {}
                self._blocks[name][host] = block

    def join(self, extra: Lines, form: Format) -> bytes:
        """The whole exposition but for its end; `extra` holds what is not of a host."""
        own = extra.blocks()
        pieces: list[bytes] = []
        with self._lock:
            for name, head in heads({**extra.families, **self._families}, form):
                pieces.append(head)
                if name in self._blocks:
                    pieces.extend(self._blocks[name].values())
                if name in own:
                    pieces.append(own[name])
        return b"".join(pieces)
