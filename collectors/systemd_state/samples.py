"""systemd as node_exporter's collector `systemd` names it."""

import re
from collections.abc import Iterator

from collectors.contract import Sample, SampleType
from collectors.systemd_state.facts import STATES, Socket, Systemd

_VERSION = re.compile(r"[0-9]{3,4}(\.[0-9]{1,9})?", re.ASCII)


def samples(systemd: Systemd) -> Iterator[Sample]:
    """All that is known; a unit has a series for each state."""
    if (found := _VERSION.search(systemd.version)) is not None:
        version = (("version", systemd.version),)
        yield Sample("node_systemd_version", float(found[0]), version, "Detected systemd version")
    words = "Whether the system is operational (see 'systemctl is-system-running')"
    yield Sample("node_systemd_system_running", float(systemd.state == "running"), help=words)
    for count in systemd.counts:
        yield Sample("node_systemd_units", count.count, (("state", count.state),), "Summary of systemd unit states")
    for unit in systemd.units:
        for state in STATES:
            labels = (("name", unit.name), ("state", state), ("type", unit.kind))
            yield Sample("node_systemd_unit_state", float(state == unit.active), labels, "Systemd unit")
        if unit.restarts is not None:
            # With its --collector.systemd.enable-restarts-metrics, which rules for crash loops want.
            name, words = (("name", unit.name),), "Service unit count of Restart triggers"
            counter = SampleType.COUNTER
            yield Sample("node_systemd_service_restart_total", unit.restarts, name, words, counter)
    for timer in systemd.timers:
        words = "Seconds since epoch of last trigger."
        yield Sample("node_systemd_timer_last_trigger_seconds", timer.at, (("name", timer.timer),), words)
    for socket in systemd.sockets:
        yield from _socket_samples(socket)


def _socket_samples(socket: Socket) -> Iterator[Sample]:
    name, prefix = (("name", socket.name),), "node_systemd_socket_"
    words = "Total number of accepted socket connections"
    yield Sample(f"{prefix}accepted_connections_total", socket.accepted, name, words, SampleType.COUNTER)
    yield Sample(f"{prefix}current_connections", socket.current, name, "Current number of socket connections")
    if socket.refused is not None:
        # A gauge there too.
        words = "Total number of refused socket connections"
        yield Sample(f"{prefix}refused_connections_total", socket.refused, name, words)
