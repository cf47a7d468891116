"""One socket that listens."""

import ipaddress
from dataclasses import dataclass

from collectors.contract import UnreadableOutput


@dataclass(frozen=True, slots=True)
class Socket:
    """A TCP socket that listens, or a UDP one that is not connected.

    `user` is `uid:33`. `processes` are the names of those that hold it, empty where none could be seen; `unit` is
    systemd's, None where that is not told. `outside`: it is known to belong to no control group below the root's.
    """

    protocol: str
    address: str
    port: int
    user: str
    processes: tuple[str, ...]
    unit: str | None = None
    outside: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise UnreadableOutput("a port from 0 to 65535", str(self.port))

    @property
    def is_local(self) -> bool:
        """Whether only this host itself can reach it."""
        try:
            address = ipaddress.ip_address(self.address.partition("%")[0])
        except ValueError:
            return False  # `*`: all addresses of both families
        inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        return (inner or address).is_loopback
