"""What one look tells of a mechanism, and what it was told from."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from collectors.unit_properties import UnitProperties

DAY = 86400


class Reach(StrEnum):
    """How far a mechanism goes by itself."""

    OFF = "off"
    LISTS = "lists"  # it fetches lists of packages, and tells of updates
    DOWNLOAD = "download"
    SECURITY = "security"  # it installs security updates
    ALL = "all"  # it installs all updates


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One mechanism. Times are the host's clock in epoch seconds.

    `reach` is how far it goes by its settings, `starter` what starts it, `started` whether that is switched on, and
    `wanted` whether it is meant to be. `on_since` is since when it is seen switched on, None where it is not.
    `traced`: it leaves a trace of its runs; without one nothing is known of them. `last_at` is its last run, None
    where it never ran. `failure` is "" where that went well, None where it could not be seen.
    """

    name: str
    reach: Reach
    starter: str
    started: bool
    wanted: bool = True
    every_seconds: int = DAY
    traced: bool = True
    last_at: float | None = None
    failure: str | None = None
    on_since: float | None = None

    @property
    def reach_now(self) -> Reach:
        """How far it goes as it is: nowhere, where nothing starts it."""
        return self.reach if self.started else Reach.OFF


@dataclass(frozen=True, slots=True)
class Seen:
    """What the probe found. `stamps` are apt's, by file name; `daily`: cron runs apt's daily job."""

    offset_seconds: int
    programs: frozenset[str]
    daily: bool
    stamps: Mapping[str, int]
    log: str
    settings: str
    units: Mapping[str, UnitProperties]

    def is_active(self, unit: str) -> bool:
        """Whether a unit is there and active."""
        return unit in self.units and self.units[unit].text("ActiveState") == "active"
