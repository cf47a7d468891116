"""A socket that is read in large pieces."""

import contextlib
from typing import Protocol

_CHUNK_BYTES = 65536


class Socket(Protocol):
    """What paramiko asks of a socket; a channel through a jump host is one as well."""

    def recv(self, size: int, /) -> bytes:
        """At least one byte, at most `size`; none at the end."""

    def send(self, data: bytes, /) -> int:
        """Send some of `data`, and say how much."""

    def settimeout(self, seconds: float, /) -> None:
        """Limit the waiting of `recv` and `send`."""

    def close(self) -> None:
        """Give the socket back."""


class Wire:
    """A `Socket` around another.

    paramiko asks for each packet in two steps, each of them two system calls. A host sends many small packets, and one
    look at the socket mostly brings several of them.
    """

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._data = b""
        self._at = 0
        self._closed = False  # paramiko looks at this name
        self.send = socket.send
        self.settimeout = socket.settimeout

    def recv(self, size: int) -> bytes:
        """At least one byte, at most `size`; none at the end."""
        if self._at == len(self._data):
            self._data = self._socket.recv(_CHUNK_BYTES)
            self._at = 0
        begin, self._at = self._at, min(self._at + size, len(self._data))
        return self._data[begin : self._at]

    def close(self) -> None:
        """Give the socket back."""
        self._closed = True
        # A channel says goodbye over the jump host's connection, which may be gone.
        with contextlib.suppress(OSError, EOFError):
            self._socket.close()
