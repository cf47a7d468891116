"""What can be wrong with what is kept for good, and how it is told."""

from dataclasses import dataclass
from enum import StrEnum


class Flaw(StrEnum):
    """What can be wrong with a record."""

    ALTERED = "altered"
    MISSING = "missing"
    ADDED = "added"
    SWAPPED = "swapped"
    BAD_SIGNATURE = "bad signature"
    UNKNOWN_KEY = "unknown key"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was made. What is missing has no number; the detail says where it was."""

    flaw: Flaw
    detail: str
    kind: str = ""
    number: str = ""
    date: str = ""

    def __str__(self) -> str:
        named = " ".join(filter(None, (self.kind, self.number, f"({self.date})" if self.date else "")))
        return f"{self.flaw}: {named}: {self.detail}" if named else f"{self.flaw}: {self.detail}"
