"""Sockets from /proc/net/{tcp,tcp6,udp,udp6}, and their processes from /proc/PID/fd."""

import ipaddress
import re
from collections.abc import Iterator

from collectors.contract import UnreadableOutput
from collectors.listeners.socket import Socket

_SOCKET = re.compile(r"socket (tcp|udp)6? ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) (uid:[0-9]+) ([0-9]+)")
_HELD = re.compile(r"held ([0-9]+) (.*)")


def from_proc(text: str) -> Iterator[Socket]:
    """From lines `socket tcp 00000000:0016 uid:0 1061` and `held 1061 dropbear`. Raises `UnreadableOutput`."""
    sockets: list[re.Match[str]] = []
    holders: dict[str, dict[str, None]] = {}
    for line in text.split("\n"):
        if held := _HELD.fullmatch(line):
            holders.setdefault(held[1], {})[held[2]] = None
        elif socket := _SOCKET.fullmatch(line):
            sockets.append(socket)
        elif line:
            raise UnreadableOutput("a socket or its holder", line)
    for protocol, address, port, user, inode in (socket.groups() for socket in sockets):
        yield Socket(protocol, _readable(address), int(port, 16), user, tuple(holders.get(inode, ())))


def _readable(hexadecimal: str) -> str:
    # Words of 32 bits in the order of the processor's bytes: little-endian on all but s390x.
    words = (bytes.fromhex(hexadecimal[at : at + 8])[::-1] for at in range(0, len(hexadecimal), 8))
    return str(ipaddress.ip_address(b"".join(words)))
