"""The record of one maintenance day: all that the daily log, its forms and its mail are made from."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from checks.contract import Measurement, State, Text, Unit
from collectors.contract import Entry, Kind, Reason
from exporters.contract.added import IncidentNote, Review
from exporters.contract.change import Change, HostChanges
from exporters.contract.report import CheckCard, HostCard


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item of one check on one host, as it stood at the end of the day.

    `state` is None when it was not checked; then `reason` says why. `worst` is the worst confirmed state during the
    day. `since` is when the present state began, in epoch seconds, None when that is not known.
    An outcome without items (host down, not applicable) is one line with an empty `item`.
    """

    host: str
    check: CheckCard
    item: str
    state: State | None
    summary: Text
    reason: Reason | None = None
    worst: State | None = None
    since: float | None = None
    checked_at: float | None = None
    measurements: tuple[Measurement, ...] = ()
    day_before: tuple[Measurement, ...] = ()
    """The same measurements at the end of the day before; empty when they are not known."""


@dataclass(frozen=True, slots=True)
class HostLine:
    """One host's day. `checked` is whether at least one round reached it; if not, `reason` and `message` say why.

    `reachable_ratio` is the share of rounds that reached it (0..1), None when there was no round at all.
    """

    host: HostCard
    checked: bool
    state: State | None
    rounds: int = 0
    rounds_failed: int = 0
    reason: Reason | None = None
    message: str = ""
    checked_at: float | None = None

    @property
    def reachable_ratio(self) -> float | None:
        """Share of rounds that reached the host."""
        return None if self.rounds == 0 else 1 - self.rounds_failed / self.rounds


@dataclass(frozen=True, slots=True)
class Incident:
    """A confirmed problem that was there at some time of the day. `ended_at` None: still open.

    `changes_before` are the last changes of its host in the 24 hours before it began, `changes_before_total` how many
    there were. One that was found after it began may have been made before it: it was not there at the look before.
    """

    host: str
    check: CheckCard
    item: str
    worst: State
    summary: Text
    began_at: float
    ended_at: float | None
    changes_before: tuple[Change, ...] = ()
    changes_before_total: int = 0
    notes: tuple[IncidentNote, ...] = ()

    @property
    def id(self) -> str:
        """Eight hexadecimal digits by which a person names it, in a note say; the same as long as it lasts."""
        return incident_id(self.host, self.check.name, self.item, self.began_at)

    @property
    def is_lapse(self) -> bool:
        """Whether nothing was found, only something not checked: for a person to look at, but no problem by itself.

        A server that could not be reached is one.
        """
        return self.worst is State.UNKNOWN and self.check.name != "reachable"


def incident_id(host: str, check: str, item: str, began_at: float) -> str:
    """The id of the incident that began at `began_at` (epoch seconds)."""
    told = "\0".join((host, check, item, f"{began_at:.0f}"))
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One answer that lines of the day rest on: of which host and collector, when, and what it was.

    `at` is in epoch seconds and the `checked_at` of those lines. The hashes are SHA-256 (hexadecimal) of the command as
    sent and of the answer as it came; both texts are kept under them. `seconds` is how long the host worked on it.
    """

    host: str
    collector: str
    at: float
    command_sha256: str
    answer_sha256: str
    exit_status: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class HostEntries:
    """What a host was made of at the end of the day, as far as the forms speak of it.

    `left_out` says how many more entries there are of a kind that has too many for a record, or is only counted.
    `seen_at` is when each kind was last looked at by then, in epoch seconds: before the day, where a host was down.
    """

    host: str
    entries: tuple[Entry, ...]
    left_out: tuple[tuple[Kind, int], ...] = ()
    seen_at: tuple[tuple[Kind, float], ...] = ()


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What a collector knew of a host at the end of the day, as JSON's own types, where a form asks for it.

    `found` is what the JMESPaths that `Needs.paths` has of the collector found, by the path; then `facts` is None.
    Both are None where the facts are too long for a record.
    """

    host: str
    collector: str
    at: float
    facts: Any
    found: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One hour of a measurement: `at` is its begin in epoch seconds."""

    at: int
    mean: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Series:
    """How a measurement of one item went through the day, hour by hour, in base units."""

    host: str
    check: CheckCard
    item: str
    measurement: str
    unit: Unit
    points: tuple[Point, ...]
    warn: float | None = None
    crit: float | None = None


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """How something stood at the end of each of the last days, the last one last; None: not looked at.

    `subject` names the topic of the report that it belongs to (`backup`, `patches`), `item` is empty for the host.
    """

    subject: str
    host: str
    item: str
    states: tuple[State | None, ...]


@dataclass(frozen=True, slots=True)
class DayRecord:
    """One maintenance day of one system, from `begins_at` to `ends_at` (epoch seconds).

    `date` is the day the period ends on, in `timezone` (an IANA name). Hosts out of service are listed in
    `out_of_service` and are not due. `changes` is what is different about each host's inventory since the last rounds
    of the day before; hosts whose inventory was not looked at are left out. `gaps` are the spans in which the agent
    itself did not run, as (from, to) in epoch seconds. `began_at` is set when the agent ran for the first time ever in
    this day: what was before it is no gap.

    `entries` and `facts` are what the forms need besides (see `Needs`), `series` how the worst of the day's vital
    measurements went, `calendar` the last weeks up to this day. `evidence` has one entry for each host and collector
    that lines rest on; what has none was not kept, because the agent was killed in between, say. `reviews` and the
    incidents' notes are what people had added when the record was read: they are never part of what is sealed.
    `previous_sha256` is the hash of the record before, the anchor that leaves the house with every mail.
    """

    number: str
    system: str
    date: date
    timezone: str
    begins_at: float
    ends_at: float
    made_at: float
    agent_version: str
    hosts: tuple[HostLine, ...]
    items: tuple[ItemLine, ...]
    incidents: tuple[Incident, ...] = ()
    changes: tuple[HostChanges, ...] = ()
    out_of_service: tuple[HostCard, ...] = ()
    gaps: tuple[tuple[float, float], ...] = ()
    person_on_duty: str = ""
    entries: tuple[HostEntries, ...] = ()
    facts: tuple[HostFacts, ...] = ()
    series: tuple[Series, ...] = ()
    calendar: tuple[CalendarRow, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    reviews: tuple[Review, ...] = ()
    previous_sha256: str = ""
    began_at: float | None = None

    @property
    def unwatched_seconds(self) -> float:
        """How long the agent did not run: before its first start, and in its gaps."""
        before = max(0.0, (self.began_at or self.begins_at) - self.begins_at)
        return before + sum(until - since for since, until in self.gaps)

    @property
    def hosts_due(self) -> int:
        """应检."""
        return len(self.hosts)

    @property
    def hosts_done(self) -> int:
        """实检."""
        return sum(1 for line in self.hosts if line.checked)

    @property
    def items_due(self) -> tuple[ItemLine, ...]:
        """Every line that should have been judged: all but the harmlessly unjudged."""
        return tuple(i for i in self.items if i.reason is None or not i.reason.is_harmless)

    @property
    def items_done(self) -> tuple[ItemLine, ...]:
        """What was judged, normal or abnormal; UNKNOWN is not judged."""
        return tuple(i for i in self.items_due if i.state in (State.OK, State.WARN, State.CRIT))

    @property
    def normal(self) -> tuple[ItemLine, ...]:
        """正常."""
        return tuple(i for i in self.items_done if i.state == State.OK)

    @property
    def abnormal(self) -> tuple[ItemLine, ...]:
        """异常, the worst first."""
        bad = (i for i in self.items_done if i.state != State.OK)
        return tuple(sorted(bad, key=lambda i: (-(i.state or 0), i.host, i.check.name, i.item)))

    @property
    def unchecked(self) -> tuple[ItemLine, ...]:
        """未检查: due, and not judged, for whatever reason."""
        return tuple(i for i in self.items_due if i.state not in (State.OK, State.WARN, State.CRIT))

    @property
    def resolved(self) -> tuple[Incident, ...]:
        """已处理: problems that ended during the day. What was only not checked for a time is none."""
        return tuple(i for i in self.incidents if i.ended_at is not None and not i.is_lapse)

    @property
    def open(self) -> tuple[Incident, ...]:
        """遗留: problems still there at the end of the day. What is only not checked stands in `unchecked`."""
        return tuple(i for i in self.incidents if i.ended_at is None and not i.is_lapse)
