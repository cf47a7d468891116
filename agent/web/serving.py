"""How the web side is served: each connection with the certificate of its moment, and with patience that ends."""

import asyncio
import asyncio.sslproto
import ipaddress
import logging
import resource
import socket
import ssl
from typing import TYPE_CHECKING, Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from agent.web.access import Access
from agent.web.application import application
from agent.web.farewell import LEAVES
from agent.web.refusals import Refused
from agent.web.sources import HOME, source

if TYPE_CHECKING:
    from agent.daemon import Daemon

HANDSHAKE_SECONDS = 10.0
"""How long a client may take to agree on TLS."""

REQUEST_SECONDS = 15.0
"""How long a whole request may take to arrive, from its first byte or from the beginning of the connection."""

ANSWER_SECONDS = 60
"""How long a client may leave lying what is ready for it to be read."""

FAREWELL_SECONDS = 2.0
"""How long a client who was turned away may take to hang up."""

MOST = 512
MOST_OF_ONE = 64
"""Connections: of all clients, and those of one elsewhere that were not let in, or not yet."""

TLS_BUFFER = 32 * 1024
"""Bytes that asyncio keeps to read each TLS connection with; its own 256 KiB are zeroed, so they are really taken."""

PROXIES = ("127.0.0.1", "::1")
"""Whose X-Forwarded-For and X-Forwarded-Proto are believed: so each client of a proxy counts for himself."""

STOP_SECONDS = 2
"""How long answers may go on after the agent was told to stop."""


def web_server(daemon: "Daemon", access: Access) -> uvicorn.Server:
    """The server; it runs with `run(sockets=[...])` until its `should_exit` is true."""

    logging.getLogger("uvicorn.error").addFilter(_is_news)
    asyncio.sslproto.SSLProtocol.max_size = TLS_BUFFER

    class Doorway(Connection):
        door = access
        most = most_connections()

    return uvicorn.Server(
        uvicorn.Config(
            application(daemon, access),
            loop="asyncio",  # the connections below know its ways
            http=Doorway,
            ws="none",
            forwarded_allow_ips=list(PROXIES),
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=STOP_SECONDS,
        )
    )


def most_connections() -> int:
    """`MOST`; but no more than half of the files that may be open: the other half is for rounds."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if soft == resource.RLIM_INFINITY else max(64, min(MOST, soft // 2))


class Connection(H11Protocol):
    """A connection. Its TLS is begun here and not by the listener, which would keep its certificate for ever."""

    door: Access
    most: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._welcome: asyncio.Task[None] | None = None
        self._early = b""
        self._patience: asyncio.TimerHandle | None = None
        self._lying: asyncio.TimerHandle | None = None
        self._farewell: asyncio.TimerHandle | None = None
        self._source = HOME
        self._is_certified = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """asyncio has accepted the connection."""
        self.transport = transport
        # The kernel lets go of those who take nothing at all, also when we have closed our end.
        kernel = transport.get_extra_info("socket")
        kernel.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, ANSWER_SECONDS * 1000)
        if self._is_one_too_many(transport):
            self._refuse(transport, Refused.TOO_MANY_CONNECTIONS)
            return
        self.door.refresh()
        if self.door.context is None:
            self._begin(transport)
            return
        self.connections.add(self)  # so that those who never say a word count as well
        self._welcome = self.loop.create_task(self._agree_on_tls(transport, self.door.context))

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._stop_waiting()
        self._is_taken()
        if self._farewell is not None:
            self._farewell.cancel()
        if isinstance(exc, TimeoutError) and exc.errno:  # the patience of the kernel; that of TLS has no number
            self._count(self.transport, Refused.TOO_SLOW)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Something arrived; a request that begins has to be whole soon."""
        if self._welcome is not None:  # it came together with the end of the handshake
            self._early += data
            return
        if self.transport.is_closing():  # TLS hands on what comes after the end as well
            return
        if self._patience is None:
            self._wait_for_request()
        super().data_received(data)

    def send_400_response(self, msg: str) -> None:
        """What arrived is no HTTP, perhaps the body of a request that is being answered, or was."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self._refuse(self.transport, Refused.MALFORMED)
            return
        self._count(self.transport, Refused.MALFORMED)
        if self.cycle is not None:
            self.cycle.disconnected = True  # what else it says, nobody hears
        super().send_400_response(msg)

    def pause_writing(self) -> None:
        """An answer is ready, and has to be taken."""
        super().pause_writing()
        self._lying = self.loop.call_later(ANSWER_SECONDS, self._refuse, self.transport, Refused.TOO_SLOW)

    def resume_writing(self) -> None:
        """It is taken, but for the end of it."""
        self._is_taken()
        super().resume_writing()

    def on_response_complete(self) -> None:
        """The answer is out; until the next request begins, uvicorn's own time for idle connections runs."""
        self._stop_waiting()
        super().on_response_complete()
        if LEAVES in self.scope["state"] and self._farewell is None:  # TLS would wait much longer for his own goodbye
            self._farewell = self.loop.call_later(FAREWELL_SECONDS, self.transport.abort)
        if self.transport.is_closing():
            return
        if self._patience is None and self.conn.their_state is h11.SEND_BODY:  # of the next, which came with this one
            self._wait_for_request()

    def _is_one_too_many(self, transport: asyncio.Transport) -> bool:
        if len(self.connections) >= self.most:
            return True
        self._source = source((transport.get_extra_info("peername") or ("",))[0])
        if self._source == HOME:
            return False
        his = (one for one in self.connections if isinstance(one, Connection) and one._source == self._source)
        return sum(not one._is_let_in for one in his) >= MOST_OF_ONE

    @property
    def _is_let_in(self) -> bool:
        """Whether the client is known: by a certificate, or by what his present or last request brought."""
        return self._is_certified or (self.scope is not None and "account" in self.scope["state"])

    async def _agree_on_tls(self, transport: asyncio.Transport, context: ssl.SSLContext) -> None:
        try:
            secured = await self.loop.start_tls(
                transport, self, context, server_side=True, ssl_handshake_timeout=HANDSHAKE_SECONDS
            )
        except (OSError, ssl.SSLError) as error:  # a time-out and an end of the connection are OSErrors
            self.connections.discard(self)
            self._refuse(transport, Refused.TLS_HANDSHAKE, why=getattr(error, "reason", None) or type(error).__name__)
            return
        if secured is None:  # the client has gone
            self.connections.discard(self)
            return
        if not self._is_allowed(secured.get_extra_info("peercert")):
            self.connections.discard(self)
            self._refuse(secured, Refused.WRONG_CERTIFICATE)
            return
        tls = self.door.file.tls_server_config
        self._is_certified = tls is not None and tls.wants_certificates
        self._begin(secured)

    def _is_allowed(self, certificate: Any) -> bool:
        """Whether the client's certificate names one of `client_allowed_sans`."""
        tls = self.door.file.tls_server_config
        if tls is None or not tls.client_allowed_sans:
            return True
        names = {_same(name) for _, name in (certificate or {}).get("subjectAltName", ())}
        return not names.isdisjoint(map(_same, tls.client_allowed_sans))

    def _begin(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._welcome = None
        self._wait_for_request()
        if self._early:
            self.data_received(self._early)
            self._early = b""

    def _wait_for_request(self) -> None:
        self._patience = self.loop.call_later(REQUEST_SECONDS, self._lose_patience)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _is_taken(self) -> None:
        if self._lying is not None:
            self._lying.cancel()
            self._lying = None

    def _lose_patience(self) -> None:
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY):  # it is not whole yet
            self._refuse(self.transport, Refused.TOO_SLOW)

    def _refuse(self, transport: asyncio.Transport, reason: Refused, **more: str) -> None:
        self._count(transport, reason, **more)
        transport.abort()

    def _count(self, transport: asyncio.Transport, reason: Refused, **more: str) -> None:
        peer = transport.get_extra_info("peername")
        self.door.refusals.add(reason, peer[0] if peer else "", **more)


_SAID_BY_ANYBODY = ("Invalid HTTP request", "Unsupported upgrade request", "No supported WebSocket library")


def _is_news(record: logging.LogRecord) -> bool:
    """Not what uvicorn writes of each odd request: these are counted, and anybody could fill a disk with such lines."""
    return not record.getMessage().startswith(_SAID_BY_ANYBODY)


def _same(name: str) -> str:
    """A name as it is; an address in the one way that all its spellings share."""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name
