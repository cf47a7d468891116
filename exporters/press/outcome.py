"""What comes back from work done apart."""

from dataclasses import dataclass
from typing import Generic, TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """A value, an OSError as it was raised, or the traceback of another error."""

    value: T | None = None
    refused: OSError | None = None
    traceback: str = ""

    def result(self) -> T:
        """The value. Raises what stands in its place."""
        if self.refused is not None:
            raise self.refused
        if self.traceback:
            raise RuntimeError(self.traceback)
        return cast(T, self.value)
