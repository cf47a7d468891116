"""One container."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """What a container is doing."""

    RUNNING = "running"
    PAUSED = "paused"
    RESTARTING = "restarting"
    EXITED = "exited"
    CREATED = "created"  # never started
    DEAD = "dead"  # could not be removed
    OTHER = "other"  # on its way: starting, stopping, being removed


@dataclass(frozen=True, slots=True)
class Container:
    """A container.

    `said` is the engine's own word for its status. None: not told, or not asked. `health` is `healthy`, `unhealthy` or
    `starting`, and not told by podman before its version 4; `policy` is the restart policy, such as `always`, and `no`
    where there is none. `restarts` counts the engine's own since it was made, `restarted` those since the look before.
    """

    id: str
    engine: str
    name: str
    image: str
    status: Status
    said: str
    exit_code: int | None = None
    health: str | None = None
    policy: str | None = None
    restarts: int | None = None
    out_of_memory: bool | None = None
    restarted: int | None = None

    @property
    def has_failed(self) -> bool:
        """Whether it ended with an error."""
        return self.status is Status.EXITED and self.exit_code not in (None, 0)
