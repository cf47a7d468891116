"""The numbers of one host: as its checks measured them, and as node_exporter would show them."""

from deploy.dashboards.palette import FILLING
from deploy.dashboards.panels import Panel, Query, Size, bars, lines

_HERE = 'host="$host"'
_NODE = 'job="node",host="$host"'
_QUARTER = Size(6, 8)
_THIRD = Size(8, 8)


def number_panels() -> list[Panel]:
    """What the checks measured in each round."""
    return [
        lines(
            "CPU",
            "Share of the time in which the processors were busy, waited for disks, or were wanted in vain (PSI).",
            Query(f"max by (item) (rounds_cpu_usage_busy_ratio{{{_HERE}}})", "busy"),
            Query(f"max by (item) (rounds_cpu_iowait_iowait_ratio{{{_HERE}}})", "waiting for disks"),
            Query(f'max by (item) (rounds_pressure_some_ratio{{{_HERE},item="cpu"}})', "stalled"),
            unit="percentunit",
            size=_QUARTER,
        ),
        lines(
            "Memory",
            "Memory and swap in use. What the kernel keeps but would give back does not count as used.",
            Query(f"max by (item) (rounds_memory_usage_used_ratio{{{_HERE}}})", "memory"),
            Query(f"max by (item) (rounds_swap_usage_used_ratio{{{_HERE}}})", "swap"),
            unit="percentunit",
            maximum=1,
            size=_QUARTER,
        ),
        lines(
            "Network",
            "Bytes per second of each interface, received above and sent below zero.",
            Query(f"max by (item) (rounds_network_errors_receive_bytes_per_second{{{_HERE}}})", "{{item}} in"),
            Query(f"-max by (item) (rounds_network_errors_transmit_bytes_per_second{{{_HERE}}})", "{{item}} out"),
            unit="Bps",
            size=_QUARTER,
        ),
        bars(
            "File systems",
            "The eight fullest, as df counts them, without those in memory.",
            Query(
                f'topk(8, max by (item) (rounds_disk_usage_used_ratio{{{_HERE},item!~"/(run|dev)(/.*)?"}}))',
                "{{item}}",
            ),
            unit="percentunit",
            steps=FILLING,
            maximum=1,
            decimals=1,
            size=_QUARTER,
        ),
    ]


def node_exporter_panels() -> list[Panel]:
    """The same host from `/hosts/NAME/metrics`, where the job `node` is scraped."""
    cpu = f'rate(node_cpu_seconds_total{{{_NODE},mode!="idle"}}[$__rate_interval])'
    cores = f'count(node_cpu_seconds_total{{{_NODE},mode="idle"}})'
    devices = 'device!~"lo|veth.*|docker.*|br-.*|ifb.*"'
    return [
        lines(
            "CPU by mode",
            "Share of all processors' time, without idle.",
            Query(f"sum by (mode) ({cpu}) / on () group_left () {cores}", "{{mode}}"),
            unit="percentunit",
            stacked=True,
            size=_THIRD,
        ),
        lines(
            "Load and processes",
            "Load averages, and processes that run or wait for a disk.",
            Query(f"node_load1{{{_NODE}}}", "load, 1 min"),
            Query(f"node_load15{{{_NODE}}}", "load, 15 min"),
            Query(f"node_procs_running{{{_NODE}}}", "running"),
            Query(f"node_procs_blocked{{{_NODE}}}", "blocked"),
            size=_THIRD,
        ),
        lines(
            "Memory in bytes",
            "What there is, what can still be had, and what is cached.",
            Query(f"node_memory_MemTotal_bytes{{{_NODE}}}", "total"),
            Query(f"node_memory_MemAvailable_bytes{{{_NODE}}}", "available"),
            Query(f"node_memory_Cached_bytes{{{_NODE}}}", "cached"),
            unit="bytes",
            size=_THIRD,
        ),
        lines(
            "Disks",
            "Bytes per second of each disk, read above and written below zero.",
            Query(f"rate(node_disk_read_bytes_total{{{_NODE}}}[$__rate_interval])", "{{device}} read"),
            Query(f"-rate(node_disk_written_bytes_total{{{_NODE}}}[$__rate_interval])", "{{device}} written"),
            unit="Bps",
            size=_THIRD,
        ),
        lines(
            "Time spent by disks",
            "Share of the time in which a disk had something to do.",
            Query(f"rate(node_disk_io_time_seconds_total{{{_NODE}}}[$__rate_interval])", "{{device}}"),
            unit="percentunit",
            size=_THIRD,
        ),
        lines(
            "Interfaces",
            "Bits per second of each interface, received above and sent below zero.",
            Query(
                f"8 * rate(node_network_receive_bytes_total{{{_NODE},{devices}}}[$__rate_interval])", "{{device}} in"
            ),
            Query(
                f"-8 * rate(node_network_transmit_bytes_total{{{_NODE},{devices}}}[$__rate_interval])", "{{device}} out"
            ),
            unit="bps",
            size=_THIRD,
        ),
    ]
