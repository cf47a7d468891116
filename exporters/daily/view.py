"""A day seen by a reader of one language: the record, grouped once, and the way to word it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from checks.contract import Measurement, State, Text
from checks.contract.text import Language
from collectors.contract import Reason
from exporters.contract import Change, CheckCard, DayRecord, HostCard, Incident, ItemLine
from exporters.daily.conclusion import Conclusion, conclude
from exporters.daily.document import Cell, Tone, tone_of
from exporters.daily.quantities import amount, clock, lasting, moment, thresholds
from exporters.daily.reasons import detail_of, reason_words, why_not
from exporters.daily.statistics import Statistics
from exporters.daily.topics import Topic, topic_of
from exporters.daily.words import chinese, item_words, state_words


@dataclass(frozen=True)
class View:
    """One day in one language."""

    day: DayRecord
    language: Language

    @cached_property
    def conclusion(self) -> Conclusion:
        """What the day comes to."""
        return conclude(self.day)

    @cached_property
    def numbers(self) -> Statistics:
        """The day's numbers."""
        return Statistics.of(self.day)

    @cached_property
    def by_topic(self) -> dict[Topic, list[ItemLine]]:
        """The day's lines by topic."""
        found: dict[Topic, list[ItemLine]] = {}
        for line in self.day.items:
            found.setdefault(topic_of(line.check), []).append(line)
        return found

    @cached_property
    def by_host(self) -> dict[str, list[ItemLine]]:
        """The day's lines by the name of their host."""
        found: dict[str, list[ItemLine]] = {}
        for line in self.day.items:
            found.setdefault(line.host, []).append(line)
        return found

    @cached_property
    def by_check(self) -> dict[str, list[ItemLine]]:
        """The day's lines by the name of their check."""
        found: dict[str, list[ItemLine]] = {}
        for line in self.day.items:
            found.setdefault(line.check.name, []).append(line)
        return found

    @cached_property
    def cards(self) -> dict[str, HostCard]:
        """Who the hosts are, by name."""
        return {line.host.name: line.host for line in self.day.hosts}

    @cached_property
    def absent(self) -> frozenset[str]:
        """The hosts that no round reached."""
        return frozenset(line.host.name for line in self.day.hosts if not line.checked)

    @cached_property
    def open_incidents(self) -> dict[tuple[str, str, str], Incident]:
        """The problems still there, by host, check and item."""
        return {(one.host, one.check.name, one.item): one for one in self.day.open}

    @cached_property
    def told_with(self) -> dict[tuple[str, tuple[Change, ...]], Incident]:
        """By a host and what had changed on it, the first problem that this stands beside."""
        found: dict[tuple[str, tuple[Change, ...]], Incident] = {}
        for one in sorted(self.day.incidents, key=lambda one: (one.began_at, one.check.name, one.item)):
            if one.worst in (State.WARN, State.CRIT):
                found.setdefault((one.host, one.changes_before), one)
        return found

    def item(self, check: CheckCard, item: str) -> str:
        """The item in this reader's language; nothing where the check's title says it."""
        return item_words(check, item, self.language)

    def listed(self, names: Iterable[str], most: int | None = None) -> str:
        """`a, b, c`, and how many more there are than `most`."""
        every = list(names)
        shown = every if most is None else every[:most]
        more = len(every) - len(shown)
        words = self.say(", ", "、").join(shown)
        return words + (self.say(f" and {more} more", f" 等 {len(every)} 项") if more else "")

    def say(self, en: str, zh: str) -> str:
        """One of two wordings."""
        return chinese(zh) if self.language == "zh" else en

    def word(self, text: Text) -> str:
        """The words in this reader's language."""
        return self.say(text.en, text.zh)

    def amount(self, measurement: Measurement) -> str:
        """A measured value with its unit."""
        return amount(measurement.value, measurement.unit, self.language, self.day.timezone)

    def thresholds(self, measurement: Measurement) -> str:
        """The levels that applied."""
        return thresholds(measurement, self.language, self.day.timezone)

    def clock(self, at: float | None) -> str:
        """A moment of the day; a dash when it is not known."""
        return "–" if at is None else clock(at, self.day.timezone)

    def moment(self, at: float) -> str:
        """A moment with its year."""
        return moment(at, self.day.timezone)

    def lasting(self, seconds: float) -> str:
        """A duration."""
        return self.word(lasting(seconds))

    def state(self, state: State | None) -> Cell:
        """A state, by word and colour. UNKNOWN counts as not checked, and is called so."""
        judged = None if state == State.UNKNOWN else state
        return Cell(self.word(state_words(judged)), tone_of(judged), tag=True)

    def fate(self, line: ItemLine) -> Cell:
        """What became of a line: its state, or why it has none."""
        if line.reason is not None and line.reason.is_harmless:
            return Cell(self.word(reason_words(line.reason)), Tone.QUIET, tag=True)
        return self.state(line.state)

    def why(self, reason: Reason | None, detail: str) -> tuple[str, str]:
        """Why something was not checked, and what more there is to say of it. `detail` is in English."""
        return (self.word(reason_words(None)), detail) if reason is None else why_not(reason, detail, self.language)

    def why_line(self, line: ItemLine) -> tuple[str, str]:
        """The same of a line; one that was looked at and not judged says more in its own words."""
        if line.reason is None:
            return self.why(None, self.word(line.summary))
        return self.why(line.reason, detail_of(line.summary, line.reason))

    def subject(self, check: CheckCard, item: str) -> Cell:
        """The check, and under it the item it speaks of."""
        return Cell(self.word(check.title), note=item_words(check, item, self.language))

    @property
    def until(self) -> float:
        """Until when the day is known: a report may be asked for while the day is under way."""
        return min(self.day.ends_at, self.day.made_at)
