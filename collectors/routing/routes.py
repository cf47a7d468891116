"""Routes of the main table, from `ip -o route show`."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from collectors.contract import UnreadableOutput
from collectors.routing.interfaces import comes_and_goes

_KINDS = frozenset(
    ("unicast", "local", "broadcast", "multicast", "throw", "unreachable", "prohibit", "blackhole", "nat", "anycast")
)
_BY_KERNEL = ("local", "broadcast", "multicast", "anycast")
_SHOWN = ("via", "dev", "metric", "table")
# Set by hand, at boot, or by a lease or an announcement where it is the way out; a daemon's come and go with the links.
_BY_PEOPLE = ("", "static", "boot")
_BY_NETWORK = ("dhcp", "ra", "redirect")


@dataclass(frozen=True, slots=True)
class Route:
    """Where what is for `destination` goes: `via 192.0.2.1 dev eth0`.

    `stays`: neither the kernel nor a routing daemon made it.
    """

    destination: str
    way: str
    protocol: str
    stays: bool


def routes(text: str) -> Iterator[Route]:
    """Raises `UnreadableOutput`."""
    # Busybox does not say who made a route; iproute2 does not where it was somebody with `ip route add`.
    says_who = " proto " in text
    for line in text.split("\n"):
        words = line.replace("\\", " ").split()
        if not words:
            continue
        kind = words.pop(0) if words[0] in _KINDS else ""
        if not words:
            raise UnreadableOutput("a line of `ip -o route show`", line)
        destination, *rest = words
        yield _route(kind, destination, rest, says_who)


def _route(kind: str, destination: str, words: list[str], says_who: bool) -> Route:
    protocol = _after(words, "proto")
    devices = [after for word, after in pairwise(words) if word == "dev"]
    way = [kind] if kind and kind != "unicast" else []
    way += [f"{word} {after}" for word, after in pairwise(words) if word in _SHOWN]
    is_default = destination in ("default", "0.0.0.0/0", "::/0")
    right_here = "via" not in words and not is_default and kind not in ("blackhole", "prohibit", "throw", "unreachable")
    by_kernel = protocol == "kernel" or kind in _BY_KERNEL or (right_here and not says_who)
    meant = protocol in _BY_PEOPLE or (protocol in _BY_NETWORK and is_default)
    stays = meant and not by_kernel and not (devices and all(map(comes_and_goes, devices)))
    return Route(destination, " ".join(way), protocol, stays)


def _after(words: list[str], word: str) -> str:
    return words[words.index(word) + 1] if word in words[:-1] else ""
