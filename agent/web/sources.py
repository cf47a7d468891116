"""Whom a connection or a request counts for, where one client may not have everything."""

import ipaddress

HOME = "loopback"
"""This machine, and all who come through a proxy on it: how many these are, nobody can tell."""

NOWHERE = ""
"""Whatever is no address; all of it is one source."""


def source(address: str) -> str:
    """Of an IPv4 address itself; of an IPv6 one its /64, of which whoever has one address has all."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return NOWHERE
    found = getattr(found, "ipv4_mapped", None) or found
    if found.is_loopback:
        return HOME
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))
