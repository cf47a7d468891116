"""How wide columns are, in characters of a spreadsheet's default type; an ideograph takes two."""

import math
import unicodedata
from collections.abc import Iterable

from exporters.forms.filled import ColumnKind

_LEAST = {ColumnKind.BY_HAND: 14, ColumnKind.WIDE: 16, ColumnKind.MOMENT: 16}
_MOST = {ColumnKind.WIDE: 44, ColumnKind.NUMBER: 16, ColumnKind.STATE: 12}
_LEAST_OF_ANY = 7
_MOST_OF_ANY = 26
_MARGIN = 2
_PAPER = 165
"""More than this would be too small to read on A4 across."""

LINE_POINTS = 14.5
"""Height of a line of text."""


def text_width(text: str) -> int:
    """How many columns of a terminal the text would take."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def column_width(kind: ColumnKind, title: str, texts: Iterable[str]) -> float:
    """A sensible width: what is longer is broken into lines."""
    most = _MOST.get(kind, _MOST_OF_ANY)
    # A title is broken at its spaces, and anywhere between ideographs.
    words = max((text_width(word) if word.isascii() else 4 for word in title.split()), default=0)
    wanted = max(words, text_width(title) / 2, max(map(text_width, texts), default=0)) + _MARGIN
    return max(_LEAST.get(kind, _LEAST_OF_ANY), min(most, wanted))


def fitted(widths: list[float]) -> list[float]:
    """Widths that a sheet of paper can bear: the widest give way first."""
    limit = max(widths, default=0.0)
    while sum(min(width, limit) for width in widths) > _PAPER and limit > _MARGIN + 12:
        limit -= 1
    return [min(width, limit) for width in widths]


def lines_needed(text: str, width: float) -> int:
    """How many lines the text takes in a cell of that width."""
    return max(1, math.ceil(text_width(text) * 1.08 / max(width, 1)))
