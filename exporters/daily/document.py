"""The daily log as a document: what is said, in one language, before it is Markdown, HTML or a mail.

Its strings may hold whatever a host wrote. Each format makes them inert in its own way.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from checks.contract import State, Unit
from checks.contract.text import Language


class Tone(StrEnum):
    """How a word is coloured. Colour never says what the word does not."""

    GOOD = "good"
    WARNING = "warning"
    CRITICAL = "critical"
    UNCHECKED = "unchecked"
    QUIET = "quiet"


class Kind(StrEnum):
    """How a column is set."""

    TEXT = "text"
    NUMBER = "number"
    WIDE = "wide"  # gets the room that is left
    HOST = "host"  # a server's name, which is broken after its dots only
    SHORT = "short"  # a moment or a number: its lines are not broken
    BY_HAND = "by-hand"  # empty, for a pen


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `note` is a second, quieter line. With `tag` the text is a state and shown as one."""

    text: str
    tone: Tone | None = None
    note: str = ""
    tag: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. `desk`: a compact table leaves it out on a telephone."""

    title: str
    kind: Kind = Kind.TEXT
    desk: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns, under a caption that may be empty. `has_total`: the last row sums up the others.

    `compact`: its rows are short enough to stay rows on a telephone, where those of other tables become cards.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    has_total: bool = False
    compact: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph; `label` stands before it in bold."""

    text: str
    tone: Tone | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its name, and what belongs to it."""

    label: str
    value: str
    note: str = ""
    tone: Tone | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers side by side."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Ruled lines for a pen, each with its label."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One step of a curve, an hour: the mean, and the least and the most there was. In base units."""

    mean: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a chart. `name` and the quieter `note` say whose it is, `value` what its peak was, in words.

    `steps` has one entry for each tick of the chart; None where nothing was measured. `levels` is in words too.
    """

    name: str
    note: str
    value: str
    steps: tuple[Stretch | None, ...]
    levels: str = ""
    tone: Tone | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """Curves over the hours of a day, numbered from 1 in a legend that stands beside the picture.

    `ticks` are the hours as a reader's clock shows them (`08`), one for each step. `warn` and `crit` are drawn where
    all curves have them in common. `top` is the end of the scale, in base units.
    """

    title: str
    unit: Unit
    ticks: tuple[str, ...]
    curves: tuple[Curve, ...]
    top: float
    warn: float | None = None
    crit: float | None = None


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """One row of a calendar: how it stood on each of the days. None: nothing is known of that day."""

    name: str
    note: str
    states: tuple[State | None, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The last weeks day by day, the last day last. `legend` says in words what each state is called."""

    title: str
    days: tuple[date, ...]
    lines: tuple[CalendarLine, ...]
    legend: tuple[tuple[State | None, str], ...]


Block = Table | Note | Figures | Lines | Chart | Calendar


@dataclass(frozen=True, slots=True)
class Part:
    """One numbered section. Number 0: without one."""

    number: int
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole log, or the digest of it that is mailed. `head` is the form's head as (label, value).

    `conclusion` is the one-line conclusion, sentence by sentence.
    """

    language: Language
    title: str
    date: str
    headline: str
    conclusion: tuple[str, ...]
    tone: Tone
    head: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    foot: str = ""


def tone_of(state: State | None) -> Tone:
    """The colour of a state; what was not judged has a colour of its own."""
    match state:
        case State.OK:
            return Tone.GOOD
        case State.WARN:
            return Tone.WARNING
        case State.CRIT:
            return Tone.CRITICAL
        case _:
            return Tone.UNCHECKED
