"""Opens the way to a host: resolves, connects, exchanges keys, verifies, logs in; hop by hop through jump hosts.

Every connection owns its way through the jump hosts: nothing is shared between hosts, so that what hangs on one can
be cut without a thought for the others. A jump host sees as many connections as there are hosts behind it.
"""

import contextlib
import socket
import threading

from collectors.contract import Reason, TransportError
from collectors.transport.back_off import BackOffs
from collectors.transport.deadline import Deadline
from collectors.transport.host_keys import HostKey, KnownHosts
from collectors.transport.login import Credentials, credentials
from collectors.transport.quiet import QuietTransport
from collectors.transport.resolve import SHARED as RESOLVER
from collectors.transport.resolve import Resolver
from collectors.transport.ssh_errors import Undertaking, not_connected
from collectors.transport.target import SshTarget
from collectors.transport.watchdog import Lifeline
from collectors.transport.wire import Socket

_GRACE_SECONDS = 1.0  # for paramiko's thread to notice that its socket was shut down
_ONE_ADDRESS_SECONDS = 10.0  # a dead IPv6 address must not use up the time of a living IPv4 one

# The kernel watches idle connections, which costs this process nothing.
_SOCKET_OPTIONS = (
    (socket.IPPROTO_TCP, "TCP_NODELAY", 1),
    (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
    (socket.IPPROTO_TCP, "TCP_KEEPIDLE", 60),
    (socket.IPPROTO_TCP, "TCP_KEEPINTVL", 15),
    (socket.IPPROTO_TCP, "TCP_KEEPCNT", 4),
    (socket.IPPROTO_TCP, "TCP_USER_TIMEOUT", 120_000),
)


class Connection:
    """An open way to a host. `last` is the transport to the host itself, the others lead to it."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._transports: list[QuietTransport] = []

    @property
    def last(self) -> QuietTransport:
        """The transport to the host itself."""
        return self._transports[-1]

    @property
    def is_open(self) -> bool:
        """Whether nothing on the way is known to have ended."""
        return bool(self._transports) and all(transport.is_active() for transport in self._transports)

    def cut(self) -> None:
        """Shut the socket down: everything that waits for the connection wakes and fails. Never blocks."""
        if self._socket is not None:
            shut_down(self._socket)

    def close(self) -> None:
        """Cut, and wait for paramiko's threads to end."""
        self.cut()
        for transport in reversed(self._transports):
            if transport.ident is not None:
                transport.join(_GRACE_SECONDS)
            transport.close()
        self._transports.clear()
        if self._socket is not None:
            self._socket.close()

    def begin(self, tcp: socket.socket, lifeline: Lifeline) -> None:
        """Take over the socket to the first hop."""
        self._socket = tcp
        if lifeline.reason is not None:  # it was cut while nobody held the socket
            self.cut()

    def add(self, transport: QuietTransport) -> None:
        """Lead one hop further."""
        self._transports.append(transport)


def open_connection(
    target: SshTarget, deadline: Deadline, lifeline: Lifeline, back_offs: BackOffs, resolver: Resolver = RESOLVER
) -> Connection:
    """Connect to `target`, verify and log in. A watchdog cuts `lifeline` at the deadline. Raises `TransportError`."""
    for hop in target.route:
        back_offs.of(hop).check(hop.name)
    connection = Connection()
    with contextlib.ExitStack() as until_open, lifeline.hanging_on(connection.cut):
        until_open.callback(connection.close)
        keys = _all_credentials(target, until_open)
        for hop, shown in zip(target.route, keys, strict=True):
            with back_offs.of(hop).trying(hop.name, deadline, lifeline):
                undertaking = _hop(connection, hop, deadline, lifeline, resolver)
                transport = connection.last
                with undertaking.told_plainly():
                    KnownHosts(hop.known_hosts).check(hop.host_key_name, transport.shown_key, hop.name)
                    undertaking.doing = "logging in"
                    shown.present(transport)
        for shown in keys:
            shown.close()
        until_open.pop_all()
    return connection


def fetch_host_key(target: SshTarget, deadline: Deadline, lifeline: Lifeline, resolver: Resolver = RESOLVER) -> HostKey:
    """The key `target` shows, not verified; jump hosts are verified and logged in on. Raises `TransportError`."""
    connection = open_connection(target.jump, deadline, lifeline, BackOffs(), resolver) if target.jump else Connection()
    try:
        with lifeline.hanging_on(connection.cut):
            undertaking = _hop(connection, target, deadline, lifeline, resolver)
            with undertaking.told_plainly():
                return connection.last.shown_key
    finally:
        connection.close()


def _all_credentials(target: SshTarget, until_open: contextlib.ExitStack) -> list[Credentials]:
    """Of every hop, before any is contacted: a missing key file bothers no host."""
    keys = []
    for hop in target.route:
        keys.append(credentials(hop))
        until_open.callback(keys[-1].close)
    return keys


def _hop(
    connection: Connection, hop: SshTarget, deadline: Deadline, lifeline: Lifeline, resolver: Resolver
) -> Undertaking:
    """Lead `connection` to `hop` and exchange keys with it."""
    undertaking = Undertaking(hop, deadline, lifeline, "connecting")
    types = [key.type for key in KnownHosts(hop.known_hosts).keys(hop.host_key_name)]
    way: Socket
    if hop.jump is None:
        way = tcp = _dial(hop, deadline, lifeline, resolver)
        connection.begin(tcp, lifeline)
    else:
        undertaking.transport, undertaking.through = connection.last, hop.jump
        undertaking.doing = f"the jump host {hop.jump.name} connects to it"
        with undertaking.told_plainly():
            way = connection.last.open_channel(
                "direct-tcpip", (hop.address, hop.port), ("127.0.0.1", 0), timeout=deadline.left + _GRACE_SECONDS
            )
    undertaking.through = None
    undertaking.transport = transport = QuietTransport(way, types)
    connection.add(transport)
    undertaking.doing = "waiting for its banner"
    with undertaking.told_plainly():
        _exchange_keys(transport, undertaking)
    return undertaking


def _exchange_keys(transport: QuietTransport, undertaking: Undertaking) -> None:
    done = threading.Event()
    transport.start_client(done)
    done.wait(undertaking.deadline.left + _GRACE_SECONDS)
    if transport.remote_version:
        undertaking.doing = "exchanging keys"
    if not (transport.is_active() and transport.initial_kex_done):
        raise transport.get_exception() or EOFError()


def _dial(hop: SshTarget, deadline: Deadline, lifeline: Lifeline, resolver: Resolver) -> socket.socket:
    """A TCP connection to the first address that answers."""
    places = resolver.addresses(hop.address, hop.port, deadline, lifeline)
    failure: OSError = TimeoutError()
    for number, (family, place) in enumerate(places, 1):
        is_last = number == len(places)
        seconds = deadline.left if is_last else min(deadline.left / 2, _ONE_ADDRESS_SECONDS)
        tcp = socket.socket(family, socket.SOCK_STREAM)
        try:
            with lifeline.hanging_on(lambda tcp=tcp: shut_down(tcp)):  # type: ignore[misc]
                tcp.settimeout(max(0.001, seconds))
                tcp.connect(place)
                _set_options(tcp)
        except OSError as error:
            tcp.close()
            failure = error
            if lifeline.reason is not None:
                break
        else:
            return tcp
    if lifeline.reason is Reason.INTERRUPTED:
        raise TransportError(Reason.INTERRUPTED, "interrupted while connecting")
    raise not_connected(hop, TimeoutError() if deadline.passed else failure)


def _set_options(tcp: socket.socket) -> None:
    for level, name, value in _SOCKET_OPTIONS:
        if hasattr(socket, name):
            tcp.setsockopt(level, getattr(socket, name), value)


def shut_down(tcp: socket.socket) -> None:
    """End a socket for whoever waits on it. Closing it would leave them waiting."""
    with contextlib.suppress(OSError):
        tcp.shutdown(socket.SHUT_RDWR)
