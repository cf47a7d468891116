"""What systemd tells of its units."""

from dataclasses import dataclass

STATES = ("activating", "active", "deactivating", "failed", "inactive")
"""The states that node_exporter knows of; systemd has a few more, for moments."""


@dataclass(frozen=True, slots=True)
class UnitState:
    """A loaded unit. `active` is systemd's word, `kind` the Type of a service, "" elsewhere.

    `restarts` is how often systemd started a service again by itself; None elsewhere, and before systemd 235.
    """

    name: str
    active: str
    kind: str
    restarts: int | None = None


@dataclass(frozen=True, slots=True)
class Socket:
    """Connections that systemd took for a service. `refused` is None before systemd 239."""

    name: str
    accepted: int
    current: int
    refused: int | None


@dataclass(frozen=True, slots=True)
class LastRun:
    """When a timer last started its service, in epoch seconds; 0 for not since systemd knows of it."""

    timer: str
    at: float


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many of all units are in one state."""

    state: str
    count: int


@dataclass(frozen=True, slots=True)
class Systemd:
    """`state` is what `systemctl is-system-running` says. `units` are those that dashboards show, `counts` of all."""

    version: str
    state: str
    counts: tuple[StateCount, ...]
    units: tuple[UnitState, ...]
    sockets: tuple[Socket, ...]
    timers: tuple[LastRun, ...]
