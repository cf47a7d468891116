"""What `rounds log` finds, as rows for people and as objects for programs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from rich.text import Text as Rich

from agent.cli.when import shown
from agent.history import Event, Found, History, PastRound, Sought
from agent.lookback import RecordLine, lines, records
from agent.problems import Kind
from checks.contract import State
from exporters.contract import DayRecord
from exporters.daily import Statistics, conclude, reason_words
from exporters.daily.inert import plain
from exporters.daily.quantities import iso

T = TypeVar("T")

_STYLES = {State.OK: "green", State.WARN: "yellow", State.UNKNOWN: "magenta", State.CRIT: "bold red"}


@dataclass(frozen=True, slots=True)
class Lookup:
    """Where to look, and for what."""

    history: History
    sought: Sought
    zone: ZoneInfo
    everything: bool


@dataclass(frozen=True, slots=True)
class Finder(Generic[T]):
    """How one kind of thing is found and shown; columns in `whole` are never broken."""

    noun: str
    titles: tuple[str, ...]
    whole: tuple[str, ...]
    find: Callable[[Lookup], Found[T]]
    cells: Callable[[T, ZoneInfo], tuple[Rich, ...]]
    in_json: Callable[[T, ZoneInfo], dict[str, object]]


def _event_cells(event: Event, zone: ZoneInfo) -> tuple[Rich, ...]:
    change = event.change
    state = _state(change.after)
    if change.kind is Kind.SOFT:
        state = Rich(f"{state.plain}?", style="dim")
    return (
        Rich(shown(change.at, zone)),
        Rich(change.host),
        Rich(change.check),
        Rich(plain(change.item)),
        state,
        Rich(event.incident),
        Rich(plain(change.summary.en)),
    )


def _event_in_json(event: Event, zone: ZoneInfo) -> dict[str, object]:
    change = event.change
    return {
        "at": iso(change.at, zone.key),
        "since": iso(change.since, zone.key),
        "host": change.host,
        "check": change.check,
        "item": change.item,
        "before": _name(change.before),
        "after": _name(change.after),
        "confirmed": change.kind is Kind.HARD,
        "reason": change.reason,
        "incident": event.incident or None,
        "summary": {"en": change.summary.en, "zh": change.summary.zh},
    }


def _round_cells(made: PastRound, zone: ZoneInfo) -> tuple[Rich, ...]:
    return (
        Rich(shown(made.finished_at, zone)),
        Rich(made.host),
        Rich(made.lane),
        Rich(f"{made.finished_at - made.started_at:.1f} s"),
        Rich("reached", style="green") if made.reason is None else Rich(reason_words(made.reason).en, style="magenta"),
    )


def _round_in_json(made: PastRound, zone: ZoneInfo) -> dict[str, object]:
    return {
        "started_at": iso(made.started_at, zone.key),
        "finished_at": iso(made.finished_at, zone.key),
        "host": made.host,
        "lane": made.lane,
        "reached": made.reason is None,
        "reason": made.reason,
    }


def _record_cells(record: DayRecord, zone: ZoneInfo) -> tuple[Rich, ...]:
    conclusion, numbers = conclude(record), Statistics.of(record)
    return (
        Rich(record.date.isoformat()),
        Rich(record.number),
        Rich(conclusion.headline.en, style="" if conclusion.worst is State.OK else _STYLES[conclusion.worst]),
        Rich(f"{numbers.hosts_done}/{numbers.hosts_due}"),
        Rich(str(numbers.items.abnormal)),
        Rich(str(numbers.items.unchecked)),
        Rich(str(numbers.open)),
        Rich(plain(", ".join(dict.fromkeys(review.by for review in record.reviews)))),
    )


def _record_in_json(record: DayRecord, zone: ZoneInfo) -> dict[str, object]:
    conclusion, numbers = conclude(record), Statistics.of(record)
    return {
        "date": record.date.isoformat(),
        "number": record.number,
        "begins_at": iso(record.begins_at, zone.key),
        "ends_at": iso(record.ends_at, zone.key),
        "made_at": iso(record.made_at, zone.key),
        "conclusion": {language: conclusion.in_language(language) for language in ("en", "zh")},
        "hosts": {"due": numbers.hosts_due, "done": numbers.hosts_done},
        "items": {
            "due": numbers.items.due,
            "done": numbers.items.done,
            "normal": numbers.items.normal,
            "abnormal": numbers.items.abnormal,
            "not_checked": numbers.items.unchecked,
        },
        "incidents": {"resolved": numbers.resolved, "open": numbers.open},
        "reviewed_by": list(dict.fromkeys(review.by for review in record.reviews)),
    }


def _line_cells(found: RecordLine, zone: ZoneInfo) -> tuple[Rich, ...]:
    line = found.line
    return (
        Rich(found.record.date.isoformat()),
        Rich(line.host),
        Rich(line.check.name),
        Rich(plain(line.item)),
        _state(line.state),
        Rich(plain(line.summary.en)),
    )


def _line_in_json(found: RecordLine, zone: ZoneInfo) -> dict[str, object]:
    line = found.line
    return {
        "date": found.record.date.isoformat(),
        "number": found.record.number,
        "host": line.host,
        "check": line.check.name,
        "item": line.item,
        "state": _name(line.state),
        "reason": line.reason,
        "summary": {"en": line.summary.en, "zh": line.summary.zh},
        "checked_at": iso(line.checked_at, zone.key),
    }


def _newest(found: Iterator[T], most: int) -> Found[T]:
    """The first `most` of what comes the newest first, turned round. Of more the number is not known: one more."""
    some = list(islice(found, most + 1))
    return Found(len(some), tuple(reversed(some[:most])))


def _name(state: State | None) -> str | None:
    return None if state is None else state.name


def _state(state: State | None) -> Rich:
    return Rich("-" if state is None else state.name, style="dim" if state is None else _STYLES[state])


FINDERS: Mapping[str, Finder[Any]] = {
    "changes": Finder(
        "event",
        ("At", "Host", "Check", "Item", "State", "Incident", "What"),
        ("At", "State", "Incident"),
        lambda look: look.history.events(look.sought, everything=look.everything),
        _event_cells,
        _event_in_json,
    ),
    "rounds": Finder(
        "round",
        ("Ended", "Host", "Lane", "Took", "Result"),
        ("Ended", "Lane", "Took"),
        lambda look: look.history.rounds(look.sought),
        _round_cells,
        _round_in_json,
    ),
    "reports": Finder(
        "report",
        ("Date", "No.", "Conclusion", "Hosts", "Abnormal", "Not checked", "Open", "Reviewed by"),
        ("Date", "No."),
        lambda look: _newest(records(look.history, look.sought, look.zone), look.sought.most),
        _record_cells,
        _record_in_json,
    ),
    "lines": Finder(
        "line",
        ("Date", "Host", "Check", "Item", "State", "What"),
        ("Date", "State"),
        lambda look: _newest(lines(look.history, look.sought, look.zone), look.sought.most),
        _line_cells,
        _line_in_json,
    ),
}
"""How each kind is found, by the word that asks for it."""
