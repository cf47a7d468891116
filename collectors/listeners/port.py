"""One port, with all the sockets that listen on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from collectors.listeners.socket import Socket


@dataclass(frozen=True, slots=True)
class Port:
    """A port that something listens on. The same port is told twice where some sockets are `local` and some are not.

    `local`: at loopback addresses only. `processes`, `users` and `units` (systemd's) are those of all its
    sockets, in order of the alphabet; no process is known of the kernel's own sockets, and of others' without root.
    `of_kernel`: no process holds it, as far as can be told without root, by its control group.
    """

    protocol: str
    number: int
    local: bool
    addresses: tuple[str, ...]
    processes: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    of_kernel: bool = False

    @property
    def name(self) -> str:
        """`tcp/22`."""
        return f"{self.protocol}/{self.number}"


def ports_of(sockets: Sequence[Socket], names: Mapping[str, str]) -> tuple[Port, ...]:
    """The ports, by protocol and number; `names` are those of users by `uid:33`."""
    found: dict[tuple[str, int, bool], list[Socket]] = {}
    for socket in sockets:
        found.setdefault((socket.protocol, socket.port, socket.is_local), []).append(socket)
    # Without systemd all processes are in the group at the root.
    grouped = any(socket.unit for socket in sockets)
    return tuple(_port(found[key], names, grouped) for key in sorted(found))


def _port(sockets: Sequence[Socket], names: Mapping[str, str], grouped: bool) -> Port:
    one = sockets[0]
    return Port(
        protocol=one.protocol,
        number=one.port,
        local=one.is_local,
        addresses=_sorted(socket.address for socket in sockets),
        processes=_sorted(name for socket in sockets for name in socket.processes),
        users=_sorted(names.get(socket.user, socket.user.replace(":", " ")) for socket in sockets),
        units=_sorted(socket.unit for socket in sockets if socket.unit),
        of_kernel=grouped and all(one.outside and one.user == "uid:0" and not one.processes for one in sockets),
    )


def _sorted(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words)))
