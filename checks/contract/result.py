"""What a check finds: a state, its words and its numbers, for one item."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from checks.contract.text import Text


class State(IntEnum):
    """How bad it is. Ordered, so `max()` is the worst; Nagios exit codes are a mapping at the edge."""

    OK = 0
    WARN = 1
    UNKNOWN = 2
    CRIT = 3


class Unit(StrEnum):
    """Base units, as the suffix a Prometheus metric name gets."""

    COUNT = ""
    RATIO = "ratio"  # 0..1, shown to people as percent
    BYTES = "bytes"
    SECONDS = "seconds"
    TIMESTAMP = "timestamp_seconds"
    PER_SECOND = "per_second"
    CELSIUS = "celsius"


@dataclass(frozen=True, slots=True)
class Measurement:
    """A number a check judged or looked at, in base units.

    It is exported as `rounds_<check>_<name>[_<unit>]{host,item}`. `warn` and `crit` are the levels that
    applied, in the same unit, or None where there are none; they are upper ones, bad at or above, unless `lower`
    says that it is bad below them.
    """

    name: str
    value: float
    unit: Unit = Unit.COUNT
    warn: float | None = None
    crit: float | None = None
    lower: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What one check says of one item: a mount point, an interface, a backup set.

    `item` is unique within the check and stable from round to round (never a process id or a number
    that changes). A check about the host as a whole uses its subject's noun, such as `memory`.
    """

    item: str
    state: State
    summary: Text
    measurements: tuple[Measurement, ...] = ()
