"""A row before it is filled, and what filling one cell of it brings to light."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from exporters.contract import HostCard, HostLine, ItemLine
from exporters.daily.document import Tone
from exporters.daily.view import View
from exporters.forms import words
from exporters.forms.filled import FilledCell

MOST_LISTED = 12
"""Names in one cell; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a row is about. `host` is None for a server off rounds, `card` too in a row for a pen.

    `element` is what `field` columns look at, `item` the one item that check columns speak of. `missing` says why a
    host has no element: then that stands in the place of its fields; `is_void`: it has none of what the rows are about.
    `collectors` are those the element came from. `seen_at` is when it was looked at, where that was before the day.
    """

    card: HostCard | None = None
    host: HostLine | None = None
    element: Any = None
    item: str | None = None
    missing: FilledCell | None = None
    is_void: bool = False
    collectors: tuple[str, ...] = ()
    seen_at: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A filled cell, the lines and collectors it rests on, and whether it ought to say more than is known.

    `seen_at` is when it was looked at, in epoch seconds, where that was before the day began: the cell has to say so.
    """

    cell: FilledCell
    lines: tuple[ItemLine, ...] = ()
    collectors: tuple[str, ...] = ()
    is_unchecked: bool = False
    seen_at: float | None = None


DASH = FilledCell("–", tone=Tone.QUIET)
"""Nothing belongs here."""


def listed(view: View, names: Iterable[str]) -> str:
    """`a, b, c`: each once, and how many more there are."""
    told = list(dict.fromkeys(name for name in names if name))
    more = len(told) - MOST_LISTED
    text = view.say(", ", "、").join(told[:MOST_LISTED])
    return text + view.say(f" and {more} more", f" 等 {len(told)} 项") if more > 0 else text


def unchecked_cell(view: View, why: str) -> FilledCell:
    """`not checked: unreachable`."""
    text = view.word(words.NOT_CHECKED)
    return FilledCell(text + view.say(": ", "：") + why if why else text, tone=Tone.UNCHECKED)


def quiet(text: str) -> FilledCell:
    """Something that is neither good nor bad."""
    return FilledCell(text, tone=Tone.QUIET)
