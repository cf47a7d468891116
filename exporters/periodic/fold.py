"""Folds the records of days into the record of their week or month, one day at a time.

A month of a thousand hosts is a gigabyte of records: only one is held, the rest are sums.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from checks.contract import State
from exporters.contract import (
    DayLine,
    DayRecord,
    Figures,
    HostCard,
    HostPeriod,
    PeriodIncident,
    PeriodKind,
    PeriodRecord,
    ServiceLevel,
)
from exporters.periodic.capacity import Capacity
from exporters.periodic.gathered import Backups, Changes, Incidents, Subjects, patch_state


@dataclass(frozen=True, slots=True)
class Frame:
    """What is known of a period before its days are. `days` are (date, begin, end), in epoch seconds."""

    kind: PeriodKind
    system: str
    timezone: str
    days: tuple[tuple[date, float, float], ...]
    agent_version: str
    service_level: ServiceLevel
    person_on_duty: str = ""


@dataclass(slots=True)
class _Host:
    card: HostCard
    days: int = 0
    out_of_service: int = 0
    reached: int = 0
    rounds: int = 0
    failed: int = 0
    watched: float = 0.0


class Fold:
    """One period on its way: `add` its days in their order, then take its `record`."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._positions = {day: position for position, (day, _, _) in enumerate(frame.days)}
        self._days = [DayLine(day, begin, end) for day, begin, end in frame.days]
        self._hosts: dict[str, _Host] = {}
        self._changed: Counter[str] = Counter()
        self._incidents = Incidents()
        self._backups = Backups(len(frame.days))
        self._capacity = Capacity(len(frame.days), frame.days[0][1])
        self._subjects = Subjects()
        self._changes = Changes()

    def add(self, day: DayRecord) -> None:
        """The next day. Raises KeyError for one of another period."""
        position = self._positions[day.date]
        gap = sum(until - since for since, until in day.gaps)
        counts = self._subjects.add(day)
        due, ok = self._backups.add(position, day)
        judged, covered = patch_state(day)
        changed = self._changes.add(day)
        self._changed += changed
        self._incidents.add(day)
        self._capacity.add(position, day)
        self._add_hosts(day, max(0.0, day.ends_at - day.begins_at - day.unwatched_seconds))
        self._days[position] = DayLine(
            date=day.date,
            begins_at=day.begins_at,
            ends_at=day.ends_at,
            number=day.number,
            gap_seconds=gap,
            hosts_due=day.hosts_due,
            hosts_done=day.hosts_done,
            rounds=sum(line.rounds for line in day.hosts),
            rounds_failed=sum(line.rounds_failed for line in day.hosts),
            normal=counts[State.OK],
            warning=counts[State.WARN],
            critical=counts[State.CRIT],
            unchecked=counts[State.UNKNOWN],
            incidents=sum(not incident.is_lapse for incident in day.incidents),
            resolved=len(day.resolved),
            open=len(day.open),
            backups_due=due,
            backups_ok=ok,
            patches_judged=judged,
            patches_covered=covered,
            changes=changed.total(),
            reviewed=bool(day.reviews),
        )

    def _add_hosts(self, day: DayRecord, watched: float) -> None:
        for line in day.hosts:
            host = self._host(line.host)
            host.days += 1
            host.reached += line.checked
            host.rounds += line.rounds
            host.failed += line.rounds_failed
            host.watched += watched
        for card in day.out_of_service:
            self._host(card).out_of_service += 1

    def _host(self, card: HostCard) -> _Host:
        host = self._hosts.setdefault(card.name, _Host(card))
        host.card = card  # as the last day has it
        return host

    def record(self, number: str, made_at: float, before: PeriodRecord | None = None) -> PeriodRecord:
        """The period, of the days that were added; `before` is the record of the period before it."""
        frame = self._frame
        incidents = self._incidents.all()
        record = PeriodRecord(
            kind=frame.kind,
            number=number,
            system=frame.system,
            date=frame.days[-1][0],
            timezone=frame.timezone,
            begins_at=frame.days[0][1],
            ends_at=frame.days[-1][2],
            made_at=made_at,
            agent_version=frame.agent_version,
            days=tuple(self._days),
            hosts=self._host_lines(incidents),
            incidents=incidents,
            backups=self._backups.lines(),
            capacity=self._capacity.lines(),
            subjects=self._subjects.lines(),
            changes=self._changes.counts(),
            service_level=frame.service_level,
            before=before.figures if before else None,
            before_number=before.number if before else "",
            person_on_duty=frame.person_on_duty,
        )
        return replace(record, figures=_figures(record))

    def _host_lines(self, incidents: Iterable[PeriodIncident]) -> tuple[HostPeriod, ...]:
        troubles = Counter(incident.host for incident in incidents)
        lines = [
            HostPeriod(
                host=host.card,
                days=host.days,
                days_out_of_service=host.out_of_service,
                days_reached=host.reached,
                rounds=host.rounds,
                rounds_failed=host.failed,
                watched_seconds=host.watched,
                incidents=troubles[name],
                changes=self._changed[name],
            )
            for name, host in self._hosts.items()
        ]
        return tuple(sorted(lines, key=_availability))


def _availability(line: HostPeriod) -> tuple[bool, float, str]:
    """The least available first; one that no round was made on comes last, for nothing is known of it."""
    return line.availability is None, line.availability or 0.0, line.host.name


def _figures(record: PeriodRecord) -> Figures:
    made = [day for day in record.days if day.is_made]
    ended = [incident for incident in record.incidents if incident.ended_at is not None]
    unended = [incident for incident in record.incidents if incident.ended_at is None]
    begun = [incident for incident in record.incidents if incident.began_at >= record.begins_at]
    judged = next((day for day in reversed(made) if day.patches_judged), DayLine(record.date, 0, 0))
    return Figures(
        days_due=len(record.days),
        days_made=len(made),
        days_down=sum(day.agent_was_down for day in made),
        days_reviewed=sum(day.reviewed for day in made),
        gap_seconds=sum(day.gap_seconds for day in made),
        hosts=sum(1 for line in record.hosts if line.days),
        rounds=sum(day.rounds for day in made),
        rounds_failed=sum(day.rounds_failed for day in made),
        watched_seconds=sum(line.watched_seconds for line in record.hosts),
        normal=sum(day.normal for day in made),
        warning=sum(day.warning for day in made),
        critical=sum(day.critical for day in made),
        unchecked=sum(day.unchecked for day in made),
        incidents=len(record.incidents),
        incidents_critical=sum(incident.worst is State.CRIT for incident in record.incidents),
        begun=len(begun),
        ended=len(ended),
        open=sum(not record.is_lapsed(incident) for incident in unended),
        lapsed=sum(record.is_lapsed(incident) for incident in unended),
        repair_seconds=sum(incident.seconds or 0.0 for incident in ended),
        failures=sum(incident.is_host_failure for incident in begun),
        backups_due=sum(day.backups_due for day in made),
        backups_ok=sum(day.backups_ok for day in made),
        patches_judged=judged.patches_judged,
        patches_covered=judged.patches_covered,
        changes=sum(day.changes for day in made),
    )
