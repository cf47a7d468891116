"""The counters of the network stack under /proc/net: protocols, sockets, and each processor's queue of packets."""

from collectors.network_counters.protocols import ProtocolCounter, ipv6_counters, protocol_counters
from collectors.network_counters.queues import PacketQueue, packet_queues
from collectors.network_counters.rates import Rates, rates_between, totals
from collectors.network_counters.samples import protocol_samples, queue_samples, socket_samples
from collectors.network_counters.sockets import SocketCount, page_size, socket_counts

__all__ = [
    "PacketQueue",
    "ProtocolCounter",
    "Rates",
    "SocketCount",
    "ipv6_counters",
    "packet_queues",
    "page_size",
    "protocol_counters",
    "protocol_samples",
    "queue_samples",
    "rates_between",
    "socket_counts",
    "socket_samples",
    "totals",
]
