"""The ports that are there for good, as entries of the inventory."""

import re
from collections.abc import Iterator, Sequence

from collectors.contract import Entry, Kind
from collectors.inventoried import entries
from collectors.listeners.port import Port

# Unlike those they start, which hold the port too while there is something to do.
_KEEPERS = ("systemd", "init", "master", "dovecot", "xinetd", "inetd", "httpd", "apache2", "nginx")
# These take any port there is when they start, those below 1024 that only root may have among them.
_ANYWHERE = re.compile(r"rpc[-.]|ypbind|ypserv|sm-notify|nfs-")
_ROOTS = range(512, 1024)
_WELL_KNOWN = (111, 2049, 20048)
# What a login holds: forwarded ports, screens of X11, programs somebody tries out.
_OF_LOGIN = re.compile(r"session-\S+\.scope|user@\d+\.service|run-\S+\.scope|(?:app|vte)-\S+")
_SCREENS = range(6010, 6100)
_DHCP_CLIENT = (68, 546)
_EVERYWHERE = ("*", "0.0.0.0", "::", "[::]")


def lasting(ports: Sequence[Port], ephemeral: tuple[int, int] | None) -> Iterator[Entry]:
    """Each port that is meant to be there, with where it listens and who holds it.

    Left out are those `ephemeral` ones that the kernel hands out by itself, although some services are set to one.
    """
    low, high = ephemeral or (32768, 60999)
    there = (port for port in ports if not low <= port.number <= high and not _passes(port))
    yield from entries(Kind.PORT, ((port.name, _words(port)) for port in there))


def _passes(port: Port) -> bool:
    if port.protocol == "udp" and port.number in _DHCP_CLIENT:
        return True
    if any(map(_ANYWHERE.match, (*port.processes, *port.units))) and port.number not in _WELL_KNOWN:
        return True
    if port.protocol == "udp" and port.local and port.number in _ROOTS:
        return True
    if port.units and all(map(_OF_LOGIN.fullmatch, port.units)):
        return True
    return port.local and port.number in _SCREENS and set(port.processes) <= {"sshd", "sshd-session"}


def _words(port: Port) -> str:
    where = "loopback" if port.local else _where(port.addresses)
    # What systemd listens on for a service is its own, whether that runs by now or not.
    holders = [name.replace("init.scope", "systemd") for name in port.units if not _OF_LOGIN.fullmatch(name)]
    holders = holders or _processes(port.processes)
    return f"{where}: {' '.join(holders)}" if holders else where


def _processes(names: Sequence[str]) -> list[str]:
    keeper = next((keeper for keeper in _KEEPERS if keeper in names), None)
    return [keeper] if keeper else list(names)


def _where(addresses: Sequence[str]) -> str:
    """A service that listens at each address by itself has a new socket for each that a lease or a container brings."""
    if set(addresses) & set(_EVERYWHERE):
        return "every address"
    old = [address for address in addresses if ":" not in address]
    return " ".join(old) if 0 < len(old) <= 3 else "some addresses"
