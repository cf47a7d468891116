"""What whoever looks changes by looking. One side logs in and runs a shell, the other is a daemon with a connection."""

from collections.abc import Mapping
from types import MappingProxyType

FOOTPRINTS: Mapping[str, float] = MappingProxyType({
    "node_memory_": 24 * 2**20,  # a login: sshd, a shell and what it starts, while they look
    "node_sockstat_": 8,  # the connections over which both sides are asked
    "node_netstat_Tcp_CurrEstab": 8,
    "node_tcp_connection_states": 8,
    "node_filefd_allocated": 512,
    "node_procs_running": 4,
    "node_procs_blocked": 2,
    "node_processes_": 24,
    "node_load": 0.1,
    "node_arp_entries": 2,
    "node_disk_io_now": 4,
    "node_time_seconds": 2.0,
    "node_timex_": 0.002,  # the clock drifts, and its error grows half a millisecond a second
})  # fmt: skip
"""By the beginning of a name, in the unit of the metric."""


def footprint(metric: str) -> float:
    """How much the value of a gauge depends on who looks; 0 for all that has no reason to."""
    return max((amount for name, amount in FOOTPRINTS.items() if metric.startswith(name)), default=0.0)
