"""What is gathered from a day's record for a period: incidents, backups, subjects, changes."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date

from checks.contract import State
from collectors.contract import Kind
from exporters.contract import (
    BackupLine,
    ChangeCount,
    CheckCard,
    DayRecord,
    Incident,
    ItemLine,
    PeriodIncident,
    SubjectLine,
)
from exporters.daily.topics import BACKUP, topic_of

UPDATES, SECURITY_UPDATES, PENDING = "pending_updates", "security updates", "pending"
"""The check that looks for updates, what it calls those for security, and how many wait."""


class Incidents:
    """Every incident once, by its id, as the last day that has it tells it. What was only not checked is none."""

    def __init__(self) -> None:
        self._found: dict[str, PeriodIncident] = {}

    def add(self, day: DayRecord) -> None:
        """The next day."""
        for incident in day.incidents:
            known = self._found.get(incident.id)
            self._found[incident.id] = _new(incident, day.date) if known is None else _on(known, incident, day.date)

    def all(self) -> tuple[PeriodIncident, ...]:
        """The oldest first."""
        problems = (incident for incident in self._found.values() if not incident.is_lapse)
        return tuple(sorted(problems, key=lambda i: (i.began_at, i.host, i.check.name, i.item)))


def _new(incident: Incident, day: date) -> PeriodIncident:
    return PeriodIncident(
        id=incident.id,
        host=incident.host,
        check=incident.check,
        item=incident.item,
        worst=incident.worst,
        summary=incident.summary,
        began_at=incident.began_at,
        ended_at=incident.ended_at,
        first_on=day,
        last_on=day,
        notes=incident.notes,
    )


def _on(known: PeriodIncident, incident: Incident, day: date) -> PeriodIncident:
    worse = _gravity(incident.worst) > _gravity(known.worst)
    return replace(
        known,
        worst=incident.worst if worse else known.worst,
        summary=incident.summary if worse else known.summary,
        ended_at=incident.ended_at,
        last_on=day,
        notes=tuple(dict.fromkeys((*known.notes, *incident.notes))),
    )


def _gravity(state: State) -> int:
    """What was found outweighs what could not be checked."""
    return (State.OK, State.UNKNOWN, State.WARN, State.CRIT).index(state)


class Backups:
    """How each backup set stood, day by day."""

    def __init__(self, days: int) -> None:
        self._days = days
        self._found: dict[tuple[str, str], list[State | None]] = {}

    def add(self, position: int, day: DayRecord) -> tuple[int, int]:
        """The next day; how many sets were due in it, and how many were as they should be."""
        today = set_states(day)
        for key, state in today.items():
            self._found.setdefault(key, [None] * self._days)[position] = state
        return len(today), list(today.values()).count(State.OK)

    def lines(self) -> tuple[BackupLine, ...]:
        """The least reliable first."""
        lines = (BackupLine(host, item, tuple(states)) for (host, item), states in self._found.items())
        return tuple(sorted(lines, key=lambda line: (line.ok - line.due, line.host, line.item)))


def set_states(day: DayRecord) -> dict[tuple[str, str], State]:
    """How each backup set stood at the end of a day, by host and set: the worst that any check says of it."""
    found: dict[tuple[str, str], State] = {}
    for line in day.items:
        if topic_of(line.check) is BACKUP and not (line.reason is not None and line.reason.is_harmless):
            state = State.UNKNOWN if line.state is None else line.state
            key = (line.host, line.item)
            found[key] = max(found.get(key, State.OK), state)
    return found


def patch_state(day: DayRecord) -> tuple[int, int]:
    """On how many servers waiting security updates were looked for, and on how many of them there was none."""
    judged: dict[str, bool] = {}
    for line in day.items:
        if line.check.name == UPDATES and line.item == SECURITY_UPDATES and line.state not in (None, State.UNKNOWN):
            waiting = next((m.value for m in line.measurements if m.name == PENDING), None)
            judged[line.host] = line.state == State.OK if waiting is None else waiting == 0
    return len(judged), sum(judged.values())


@dataclass(slots=True)
class _Subject:
    check: CheckCard
    counts: Counter[State] = field(default_factory=Counter)
    days: int = 0
    hosts: set[str] = field(default_factory=set)


class Subjects:
    """What the lines about each check come to."""

    def __init__(self) -> None:
        self._found: dict[str, _Subject] = {}

    def add(self, day: DayRecord) -> Counter[State]:
        """The next day; its lines by state, UNKNOWN for what was due and not checked."""
        whole: Counter[State] = Counter()
        troubled: set[str] = set()
        for line in day.items:
            if line.reason is not None and line.reason.is_harmless:
                continue
            state = State.UNKNOWN if line.state is None else line.state
            whole[state] += 1
            self._count(line, state, troubled)
        for name in troubled:
            self._found[name].days += 1
        return whole

    def _count(self, line: ItemLine, state: State, troubled: set[str]) -> None:
        subject = self._found.setdefault(line.check.name, _Subject(line.check))
        subject.counts[state] += 1
        if state in (State.WARN, State.CRIT):
            troubled.add(line.check.name)
            subject.hosts.add(line.host)

    def lines(self) -> tuple[SubjectLine, ...]:
        """In the order of the report's sections, then the most troubled first."""
        lines = (
            SubjectLine(
                check=found.check,
                normal=found.counts[State.OK],
                warning=found.counts[State.WARN],
                critical=found.counts[State.CRIT],
                unchecked=found.counts[State.UNKNOWN],
                days=found.days,
                hosts=tuple(sorted(found.hosts)),
            )
            for found in self._found.values()
        )
        order = [*type(BACKUP.section)]
        return tuple(
            sorted(lines, key=lambda s: (order.index(s.section), -s.critical, -s.warning, -s.unchecked, s.check.name))
        )


class Changes:
    """How many entries of each kind of the inventory changed."""

    def __init__(self) -> None:
        self._came: Counter[Kind] = Counter()
        self._went: Counter[Kind] = Counter()
        self._changed: Counter[Kind] = Counter()
        self._untold = 0

    def add(self, day: DayRecord) -> Counter[str]:
        """The next day; its changes by host."""
        by_host: Counter[str] = Counter()
        for host in day.changes:
            by_host[host.host] += host.total
            self._untold += host.total - len(host.changes)
            for change in host.changes:
                fate = self._came if change.before is None else self._went if change.after is None else self._changed
                fate[change.kind] += 1
        return by_host

    def counts(self) -> tuple[ChangeCount, ...]:
        """By kind, in the inventory's order; what the days told by number only comes last."""
        counts = [ChangeCount(kind, self._came[kind], self._went[kind], self._changed[kind]) for kind in Kind]
        if self._untold:
            counts.append(ChangeCount(None, untold=self._untold))
        return tuple(count for count in counts if count.total)
