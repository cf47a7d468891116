"""Sockets as `ss -H -tulnpe` prints them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number
from collectors.listeners.socket import Socket

# All up to the processes. Nothing of it is a user's choice, and none of 15 bytes, as a process's name has, is like it.
_SOCKET = re.compile(r"(?:tcp|udp) +(?:LISTEN|UNCONN) +\d+ +\d+ +[^\s\"]*:\d+ +[^\s\"]+:(?:\*|\d+)(?=\s|$)")
# Bounded: a process's name has at most 15 bytes, each of which may be shown as four characters. It may hold quotes and
# parentheses, but has no room for all that stands between two names, or behind the last one.
_IDS = r'",pid=\d{1,10},fd=\d{1,10}\)'
_HOLDER = re.compile(rf'\("([^\n]{{0,60}}?){_IDS}(?:,(?=\("(?!{_IDS[1:]}))|(\))(?=\s+[a-z]))')
_HOLDERS = re.compile(r"\susers:(?=\()")
_USER = re.compile(r"\buid:\d+")
_GROUP = re.compile(r"\bcgroup:(\S*)")
_UNITS = (".service", ".socket", ".scope")
# The second where the group is gone, as that of the mount that had NFS open its ports.
_OUTSIDE = re.compile(r"\bcgroup:(?:/(?=\s|$)|unreachable:)")


def by_ss(text: str) -> Iterator[Socket]:
    """Raises `UnreadableOutput`."""
    for line in _lines(text):
        protocol, _, _, _, local, *_ = line.split(None, 5)
        address, _, port = local.rpartition(":")
        holders = _holders(line)
        user = _USER.search(holders.rest)
        yield Socket(
            protocol=protocol,
            address=address.replace("[", "").replace("]", ""),
            port=whole_number(port, line),
            user=user[0] if user else "uid:0",  # ss is silent of root
            processes=tuple(dict.fromkeys(holders.names)),
            unit=_unit(holders.rest),
            outside=_OUTSIDE.search(holders.rest) is not None,
        )


def _lines(text: str) -> Iterator[str]:
    """A line for each socket. ss prints names raw: one with line breaks in it goes on in the lines that follow."""
    first, _, others = text.partition("\n")
    socket: list[str] = []
    goes_on = False
    for line in (others if first.split()[:1] == ["Netid"] else text).split("\n"):
        if _SOCKET.match(line):
            if socket:
                yield " ".join(socket)
            socket, goes_on = [line], not _holders(line).whole
        elif goes_on:
            socket.append(line)
        elif line:
            raise UnreadableOutput("a listening socket as ss shows it", line)
    if socket:
        yield " ".join(socket)


@dataclass(frozen=True, slots=True)
class _Holders:
    """The names of those that hold a socket, what the line tells behind them, and whether they are all there."""

    names: tuple[str, ...]
    rest: str
    whole: bool


def _holders(line: str) -> _Holders:
    begin = _HOLDERS.search(line)
    if begin is None:
        return _Holders((), line, whole=True)
    names, at = list[str](), begin.end() + 1
    while holder := _HOLDER.match(line, at):
        names.append(holder[1])
        at = holder.end()
        if holder[2]:
            return _Holders(tuple(names), line[at:], whole=True)
    return _Holders(tuple(names), line[at:].rpartition("))")[2], whole=False)


def _unit(rest: str) -> str | None:
    """The uppermost unit in the path of the last control group that has one."""
    names = [name for path in reversed(_GROUP.findall(rest)) for name in path.split("/")]
    return next((name for name in names if name.endswith(_UNITS) and name not in _UNITS), None)
