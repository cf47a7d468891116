"""Addresses of interfaces, from `ip -o addr show`."""

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import UnreadableOutput
from collectors.routing.interfaces import comes_and_goes

_FAMILIES = ("inet", "inet6")
_TEMPORARY = 0x01  # a flag of IPv6, which busybox tells as a number; of IPv4 it says `secondary`


@dataclass(frozen=True, slots=True)
class Address:
    """`192.0.2.10/24` of an interface. `stays`: nobody made it for a while only, as privacy addresses are."""

    interface: str
    address: str
    scope: str
    stays: bool


def addresses(text: str) -> Iterator[Address]:
    """Raises `UnreadableOutput`."""
    for line in text.split("\n"):
        if not line.strip():
            continue
        # 2: eth0    inet 192.0.2.10/24 brd 192.0.2.255 scope global dynamic eth0\       valid_lft 3600sec ...
        words = line.partition("\\")[0].split()
        if len(words) < 4 or not words[0].rstrip(":").isdecimal():
            raise UnreadableOutput("a line of `ip -o addr show`", line)
        interface, family = words[1].partition("@")[0].rstrip(":"), words[2]
        if family not in _FAMILIES:
            continue  # busybox tells of links too
        # 192.0.2.1 peer 192.0.2.2/32
        address = f"{words[3]} peer {words[5]}" if words[4:5] == ["peer"] and len(words) > 5 else words[3]
        scope = words[words.index("scope") + 1] if "scope" in words[:-1] else ""
        inner = scope in ("link", "host") if family == "inet6" else scope == "host"
        is_old = "deprecated" in words and "dynamic" in words
        passing = is_old or inner or _is_temporary(family, words) or comes_and_goes(interface)
        yield Address(interface, address, scope, stays=not passing)


def _is_temporary(family: str, words: list[str]) -> bool:
    number = words[words.index("flags") + 1] if "flags" in words[:-1] else "0"
    try:
        flags = int(number[:8], 16)
    except ValueError:
        flags = 0
    return "temporary" in words or (family == "inet6" and bool(flags & _TEMPORARY))
