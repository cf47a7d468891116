"""The record of a week or a month: made from the records of its days, and of nothing else."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from checks.contract import State
from exporters.contract.added import Review
from exporters.contract.period_lines import (
    BackupLine,
    CapacityLine,
    ChangeCount,
    HostPeriod,
    PeriodIncident,
    SubjectLine,
)


class PeriodKind(StrEnum):
    """How long a period is: from a Monday, or the first of a month, at the hour at which days end, to the next."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """What was promised. `availability` is a share of rounds (0..1).

    Somebody says within `respond_seconds` of its begin what an incident is about, or it is over by then; after
    `repair_seconds` it is over. That holds for incidents at least as bad as `severity`, and for hosts out of reach.
    """

    availability: float = 0.995
    respond_seconds: float = 3600.0
    repair_seconds: float = 8 * 3600.0
    severity: State = State.CRIT


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of the period in numbers, as its own record has them. An empty `number`: there is no record of it.

    `incidents` were there at some time of it, `resolved` of them ended in it. `backups_*` count sets, `patches_*`
    servers: judged, and those of them without a security update waiting.
    """

    date: date
    begins_at: float
    ends_at: float
    number: str = ""
    gap_seconds: float = 0.0
    hosts_due: int = 0
    hosts_done: int = 0
    rounds: int = 0
    rounds_failed: int = 0
    normal: int = 0
    warning: int = 0
    critical: int = 0
    unchecked: int = 0
    incidents: int = 0
    resolved: int = 0
    open: int = 0
    backups_due: int = 0
    backups_ok: int = 0
    patches_judged: int = 0
    patches_covered: int = 0
    changes: int = 0
    reviewed: bool = False

    @property
    def is_made(self) -> bool:
        """Whether there is a record of it."""
        return bool(self.number)

    @property
    def hours(self) -> float:
        """How long it was: 23 or 25 hours when the clocks changed."""
        return (self.ends_at - self.begins_at) / 3600

    @property
    def agent_was_down(self) -> bool:
        """Whether the agent did not run at all."""
        return self.is_made and self.gap_seconds >= self.ends_at - self.begins_at


@dataclass(frozen=True, slots=True)
class Figures:
    """A period in numbers, by which it is compared with the next. Every share has both of its numbers.

    `hosts` were due on at least one day. Items and backups are counted once a day; `patches_*` on the last day that
    judged any. Incidents `ended`, are `open`, or `lapsed`: nobody looks at their item any more. `repair_seconds` is the
    sum over those that ended, `failures` are the hosts' own that began in it.
    """

    days_due: int = 0
    days_made: int = 0
    days_down: int = 0
    days_reviewed: int = 0
    gap_seconds: float = 0.0
    hosts: int = 0
    rounds: int = 0
    rounds_failed: int = 0
    watched_seconds: float = 0.0
    normal: int = 0
    warning: int = 0
    critical: int = 0
    unchecked: int = 0
    incidents: int = 0
    incidents_critical: int = 0
    begun: int = 0
    ended: int = 0
    open: int = 0
    lapsed: int = 0
    repair_seconds: float = 0.0
    failures: int = 0
    backups_due: int = 0
    backups_ok: int = 0
    patches_judged: int = 0
    patches_covered: int = 0
    changes: int = 0

    @property
    def availability(self) -> float | None:
        """Share of rounds that reached their host."""
        return _share(self.rounds - self.rounds_failed, self.rounds)

    @property
    def abnormal(self) -> int:
        """Lines that were not normal."""
        return self.warning + self.critical

    @property
    def items_due(self) -> int:
        """Lines that were due."""
        return self.normal + self.abnormal + self.unchecked

    @property
    def mean_repair_seconds(self) -> float | None:
        """Mean time to repair, of incidents that ended."""
        return _share(self.repair_seconds, self.ended)

    @property
    def mean_between_failures_seconds(self) -> float | None:
        """Watched time of all hosts together per failure of a host."""
        return _share(self.watched_seconds, self.failures)

    @property
    def backup_success(self) -> float | None:
        """Share of backup sets as they should be, set by set and day by day."""
        return _share(self.backups_ok, self.backups_due)

    @property
    def patch_coverage(self) -> float | None:
        """Share of judged servers on which no security update waits."""
        return _share(self.patches_covered, self.patches_judged)


@dataclass(frozen=True, slots=True)
class PeriodRecord:
    """A week or a month of one system, from `begins_at` to `ends_at` (epoch seconds); `date` is the day it ends on.

    `days` has one line for each of its days, made or not, `hosts` the least available first. `before` are the figures
    of the period before, from its own record `before_number`; None when there is none. `reviews` are what people added
    after it was made, never part of what is sealed.
    """

    kind: PeriodKind
    number: str
    system: str
    date: date
    timezone: str
    begins_at: float
    ends_at: float
    made_at: float
    agent_version: str
    days: tuple[DayLine, ...]
    figures: Figures = Figures()
    hosts: tuple[HostPeriod, ...] = ()
    incidents: tuple[PeriodIncident, ...] = ()
    backups: tuple[BackupLine, ...] = ()
    capacity: tuple[CapacityLine, ...] = ()
    subjects: tuple[SubjectLine, ...] = ()
    changes: tuple[ChangeCount, ...] = ()
    service_level: ServiceLevel = ServiceLevel()
    before: Figures | None = None
    before_number: str = ""
    person_on_duty: str = ""
    reviews: tuple[Review, ...] = ()
    previous_sha256: str = ""

    @property
    def name(self) -> str:
        """`2026-W47` of a week, `2026-11` of a month: the name of its folder."""
        return period_name(self.kind, self.date)

    @property
    def missing(self) -> tuple[DayLine, ...]:
        """The days that there is no record of."""
        return tuple(day for day in self.days if not day.is_made)

    @property
    def last_known(self) -> DayLine | None:
        """The last day that there is a record of."""
        return next((day for day in reversed(self.days) if day.is_made), None)

    def is_lapsed(self, incident: PeriodIncident) -> bool:
        """Whether it is not over, and nobody looks any more: its host or its check was taken off rounds."""
        last = self.last_known
        return incident.ended_at is None and last is not None and incident.last_on < last.date


def period_name(kind: PeriodKind, ends_on: date) -> str:
    """What the period is called that ends on a day: its last night belongs to the day before."""
    last = date.fromordinal(ends_on.toordinal() - 1)
    if kind is PeriodKind.MONTH:
        return f"{last:%Y-%m}"
    year, week, _ = last.isocalendar()
    return f"{year:04d}-W{week:02d}"


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
