"""Reads /proc/net/sockstat and /proc/net/sockstat6."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number

_WORD = re.compile(r"[A-Za-z0-9]+", re.ASCII)
_PAGE_SIZES = (4096, 8192, 16384, 65536, 262144)


@dataclass(frozen=True, slots=True)
class SocketCount:
    """How many sockets of a protocol are in a state (inuse, orphan, tw, alloc); `mem` is in pages."""

    protocol: str
    state: str
    value: int


def socket_counts(text: str) -> Iterator[SocketCount]:
    """From lines such as `TCP: inuse 4 orphan 0`. Raises `UnreadableOutput`."""
    for line in text.split("\n"):
        if not line:
            continue
        protocol, colon, rest = line.partition(":")
        words = rest.split()
        names = words[::2]
        if not colon or len(words) % 2 or not all(_WORD.fullmatch(word) for word in (protocol, *names)):
            raise UnreadableOutput("a line of /proc/net/sockstat", line)
        for name, value in zip(names, words[1::2], strict=True):
            yield SocketCount(protocol, name, whole_number(value, line))


def page_size(stat: str, statm: str) -> int | None:
    """Bytes in a page: a process's virtual size, which its stat has in bytes and its statm in pages.

    It may have grown by a page or two in between. Raises `UnreadableOutput`.
    """
    # The name before the last bracket may hold anything.
    fields, pages = stat.rpartition(")")[2].split(), statm.split()
    if len(fields) < 21 or not pages:
        raise UnreadableOutput("/proc/self/stat and /proc/self/statm", (stat or statm).strip())
    in_bytes, in_pages = whole_number(fields[20], stat.strip()), whole_number(pages[0], statm.strip())
    return min(_PAGE_SIZES, key=lambda size: abs(size * in_pages - in_bytes)) if in_pages > 0 else None
