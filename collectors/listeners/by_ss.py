"""Sockets as `ss -H -tulnpe` prints them."""

import re
from collections.abc import Iterator

from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number
from collectors.listeners.socket import Socket

# Bounded: a process's name has at most 15 bytes, each of which may be shown as four characters.
_HOLDER = re.compile(r'"(.{0,60}?)",pid=\d{1,10},fd=\d{1,10}')
_USER = re.compile(r"\buid:\d+")
_GROUP = re.compile(r"\bcgroup:(\S*)")
_UNITS = (".service", ".socket", ".scope")
# The second where the group is gone, as that of the mount that had NFS open its ports.
_OUTSIDE = re.compile(r"\bcgroup:(?:/(?=\s|$)|unreachable:)")


def by_ss(text: str) -> Iterator[Socket]:
    """Raises `UnreadableOutput`."""
    for line in text.split("\n"):
        words = line.split(None, 6)
        if not words or words[0] == "Netid":
            continue
        if len(words) < 6 or words[0] not in ("tcp", "udp") or words[1] not in ("LISTEN", "UNCONN"):
            raise UnreadableOutput("a listening socket as ss shows it", line)
        # A process may bear any name, so what is told of the socket itself is looked for behind the last of them.
        holders, end, rest = (words[6] if len(words) > 6 else "").rpartition("))")
        user = _USER.search(rest)
        address, _, port = words[4].rpartition(":")
        yield Socket(
            protocol=words[0],
            address=address.replace("[", "").replace("]", ""),
            port=whole_number(port, line),
            user=user[0] if user else "uid:0",  # ss is silent of root
            processes=tuple(dict.fromkeys(_HOLDER.findall(holders + end))),
            unit=_unit(rest),
            outside=_OUTSIDE.search(rest) is not None,
        )


def _unit(rest: str) -> str | None:
    """The uppermost unit in the path of the last control group that has one."""
    names = [name for path in reversed(_GROUP.findall(rest)) for name in path.split("/")]
    return next((name for name in names if name.endswith(_UNITS) and name not in _UNITS), None)
