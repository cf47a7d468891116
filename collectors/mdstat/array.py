"""An array of md, as the kernel tells of it."""

from dataclasses import dataclass
from enum import StrEnum


class Activity(StrEnum):
    """Whether an array can be used."""

    ACTIVE = "active"
    INACTIVE = "inactive"  # assembled in part, or not started
    BROKEN = "broken"  # so many disks are lost that reads and writes fail


class SyncWait(StrEnum):
    """Why a synchronisation does not run."""

    PENDING = "pending"  # until the first write
    DELAYED = "delayed"  # until another array on the same disks is done
    REMOTE = "remote"  # another node of the cluster does it


@dataclass(frozen=True, slots=True)
class Member:
    """A disk or partition in an array."""

    device: str
    failed: bool = False
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Sync:
    """What is being done: `resync`, `recovery`, `check`, `reshape`. The numbers are None while it waits.

    A waiting check is called a resync by the kernel, too. The blocks are those of one member, 1 KiB each.
    """

    action: str
    waits: SyncWait | None = None
    done_blocks: int | None = None
    total_blocks: int | None = None
    left_seconds: float | None = None
    bytes_per_second: int | None = None

    @property
    def done_ratio(self) -> float | None:
        """How much is done, 0..1."""
        if self.done_blocks is None or not self.total_blocks:
            return None
        return min(1.0, self.done_blocks / self.total_blocks)


@dataclass(frozen=True, slots=True)
class Array:
    """One array of `blocks` of 1 KiB. It needs `required` disks, of which `working` are in step.

    `read_only` is `read-only`, `auto-read-only` (until the first write) or None. `level` is None while it is
    inactive. A container only holds the metadata of other arrays, and is always inactive. `first_spares`
    is how many spares it had when it was first seen.
    """

    name: str
    activity: Activity
    read_only: str | None
    level: str | None
    members: tuple[Member, ...]
    blocks: int
    required: int
    working: int
    is_container: bool
    has_bitmap: bool
    sync: Sync | None
    first_spares: int

    @property
    def failed(self) -> tuple[str, ...]:
        """The members that failed and are still listed."""
        return tuple(member.device for member in self.members if member.failed)

    @property
    def spares(self) -> tuple[str, ...]:
        """The members that wait to replace another."""
        return tuple(member.device for member in self.members if member.spare)
