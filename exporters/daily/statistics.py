"""The day in numbers that add up."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from checks.contract import State
from exporters.contract import DayRecord, ItemLine
from exporters.daily.words import counted


@dataclass(frozen=True, slots=True)
class Counts:
    """Lines by what became of them: `due` is the sum of `normal`, `warning`, `critical` and `unchecked`."""

    normal: int = 0
    warning: int = 0
    critical: int = 0
    unchecked: int = 0
    not_applicable: int = 0

    @classmethod
    def of(cls, lines: Iterable[ItemLine]) -> "Counts":
        """Count some lines of a day."""
        found = Counter(_fate(line) for line in lines)
        return cls(**found)

    @property
    def done(self) -> int:
        """实检."""
        return self.normal + self.abnormal

    @property
    def abnormal(self) -> int:
        """异常."""
        return self.warning + self.critical

    @property
    def due(self) -> int:
        """应检."""
        return self.done + self.unchecked


@dataclass(frozen=True, slots=True)
class Statistics:
    """The day's numbers, as section 2 of the report has them."""

    hosts_due: int
    hosts_done: int
    items: Counts
    rounds: int
    rounds_failed: int
    resolved: int
    open: int
    gap_seconds: float

    @classmethod
    def of(cls, day: DayRecord) -> "Statistics":
        """Count a day."""
        return cls(
            hosts_due=day.hosts_due,
            hosts_done=day.hosts_done,
            items=Counts.of(day.items),
            rounds=sum(line.rounds for line in day.hosts),
            rounds_failed=sum(line.rounds_failed for line in day.hosts),
            resolved=len(day.resolved),
            open=len(day.open),
            gap_seconds=sum(until - since for since, until in day.gaps),
        )

    @property
    def hosts_not_done(self) -> int:
        """Hosts that no round reached."""
        return self.hosts_due - self.hosts_done

    @property
    def not_checked(self) -> str:
        """`1 server and 20 items`, in English; what there is none of is not named."""
        numbers = ((self.hosts_not_done, "server"), (self.items.unchecked, "item"))
        return " and ".join(counted(number, noun) for number, noun in numbers if number)


def _fate(line: ItemLine) -> str:
    if line.reason is not None and line.reason.is_harmless:
        return "not_applicable"
    match line.state:
        case State.OK:
            return "normal"
        case State.WARN:
            return "warning"
        case State.CRIT:
            return "critical"
        case _:
            return "unchecked"
