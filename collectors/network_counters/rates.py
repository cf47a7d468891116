"""How fast the counters of the network stack grew between two looks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from collectors.network_counters.protocols import ProtocolCounter
from collectors.network_counters.queues import PacketQueue


@dataclass(frozen=True, slots=True)
class Rates:
    """Counters per second between two looks; None where one is not told or began anew.

    `handshakes_retransmitted` are those of the segments retransmitted that were to open a connection.
    """

    segments_sent: float | None
    segments_retransmitted: float | None
    listen_overflows: float | None
    listen_drops: float | None
    packets_processed: float | None
    packets_dropped: float | None
    handshakes_retransmitted: float | None


# In the order of the fields of `Rates`.
_COMPARED = (
    "Tcp OutSegs",
    "Tcp RetransSegs",
    "TcpExt ListenOverflows",
    "TcpExt ListenDrops",
    "queue processed",
    "queue dropped",
    "TcpExt TCPSynRetrans",
)


def totals(counters: Iterable[ProtocolCounter], queues: Iterable[PacketQueue]) -> Mapping[str, int]:
    """What is compared, by name; the queues of all processors together."""
    found = {f"{counter.protocol} {counter.name}": counter.value for counter in counters}
    for queue in queues:
        found["queue processed"] = found.get("queue processed", 0) + queue.processed
        found["queue dropped"] = found.get("queue dropped", 0) + queue.dropped
    return found


def rates_between(then: Mapping[str, int], now: Mapping[str, int], elapsed_seconds: float) -> Rates:
    """From the `totals` of two looks."""
    grown = {name: now[name] - then[name] for name in now.keys() & then.keys()}
    # Fewer than before: another namespace, or a 32-bit counter that began again.
    rates = {name: count / elapsed_seconds for name, count in grown.items() if count >= 0}
    return Rates(*(rates.get(name) for name in _COMPARED))
