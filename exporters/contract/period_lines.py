"""What the record of a week or a month says of one host, incident, backup set, file system, check or kind of change."""

from dataclasses import dataclass
from datetime import date

from checks.contract import Section, State, Text
from collectors.contract import Kind
from exporters.contract.added import IncidentNote
from exporters.contract.report import CheckCard, HostCard

HOST_FAILURE = "reachable"
"""The check by whose name incidents of a host itself go."""


@dataclass(frozen=True, slots=True)
class HostPeriod:
    """One host over the period. `days` it was due, on `days_out_of_service` it was not to be visited.

    `watched_seconds` are those of its due days in which the agent ran.
    """

    host: HostCard
    days: int = 0
    days_out_of_service: int = 0
    days_reached: int = 0
    rounds: int = 0
    rounds_failed: int = 0
    watched_seconds: float = 0.0
    incidents: int = 0
    changes: int = 0

    @property
    def availability(self) -> float | None:
        """Share of rounds that reached it (0..1); None when there was no round."""
        return None if self.rounds == 0 else (self.rounds - self.rounds_failed) / self.rounds


@dataclass(frozen=True, slots=True)
class PeriodIncident:
    """An incident of the period: counted once, however many of its days it spans.

    `ended_at` None: open at the end, or at the end of `last_on` when nobody looked any more. `first_on` and `last_on`
    are the first and the last day whose record has it. `notes` are what people had said when the record was made.
    """

    id: str
    host: str
    check: CheckCard
    item: str
    worst: State
    summary: Text
    began_at: float
    ended_at: float | None
    first_on: date
    last_on: date
    notes: tuple[IncidentNote, ...] = ()

    @property
    def answered_at(self) -> float | None:
        """When somebody first said something of it."""
        return min((note.at for note in self.notes), default=None)

    @property
    def is_lapse(self) -> bool:
        """Whether nothing was found, only something not checked: no problem of a host."""
        return self.worst is State.UNKNOWN and not self.is_host_failure

    @property
    def is_host_failure(self) -> bool:
        """Whether the host itself was out of reach."""
        return self.check.name == HOST_FAILURE

    @property
    def seconds(self) -> float | None:
        """How long it took to mend; None while it is open."""
        return None if self.ended_at is None else self.ended_at - self.began_at


@dataclass(frozen=True, slots=True)
class BackupLine:
    """One backup set of a host, and how it stood on each of the period's days.

    UNKNOWN: due and not looked at; None: not due, or there is no record of the day.
    """

    host: str
    item: str
    states: tuple[State | None, ...]

    @property
    def due(self) -> int:
        """On how many days it was due."""
        return sum(state is not None for state in self.states)

    @property
    def ok(self) -> int:
        """On how many it was as it should be."""
        return self.states.count(State.OK)

    @property
    def unchecked(self) -> int:
        """On how many nobody looked."""
        return self.states.count(State.UNKNOWN)

    @property
    def failed(self) -> int:
        """On how many it was not as it should be."""
        return self.due - self.ok - self.unchecked


@dataclass(frozen=True, slots=True)
class CapacityLine:
    """One file system: how full it was (0..1) at the end of the first and of the last day that know of it.

    `per_day` is the slope of a straight line through the days (share of the size), None with fewer than three; after a
    change of the size it begins anew. `full_at` is when it is full at that pace, in epoch seconds; None: it does not
    fill, or so unsteadily that nobody can tell. `course` has its value on each day of the period, of the worst only.
    """

    host: str
    item: str
    first: float
    last: float
    days: int
    first_on: date
    last_on: date
    size_bytes: float | None = None
    per_day: float | None = None
    full_at: float | None = None
    course: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """What the days' lines about one check come to: lines normal, abnormal and not checked, summed over the days.

    `hosts` had it abnormal on any day; `days` are those with an abnormal line.
    """

    check: CheckCard
    normal: int = 0
    warning: int = 0
    critical: int = 0
    unchecked: int = 0
    days: int = 0
    hosts: tuple[str, ...] = ()

    @property
    def section(self) -> Section:
        """The section of the report it belongs to."""
        return self.check.section


@dataclass(frozen=True, slots=True)
class ChangeCount:
    """How many entries of one kind came, went and became another, day by day; None: told by number only."""

    kind: Kind | None
    came: int = 0
    went: int = 0
    changed: int = 0
    untold: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.came + self.went + self.changed + self.untold
