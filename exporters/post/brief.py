"""What a mail says: short enough for a telephone, in one language, before it is text or HTML.

Its strings may hold whatever a host wrote. Both formats make them inert in their own way.
"""

from dataclasses import dataclass

from checks.contract.text import Language
from exporters.daily.document import Cell, Figure, Note, Tone


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to know: `head` is what it is about, `text` what there is to say of it, `note` the quieter rest.

    `aside` stands beside it: a state, or a number.
    """

    head: str
    text: str = ""
    note: str = ""
    aside: Cell | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that belong together, under a head of their own: a server, say, with its problems."""

    head: Entry | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Illustration:
    """A PNG with a legend. `width` and `height` are those it is shown with; `words` draws it for a reader of text."""

    title: str
    png: bytes
    width: int
    height: int
    words: tuple[str, ...] = ()
    legend: tuple[Entry, ...] = ()


Block = Group | Note | Illustration


@dataclass(frozen=True, slots=True)
class Section:
    """A few blocks under a title."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """All that one reader is told. `conclusion` goes sentence by sentence; `foot` is the small print, line by line."""

    language: Language
    title: str
    headline: str
    tone: Tone
    conclusion: tuple[str, ...]
    figures: tuple[Figure, ...] = ()
    sections: tuple[Section, ...] = ()
    foot: tuple[str, ...] = ()
