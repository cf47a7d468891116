"""Text in cells and on sheets' tabs that does nothing but be read."""

import re
from functools import lru_cache

from exporters.daily.inert import SENTENCES_LIMIT, plain

_FORMULA = "=+-@＝＋－＠"
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31
_LONGEST_HEADER_PART = 70


@lru_cache(8192)
def cell_text(text: str) -> str:
    """One visible line. What a spreadsheet could take for a formula begins with an apostrophe.

    Cells of text are never formulas in the workbook itself; but somebody may save a sheet as CSV, which knows only
    text, and whoever opens that lets its cells be read anew. So the apostrophe belongs to the text.
    """
    line = plain(text, SENTENCES_LIMIT)
    return f"'{line}" if is_armed(line) else line


def is_armed(line: str) -> bool:
    """Whether a spreadsheet would take `line`, typed into it, for a formula. A lone sign is none."""
    return len(line) > 1 and line[0] in _FORMULA


def header_text(text: str) -> str:
    """A piece of a page's header: `&` begins a code there, and all pieces together have 255 characters."""
    return plain(text, _LONGEST_HEADER_PART).replace("&", "&&")


class SheetNames:
    """Names of a workbook's sheets: at most 31 characters, none of `[]:*?/\\`, each once whatever its case."""

    def __init__(self) -> None:
        self._taken = {"history"}  # a spreadsheet keeps this one for itself

    def name(self, wanted: str) -> str:
        """`wanted` as a name that is valid and still free."""
        name = _cut(_NOT_IN_NAMES.sub(" ", plain(wanted)).strip(" '"), _LONGEST_NAME) or "–"
        number = 1
        while name.casefold() in self._taken:
            number += 1
            ending = f" ({number})"
            name = _cut(name.removesuffix(f" ({number - 1})"), _LONGEST_NAME - len(ending)) + ending
        self._taken.add(name.casefold())
        return name


def _cut(name: str, longest: int) -> str:
    """Cut to a length that is counted in UTF-16, as spreadsheets count it."""
    while len(name.encode("utf-16-le")) // 2 > longest:
        name = name[:-1]
    return name.strip(" '")
