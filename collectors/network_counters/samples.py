"""The counters as node_exporter's `netstat`, `sockstat` and `softnet` collectors name them."""

from collections.abc import Iterable, Iterator

from collectors.contract import Sample, SampleType
from collectors.network_counters.protocols import ProtocolCounter
from collectors.network_counters.queues import PacketQueue
from collectors.network_counters.sockets import SocketCount


def protocol_samples(counters: Iterable[ProtocolCounter]) -> Iterator[Sample]:
    """`node_netstat_Tcp_RetransSegs` and its kin, which node_exporter does not type."""
    for counter in counters:
        name, help_counter = f"{counter.protocol}_{counter.name}", f"Statistic {counter.protocol}{counter.name}."
        yield Sample(f"node_netstat_{name}", counter.value, (), help_counter, SampleType.UNTYPED)


def socket_samples(counts: Iterable[SocketCount], page_bytes: int | None) -> Iterator[Sample]:
    """`node_sockstat_TCP_inuse` and its kin."""
    for count in counts:
        name, what = f"{count.protocol}_{count.state}", f"Number of {count.protocol} sockets in state {count.state}"
        if name == "sockets_used":
            what = "Number of IPv4 sockets in use"
        yield Sample(f"node_sockstat_{name}", count.value, help=f"{what}.")
        if count.state == "mem" and page_bytes is not None:
            yield Sample(f"node_sockstat_{name}_bytes", count.value * page_bytes, help=f"{what}_bytes.")


def queue_samples(queues: Iterable[PacketQueue]) -> Iterator[Sample]:
    """`node_softnet_dropped_total` and its kin, for each processor."""
    for queue in queues:
        cpu = (("cpu", str(queue.processor)),)
        for what, value, help_queue in (
            ("processed", queue.processed, "Number of processed packets"),
            ("dropped", queue.dropped, "Number of dropped packets"),
            ("times_squeezed", queue.squeezed, "Number of times processing packets ran out of quota"),
        ):
            yield Sample(f"node_softnet_{what}_total", value, cpu, help_queue, SampleType.COUNTER)
        yield from _later_queue_samples(queue, cpu)


def _later_queue_samples(queue: PacketQueue, cpu: tuple[tuple[str, str], ...]) -> Iterator[Sample]:
    """Those that node_exporter has since 1.6."""
    for what, count, help_queue in (
        (
            "cpu_collision",
            queue.collisions,
            "Number of collision occur while obtaining device lock while transmitting",
        ),
        ("received_rps", queue.woken, "Number of times cpu woken up received_rps"),
        ("flow_limit_count", queue.flow_limited, "Number of times flow limit has been reached"),
    ):
        if count is not None:
            yield Sample(f"node_softnet_{what}_total", count, cpu, help_queue, SampleType.COUNTER)
    if queue.backlog is not None:
        yield Sample("node_softnet_backlog_len", queue.backlog, cpu, "Softnet backlog status")
