"""The network stack's counters: segments, drops, sockets and queues, and how fast these grow.

== /proc/net/snmp
Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens ... InSegs OutSegs RetransSegs InErrs OutRsts ...
Tcp: 1 200 120000 -1 14503 12515 961 1205 0 1275824 1254056 6950 0 2256 0
== /proc/net/sockstat
sockets: used 17
TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 45
== /proc/net/softnet_stat
000d5252 00000000 00000001 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.contract import Collector, Sample, UnreadableOutput
from collectors.contract.reading import blocks, decimal_number, whole_number
from collectors.network_counters import (
    PacketQueue,
    ProtocolCounter,
    Rates,
    SocketCount,
    ipv6_counters,
    packet_queues,
    page_size,
    protocol_counters,
    protocol_samples,
    queue_samples,
    rates_between,
    socket_counts,
    socket_samples,
    totals,
)

_UPTIME, _SNMP, _NETSTAT, _SNMP6 = "/proc/uptime", "/proc/net/snmp", "/proc/net/netstat", "/proc/net/snmp6"
_SOCKSTAT, _SOCKSTAT6, _SOFTNET = "/proc/net/sockstat", "/proc/net/sockstat6", "/proc/net/softnet_stat"
_STAT, _STATM = "/proc/self/stat", "/proc/self/statm"
_ORPHANS, _TIME_WAIT = "/proc/sys/net/ipv4/tcp_max_orphans", "/proc/sys/net/ipv4/tcp_max_tw_buckets"
_MEMORY = "/proc/sys/net/ipv4/tcp_mem"
_COUNTERS = (_SNMP, _NETSTAT, _SNMP6, _SOCKSTAT, _SOCKSTAT6, _SOFTNET)
_FILES = (_UPTIME, *_COUNTERS, _STAT, _STATM, _ORPHANS, _TIME_WAIT, _MEMORY)


@dataclass(frozen=True, slots=True)
class TcpLimits:
    """The most there may be. None: not told, as of the first and the last in a network namespace of its own."""

    orphans: int | None
    time_wait: int | None
    memory_pages: int | None


@dataclass(frozen=True, slots=True)
class NetworkStack:
    """The network namespace of the login; the queues are those of the whole machine.

    `rates` are None until two looks could be compared.
    """

    uptime_seconds: float
    counters: tuple[ProtocolCounter, ...]
    sockets: tuple[SocketCount, ...]
    queues: tuple[PacketQueue, ...]
    limits: TcpLimits
    page_bytes: int | None
    rates: Rates | None = None

    def socket_count(self, protocol: str, state: str) -> int | None:
        """The count of one line of sockstat, such as `TCP` and `orphan`."""
        return next((c.value for c in self.sockets if (c.protocol, c.state) == (protocol, state)), None)


def parse(output: str) -> NetworkStack:
    """Raises `UnreadableOutput`."""
    parts = blocks(output, _UPTIME, _SNMP, _SOCKSTAT)
    both = parts[_SNMP] + "\n" + parts.get(_NETSTAT, "")
    counters = (*protocol_counters(both), *ipv6_counters(parts.get(_SNMP6, "")))
    sockets = (*socket_counts(parts[_SOCKSTAT]), *socket_counts(parts.get(_SOCKSTAT6, "")))
    if len({(c.protocol, c.name) for c in counters}) < len(counters):
        raise UnreadableOutput("each counter once", _SNMP)
    if len({(c.protocol, c.state) for c in sockets}) < len(sockets):
        raise UnreadableOutput("each kind of socket once", _SOCKSTAT)
    queues = tuple(packet_queues(parts.get(_SOFTNET, "")))
    if len({queue.processor for queue in queues}) < len(queues):
        raise UnreadableOutput("each processor once", _SOFTNET)
    return NetworkStack(
        uptime_seconds=decimal_number(parts[_UPTIME].partition(" ")[0], parts[_UPTIME].strip()),
        counters=counters,
        sockets=sockets,
        queues=queues,
        limits=TcpLimits(*(_last_number(parts.get(name)) for name in (_ORPHANS, _TIME_WAIT, _MEMORY))),
        page_bytes=page_size(parts[_STAT], parts[_STATM]) if parts.keys() >= {_STAT, _STATM} else None,
    )


def _last_number(text: str | None) -> int | None:
    """tcp_mem has three: from where memory is no problem, from where it is, and the most."""
    return None if text is None else whole_number((text.split() or [""])[-1], text.strip())


def compare(previous: NetworkStack, current: NetworkStack) -> NetworkStack:
    """The current facts with rates since the previous ones."""
    elapsed = current.uptime_seconds - previous.uptime_seconds
    if elapsed <= 0:  # the host was started anew
        return current
    then, now = totals(previous.counters, previous.queues), totals(current.counters, current.queues)
    return replace(current, rates=rates_between(then, now, elapsed))


def samples(stack: NetworkStack) -> Iterator[Sample]:
    """As node_exporter's `netstat`, `sockstat` and `softnet` collectors name them."""
    yield from protocol_samples(stack.counters)
    yield from socket_samples(stack.sockets, stack.page_bytes)
    yield from queue_samples(stack.queues)


COLLECTOR = Collector(probe="", files=_FILES, parse=parse, compare=compare, samples=samples)
