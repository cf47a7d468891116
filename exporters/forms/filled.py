"""A form filled in for one day, in one language, before it is a sheet, a page or a table."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checks.contract import Unit
from checks.contract.text import Language
from exporters.contract import Evidence
from exporters.daily.document import Tone


class ColumnKind(StrEnum):
    """How a column is set, sorted and filtered."""

    TEXT = "text"
    NAME = "name"  # of a server: not broken where there is room for it
    WIDE = "wide"  # gets the room that is left; its lines are broken
    NUMBER = "number"
    MOMENT = "moment"
    STATE = "state"
    BY_HAND = "by-hand"  # for a pen, or for a person at the keyboard


@dataclass(frozen=True, slots=True)
class FilledColumn:
    """One column; `name` is its name in the form's declaration, by which an organisation changes it."""

    name: str
    title: str
    kind: ColumnKind = ColumnKind.TEXT


@dataclass(frozen=True, slots=True)
class FilledCell:
    """One cell. `text` is what a reader sees; `value` is the same for a machine, in base units, where it is a number.

    Both may come from a host: each format makes them inert in its own way.
    """

    text: str = ""
    value: float | datetime | None = None
    unit: Unit | None = None
    tone: Tone | None = None


@dataclass(frozen=True, slots=True)
class FilledRow:
    """One row: a cell for each column, and the answers of hosts that it rests on."""

    cells: tuple[FilledCell, ...]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A whole form. `head` and `tail` are its (label, value) pairs; an empty value is left for a pen.

    `number` is the manual's (`8.2`), empty where it has none; `note` says why there is no row, or what was left out.
    `header` is the organisation's own line above it all.
    """

    name: str
    number: str
    title: str
    language: Language
    head: tuple[tuple[str, str], ...]
    columns: tuple[FilledColumn, ...]
    rows: tuple[FilledRow, ...]
    tail: tuple[tuple[str, str], ...] = ()
    note: str = ""
    header: str = ""
