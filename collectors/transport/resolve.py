"""Host names to addresses, without waiting for a resolver that does not answer."""

import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence

from collectors.contract import Reason, TransportError
from collectors.transport.deadline import Deadline
from collectors.transport.watchdog import Lifeline

Address = tuple[socket.AddressFamily, tuple[str, int]]
Lookup = Callable[[str, int], Sequence[Address]]


def getaddrinfo(name: str, port: int) -> Sequence[Address]:
    """The system's resolver; it has no time limit of its own that we could set."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return [(family, (str(place[0]), port)) for family, _, _, _, place in found]


class Resolver:
    """Looks names up in threads of its own, at most one for each name.

    The system's resolver cannot be interrupted: when it hangs, its thread stays until it gives up (with the usual
    resolv.conf within half a minute), and whoever asks for the same name meanwhile waits for the same answer.
    """

    def __init__(self, lookup: Lookup = getaddrinfo) -> None:
        self._lookup = lookup
        self._pending: dict[tuple[str, int], _Pending] = {}
        self._lock = threading.Lock()

    def addresses(self, name: str, port: int, deadline: Deadline, lifeline: Lifeline) -> Sequence[Address]:
        """The addresses of `name`. Raises `TransportError`."""
        try:
            version = ipaddress.ip_address(name.partition("%")[0]).version
        except ValueError:
            pass
        else:
            return [(socket.AF_INET if version == 4 else socket.AF_INET6, (name, port))]
        pending = self._ask(name, port)
        waiting = threading.Event()
        pending.tell(waiting)
        with lifeline.hanging_on(waiting.set):
            waiting.wait(deadline.left)
        if pending.error is not None:
            raise TransportError(
                Reason.UNREACHABLE,
                f"no address found for {name}: {pending.error}",
                "check the address in the configuration, and the name server",
            ) from pending.error
        if pending.found is None:
            raise TransportError(
                lifeline.reason or Reason.DEADLINE,
                f"the address of {name} was not found in time",
                "check the name server, or give the IP address",
            )
        return pending.found

    def _ask(self, name: str, port: int) -> "_Pending":
        with self._lock:
            pending = self._pending.get((name, port))
            if pending is None:
                pending = self._pending[name, port] = _Pending()
                work = threading.Thread(
                    target=self._resolve, args=(name, port, pending), name=f"resolve-{name}", daemon=True
                )
                work.start()
            return pending

    def _resolve(self, name: str, port: int, pending: "_Pending") -> None:
        try:
            pending.found = self._lookup(name, port)
        except (OSError, UnicodeError) as error:  # UnicodeError: a label too long for IDNA
            pending.error = error
        finally:
            with self._lock:
                del self._pending[name, port]
            pending.done()


class _Pending:
    """One question to the resolver, and everybody who waits for its answer."""

    def __init__(self) -> None:
        self.found: Sequence[Address] | None = None
        self.error: Exception | None = None
        self._lock = threading.Lock()
        self._is_done = False
        self._waiting: list[threading.Event] = []

    def tell(self, event: threading.Event) -> None:
        with self._lock:
            if self._is_done:
                event.set()
            self._waiting.append(event)

    def done(self) -> None:
        with self._lock:
            self._is_done = True
            for event in self._waiting:
                event.set()


SHARED = Resolver()
