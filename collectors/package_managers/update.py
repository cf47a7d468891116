"""What waits to be installed, told alike by all package managers."""

from dataclasses import dataclass
from enum import StrEnum


class Manager(StrEnum):
    """Who was asked."""

    APT = "apt"
    DNF = "dnf"
    DNF5 = "dnf5"
    YUM = "yum"
    ZYPPER = "zypper"
    APK = "apk"


class Obstacle(StrEnum):
    """Why an upgrade would not install an update."""

    NONE = "none"
    HELD = "held"  # by the administrator: apt-mark hold, a version lock, an exclude, a pin in apk's world
    PHASED = "phased"  # the distribution offers it to some hosts first
    KEPT_BACK = "kept_back"  # it would remove another package or change its vendor, or apt is too old to say "phased"


@dataclass(frozen=True, slots=True)
class Advisory:
    """A notice of the distribution that an update answers; `severity` as it says, such as `Important`, or empty."""

    id: str
    severity: str


@dataclass(frozen=True, slots=True)
class Update:
    """A newer version of an installed package. `first_seen` is when this agent first saw it wait, in epoch seconds.

    `installed` is empty where the package manager does not tell. `advisories` are those for security, where there is
    one, else the others.
    """

    package: str
    installed: str
    available: str
    origin: str
    security: bool
    obstacle: Obstacle
    first_seen: int
    architecture: str = ""
    advisories: tuple[Advisory, ...] = ()


@dataclass(frozen=True, slots=True)
class Packages:
    """What waits, by package name. All times are the host's clock, in epoch seconds.

    `listed_at` is when a package list was last known to be fresh, None when the host has no list; `tried_at` when
    a refresh was last tried; `refreshed_at` when apt's daily job last made one. `unlisted` are enabled repositories
    without a list. `security_told` is false where nothing says which updates are for security.
    """

    now: int
    listed_at: int | None
    tried_at: int | None
    updates: tuple[Update, ...]
    manager: Manager = Manager.APT
    security_told: bool = True
    refreshed_at: int | None = None
    unlisted: tuple[str, ...] = ()
