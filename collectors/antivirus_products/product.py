"""What an antivirus product tells of itself, whoever makes it."""

from dataclasses import dataclass
from enum import StrEnum


class Disposition(StrEnum):
    """What became of an infected file, as far as the product says so."""

    LEFT = "left"  # nothing is said: it lies where it was found
    COPIED = "copied"
    MOVED = "moved"
    QUARANTINED = "quarantined"
    REMOVED = "removed"

    @property
    def is_out_of_the_way(self) -> bool:
        """Whether nobody can open the file by accident any more."""
        return self in (Disposition.MOVED, Disposition.QUARANTINED, Disposition.REMOVED)


@dataclass(frozen=True, slots=True)
class Infected:
    """A file that was found infected. `path` is None where the product names only what it found."""

    path: str | None
    signature: str
    disposition: Disposition


@dataclass(frozen=True, slots=True)
class Database:
    """A set of definitions. `built_at` is in epoch seconds: when its maker made it, or a file of one's own was written.

    None: its header cannot be read, so neither can it.
    """

    name: str
    version: str | None
    built_at: int | None
    signatures: int | None
    official: bool


@dataclass(frozen=True, slots=True)
class Scan:
    """The last whole scan that one log, or the product itself, tells of.

    `ended_at` is in epoch seconds. `infected` counts them all, `found` are the first of them; None: it does not say.
    """

    source: str
    ended_at: int
    files: int | None
    infected: int | None
    found: tuple[Infected, ...]


@dataclass(frozen=True, slots=True)
class Detection:
    """What was found between scans, by real-time scanning or by the daemon when somebody asked it."""

    at: int
    infected: Infected


@dataclass(frozen=True, slots=True)
class Product:
    """An installed product.

    daemon      whether the program that stays runs; None: this product, or this installation, has none
    answers     whether it answers when asked; None: it was not asked
    real_time   whether files are scanned as they are opened; None: not known
    updates     whether something renews the definitions by itself; None: not known
    healthy     its own word for itself, with `complaints`; None: it has none
    missing     the maker's databases that should be there, and are not
    closed      what the login may not read: there may be more of everything
    """

    name: str
    version: str | None
    daemon: bool | None
    answers: bool | None
    real_time: bool | None
    updates: bool | None
    healthy: bool | None
    complaints: tuple[str, ...]
    databases: tuple[Database, ...]
    missing: tuple[str, ...]
    scans: tuple[Scan, ...]
    detections: tuple[Detection, ...]
    closed: tuple[str, ...]
