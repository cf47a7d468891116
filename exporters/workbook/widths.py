"""How wide columns are, in characters of ordinary type; an ideograph takes two."""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from exporters.forms.filled import ColumnKind

_LEAST = {ColumnKind.BY_HAND: 14, ColumnKind.WIDE: 16, ColumnKind.MOMENT: 16}
_MOST = {ColumnKind.WIDE: 44, ColumnKind.NAME: 34, ColumnKind.NUMBER: 16, ColumnKind.STATE: 12}
_LEAST_OF_ANY = 7
_MOST_OF_ANY = 26
_MARGIN = 2
_BREAKABLE = {ColumnKind.TEXT, ColumnKind.STATE, ColumnKind.BY_HAND}
_PAPER = 165
"""More than this would be too small to read on A4 across."""

LINE_POINTS = 13.5
"""Height of a line of text."""


@lru_cache(8192)
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


def fitted(widths: Sequence[float], kinds: Sequence[ColumnKind] = ()) -> list[float]:
    """Widths that a sheet of paper can bear: columns that are not for long texts give way first, the widest of them.

    Numbers, moments and most names keep what they need to be shown whole; what is still too wide is printed smaller.
    """
    found, kinds = list(widths), kinds or [ColumnKind.TEXT] * len(widths)
    for giving, least in (
        (set(ColumnKind) - {ColumnKind.WIDE, ColumnKind.MOMENT, ColumnKind.NAME}, 11.0),
        ({ColumnKind.NAME}, 22.0),
        (_BREAKABLE, 7.0),
        ({ColumnKind.WIDE}, 18.0),
        ({ColumnKind.NUMBER}, 9.0),
    ):
        limit = max((w for w, kind in zip(found, kinds, strict=True) if kind in giving), default=0.0)
        while sum(found) > _PAPER and limit > least:
            limit -= 1
            found = [min(w, limit) if kind in giving else w for w, kind in zip(found, kinds, strict=True)]
    return found


def lines_needed(text: str, width: float) -> int:
    """How many lines the text takes in a cell of that width."""
    return max(1, math.ceil(text_width(text) / max(width, 1)))
