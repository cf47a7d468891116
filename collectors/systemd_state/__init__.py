"""systemd's units, sockets and timers, and the names that node_exporter has for them."""

from collectors.systemd_state.facts import STATES, LastRun, Socket, StateCount, Systemd, UnitState
from collectors.systemd_state.samples import samples

__all__ = ["STATES", "LastRun", "Socket", "StateCount", "Systemd", "UnitState", "samples"]
