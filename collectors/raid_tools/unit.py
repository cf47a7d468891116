"""A RAID controller and what hangs on it. `state` is always the tool's own word, `condition` what it means."""

from dataclasses import dataclass
from enum import StrEnum


class Condition(StrEnum):
    """What the words of all tools come down to."""

    WELL = "well"
    ATTENTION = "attention"  # works, and something is to be looked at
    CHARGING = "charging"  # a battery or capacitor; it will be well by itself
    REBUILDING = "rebuilding"
    FOREIGN = "foreign"  # a disk that belongs to an array of another controller
    PREDICTED = "predicted"  # works, and says that it will fail
    DEGRADED = "degraded"
    FAILED = "failed"  # and offline, missing
    UNKNOWN = "unknown"  # a word that is not known here


@dataclass(frozen=True, slots=True)
class LogicalDrive:
    """What the host sees as one disk. `name` is unique on its controller; `level` as the tool writes it."""

    name: str
    level: str
    state: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class PhysicalDrive:
    """A disk. `slot` is where it sits: `252:0` (enclosure and slot), `1I:1:2` (port, box and bay).

    The errors are counted by the controller since it was started, or the disk was put in; None where it does not
    count. `first_media_errors` is the lowest number seen of this disk.
    """

    slot: str
    state: str
    condition: Condition
    is_spare: bool
    model: str | None
    serial: str | None
    media_errors: int | None = None
    other_errors: int | None = None
    first_media_errors: int | None = None


@dataclass(frozen=True, slots=True)
class Battery:
    """What keeps the cache alive when the power fails: a battery or a capacitor."""

    kind: str
    state: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class RaidController:
    """A controller under its tool's name, `c0` or `slot0`. `cache` is None where the tool says nothing of it.

    `first_spares` is how many hot spares it had when it was first seen.
    """

    name: str
    model: str
    serial: str | None
    firmware: str | None
    state: str
    condition: Condition
    logical_drives: tuple[LogicalDrive, ...]
    physical_drives: tuple[PhysicalDrive, ...]
    battery: Battery | None
    cache: Battery | None
    first_spares: int

    @property
    def spares(self) -> int:
        """How many disks wait to replace another."""
        return sum(drive.is_spare and drive.condition is Condition.WELL for drive in self.physical_drives)

    @property
    def names(self) -> tuple[str, ...]:
        """The logical drives' names and the physical ones' slots."""
        return (*(drive.name for drive in self.logical_drives), *(drive.slot for drive in self.physical_drives))
