"""A file system now."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Present:
    """`used` and `available` (to an ordinary user) bytes of `size`, at an epoch time."""

    at: float
    used: float
    available: float
    size: float

    @property
    def full(self) -> float:
        """The bytes used when an ordinary user can write no more."""
        return self.used + self.available
