"""What the tables know of one maintenance day, read in a few queries and kept by (host, check, item)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, or_, select

from agent.history.changes import transition_of
from agent.history.ids import ItemKey
from agent.history.schema import HOUR, hosts, items, runs, tallies, transitions
from agent.history.sheet import MEASUREMENTS
from agent.history.timeline import Moment, Trouble, moment, troubles
from agent.problems import REACHABLE, Kind, Transition
from checks.contract import Measurement, State, Text
from collectors.contract import Reason

T = TypeVar("T")

_TROUBLED = (State.WARN, State.UNKNOWN, State.CRIT)


@dataclass(frozen=True, slots=True)
class Reading:
    """A result as it was written: its words, its numbers and its time."""

    summary: Text
    measurements: tuple[Measurement, ...]
    checked_at: float


@dataclass(frozen=True, slots=True)
class Count:
    """How often an item was judged and not judged in the day; `last_at` is the last of either, before the day's end."""

    judged: int = 0
    unchecked: int = 0
    last_at: float | None = None


@dataclass(slots=True)
class Daybook:
    """One maintenance day, from `begin` to `end`. `lapses` say why a check was last not made."""

    begin: float
    end: float
    keys: dict[int, ItemKey] = field(default_factory=dict)
    readings: dict[ItemKey, Reading] = field(default_factory=dict)
    counts: dict[ItemKey, Count] = field(default_factory=dict)
    lapses: dict[ItemKey, tuple[Reason, str]] = field(default_factory=dict)
    before: dict[ItemKey, list[Transition]] = field(default_factory=lambda: defaultdict(list))
    past_troubles: dict[ItemKey, list[Transition]] = field(default_factory=lambda: defaultdict(list))
    during: dict[ItemKey, list[Transition]] = field(default_factory=lambda: defaultdict(list))
    rounds: dict[str, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def read(cls, connection: Connection, begin: float, end: float) -> "Daybook":
        """All there is between `begin` and `end` (epoch seconds)."""
        book = cls(begin, end)
        book._read_items(connection)
        book._read_counts(connection)
        book._read_lapses(connection)
        book._read_transitions(connection)
        book._read_rounds(connection)
        return book

    def _read_items(self, connection: Connection) -> None:
        for row in connection.execute(select(items, hosts.c.name.label("host")).join_from(items, hosts)):
            key = (row.host, row.check, row.item)
            self.keys[row.id] = key
            reading = _reading(row, self.begin, self.end)
            if reading is not None:
                self.readings[key] = reading

    def _read_counts(self, connection: Connection) -> None:
        judged = func.sum(tallies.c.ok + tallies.c.warn + tallies.c.unknown + tallies.c.crit)
        last_at = func.max(case((tallies.c.last_at < self.end, tallies.c.last_at)))
        query = select(tallies.c.item_id, judged, func.sum(tallies.c.unchecked), last_at).group_by(tallies.c.item_id)
        for item_id, made, missed, last in connection.execute(self._in_the_day(query)):
            self.counts[self.keys[item_id]] = Count(int(made), int(missed), last)

    def _read_lapses(self, connection: Connection) -> None:
        query = select(tallies.c.item_id, tallies.c.reason, tallies.c.detail).where(tallies.c.reason.is_not(None))
        for item_id, reason, detail in connection.execute(self._in_the_day(query).order_by(tallies.c.start)):
            self.lapses[self.keys[item_id]] = (Reason(reason), detail or "")

    def _in_the_day(self, query: Select[Any]) -> Select[Any]:
        return query.where(
            tallies.c.start >= _hour(self.begin),
            tallies.c.start < self.end,
            tallies.c.last_at >= self.begin,
            tallies.c.first_at < self.end,
        )

    def _read_transitions(self, connection: Connection) -> None:
        earlier = select(func.max(transitions.c.id)).where(transitions.c.at < self.begin)
        last_ones = earlier.group_by(transitions.c.item_id, transitions.c.kind)
        for item_id, transition in self._transitions(connection, transitions.c.id.in_(last_ones)):
            self.before[self.keys[item_id]].append(transition)
        within = and_(transitions.c.at >= self.begin, transitions.c.at < self.end)
        for item_id, transition in self._transitions(connection, within):
            self.during[self.keys[item_id]].append(transition)
        numbers = {key: number for number, key in self.keys.items()}
        troubled = [numbers[key] for key, known in self.before.items() if _hard(known) in _TROUBLED]
        for some in batched(troubled):
            hard = and_(transitions.c.item_id.in_(some), transitions.c.kind == Kind.HARD.value)
            for item_id, transition in self._transitions(connection, and_(hard, transitions.c.at < self.begin)):
                self.past_troubles[self.keys[item_id]].append(transition)

    def _transitions(self, connection: Connection, where: ColumnElement[bool]) -> Iterator[tuple[int, Transition]]:
        for row in connection.execute(select(transitions).where(where).order_by(transitions.c.id)):
            yield row.item_id, transition_of(row, self.keys[row.item_id])

    def _read_rounds(self, connection: Connection) -> None:
        """Whole hours are added up already; what is cut off at either end is counted from the single runs."""
        first, last = _hour(self.begin + HOUR - 1), _hour(self.end)
        query = (
            select(hosts.c.name, func.sum(tallies.c.ok), func.sum(tallies.c.unchecked))
            .join_from(tallies, items)
            .join(hosts)
            .where(items.c.check == REACHABLE.name, tallies.c.start >= first, tallies.c.start < last)
            .group_by(hosts.c.name)
        )
        for host, reached, missed in connection.execute(query):
            self._add_rounds(host, int(reached), int(missed))
        reached = func.sum(case((runs.c.reason.is_(None), 1), else_=0))
        edges = or_(_between(self.begin, min(first, self.end)), _between(max(last, first, self.begin), self.end))
        counted = or_(runs.c.reason.is_(None), runs.c.reason != Reason.INTERRUPTED.value)
        query = select(hosts.c.name, reached, func.count() - reached).join_from(runs, hosts).where(edges, counted)
        for host, made, missed in connection.execute(query.group_by(hosts.c.name)):
            self._add_rounds(host, int(made), int(missed))

    def _add_rounds(self, host: str, reached: int, missed: int) -> None:
        before = self.rounds.get(host, (0, 0))
        self.rounds[host] = (before[0] + reached, before[1] + missed)

    def moment(self, key: ItemKey) -> Moment | None:
        """How an item stood at the end of the day; None: it was not there."""
        return moment([*self.before.get(key, ()), *self.during.get(key, ())])

    def worst(self, key: ItemKey) -> State | None:
        """The worst confirmed state during the day."""
        during = [t.after for t in self.during.get(key, ()) if t.kind is Kind.HARD]
        return max((state for state in (_hard(self.before.get(key, ())), *during) if state is not None), default=None)

    def troubles(self, key: ItemKey) -> list[Trouble]:
        """The confirmed problems that were there at some time of the day, or whose end was confirmed in it."""
        hard = [t for t in (*self.past_troubles.get(key, ()), *self.during.get(key, ())) if t.kind is Kind.HARD]
        found = troubles(hard)
        return [trouble for trouble in found if trouble.noticed_end_at is None or trouble.noticed_end_at >= self.begin]


def batched(values: Sequence[T], most: int = 500) -> Iterator[Sequence[T]]:
    """Some at a time: a statement takes only so many parameters."""
    for start in range(0, len(values), most):
        yield values[start : start + most]


def _reading(row: Row[Any], begin: float, end: float) -> Reading | None:
    """The last result within the day that is still kept in words."""
    if row.checked_at is not None and begin <= row.checked_at < end:
        return Reading(Text(row.summary_en, row.summary_zh), _measured(row.measurements), row.checked_at)
    if row.earlier_checked_at is not None and begin <= row.earlier_checked_at < end:
        summary = Text(row.earlier_summary_en, row.earlier_summary_zh)
        return Reading(summary, _measured(row.earlier_measurements), row.earlier_checked_at)
    return None


def _measured(json: str) -> tuple[Measurement, ...]:
    return MEASUREMENTS.validate_json(json)


def _hard(known: Iterable[Transition]) -> State | None:
    states = [transition.after for transition in known if transition.kind is Kind.HARD]
    return states[-1] if states else None


def _hour(at: float) -> int:
    return int(at // HOUR) * HOUR


def _between(begin: float, end: float) -> ColumnElement[bool]:
    return and_(runs.c.finished_at >= begin, runs.c.finished_at < end)
