"""Sockets as `ss -H -tulnpe` prints them."""

import re
from collections.abc import Iterator

from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number
from collectors.listeners.socket import Socket

_HOLDER = re.compile(r'"(.*?)",pid=\d+,fd=\d+')
_USER = re.compile(r"\buid:\d+")
_UNIT = re.compile(r"\bcgroup:\S*?([^/\s]+\.(?:service|socket|scope))(?=[/\s]|$)")
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
        user, units = _USER.search(rest), _UNIT.findall(rest)
        address, _, port = words[4].rpartition(":")
        yield Socket(
            protocol=words[0],
            address=address.replace("[", "").replace("]", ""),
            port=whole_number(port, line),
            user=user[0] if user else "uid:0",  # ss is silent of root
            processes=tuple(dict.fromkeys(_HOLDER.findall(holders + end))),
            unit=units[-1] if units else None,
            outside=_OUTSIDE.search(rest) is not None,
        )
