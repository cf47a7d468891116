"""A network stack for the checks that read one."""

from collectors.network_counters import Rates, SocketCount
from collectors.network_stack import NetworkStack, TcpLimits


def stack(
    *,
    sent: float | None = None,
    again: float | None = None,
    overflows: float | None = None,
    drops: float | None = None,
    packets: float | None = None,
    lost: float | None = None,
    handshakes: float | None = None,
    first: bool = False,
    sockets: dict[str, int] | None = None,
    limits: TcpLimits | None = None,
    page_bytes: int | None = 4096,
) -> NetworkStack:
    return NetworkStack(
        uptime_seconds=100.0,
        counters=(),
        sockets=tuple(SocketCount("TCP", state, value) for state, value in (sockets or {}).items()),
        queues=(),
        limits=limits or TcpLimits(None, None, None),
        page_bytes=page_bytes,
        rates=None if first else Rates(sent, again, overflows, drops, packets, lost, handshakes),
    )
