"""How cells look: one format for each way, made once per workbook."""

from enum import StrEnum
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

from exporters.daily.document import Tone

_RULE = "#BFC7D1"
_INK = "#1C2530"
_QUIET = "#667182"

_TONES = {
    Tone.GOOD: ("#1A7A4C", "#E8F5EE"),
    Tone.WARNING: ("#925F00", "#FDF3DC"),
    Tone.CRITICAL: ("#B3261E", "#FDECEA"),
    Tone.UNCHECKED: ("#5A4FA8", "#EFEDFB"),
    Tone.QUIET: (_QUIET, None),
}


class Look(StrEnum):
    """What a cell is for."""

    TITLE = "title"
    LINE = "line"
    LABEL = "label"
    VALUE = "value"
    HEADING = "heading"
    VERDICT = "verdict"
    SENTENCE = "sentence"
    FIGURE = "figure"
    COLUMN = "column"
    CELL = "cell"
    NUMBER = "number"
    STATE = "state"
    BY_HAND = "by-hand"
    LINK = "link"
    CODE = "code"
    NOTE = "note"
    ORGANISATION = "organisation"
    PEN = "pen"


_GRID = {"border": 1, "border_color": _RULE, "valign": "top", "text_wrap": True}
_LOOKS: dict[Look, dict[str, Any]] = {
    Look.TITLE: {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"},
    Look.LINE: {"text_wrap": True, "valign": "vcenter"},
    Look.LABEL: {"font_color": _QUIET, "valign": "top", "text_wrap": True, "bottom": 4, "bottom_color": _RULE},
    Look.VALUE: {"valign": "top", "text_wrap": True, "bottom": 4, "bottom_color": _RULE, "align": "left"},
    Look.HEADING: {"bold": True, "font_size": 12, "bottom": 2, "valign": "vcenter"},
    Look.VERDICT: {"bold": True, "font_size": 14, "valign": "vcenter", "indent": 1},
    Look.SENTENCE: {"text_wrap": True, "valign": "vcenter", "indent": 1},
    Look.FIGURE: {"bold": True, "font_size": 16, "align": "left", "shrink": True},
    Look.COLUMN: {**_GRID, "bold": True, "bg_color": "#E9EDF2", "valign": "vcenter", "align": "center"},
    Look.CELL: _GRID,
    Look.NUMBER: {**_GRID, "align": "right", "indent": 1},
    Look.STATE: {**_GRID, "bold": True, "align": "center"},
    Look.BY_HAND: {**_GRID, "bg_color": "#FFFDF0", "border": 4, "border_color": "#8A94A3"},
    Look.LINK: {**_GRID, "font_color": "#1F5FA8", "underline": 1},
    Look.CODE: {**_GRID, "font_name": "Consolas", "font_size": 8},
    Look.NOTE: {"font_color": _QUIET, "text_wrap": True, "valign": "top"},
    Look.ORGANISATION: {"font_color": _QUIET, "font_size": 11, "valign": "vcenter"},
    Look.PEN: {"bottom": 1, "bottom_color": _INK},
}
_FILLED = frozenset({Look.STATE, Look.VERDICT, Look.SENTENCE})


class Formats:
    """The formats of one workbook; asked for the same one twice, it gives the same."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[Look, Tone | None, str, bool], Format] = {}

    def get(self, look: Look, tone: Tone | None = None, number: str = "", *, quoted: bool = False) -> Format:
        """The format for a look in a tone; `number` is a spreadsheet's number format.

        `quoted`: the cell stays text when somebody edits it.
        """
        key = (look, tone, number, quoted)
        if key not in self._made:
            self._made[key] = self._book.add_format(_properties(*key))
        return self._made[key]


def _properties(look: Look, tone: Tone | None, number: str, quoted: bool) -> dict[str, Any]:
    properties: dict[str, Any] = {"font_size": 10, "font_color": _INK, **_LOOKS[look]}
    if tone is not None:
        ink, paper = _TONES[tone]
        if look is not Look.SENTENCE:
            properties["font_color"] = ink
        if look in _FILLED and paper:
            properties["bg_color"] = paper
        if look in (Look.CELL, Look.NUMBER) and tone in (Tone.WARNING, Tone.CRITICAL):
            properties["bold"] = True
    if number:
        properties["num_format"] = number
    if quoted:
        properties["quote_prefix"] = True
    return properties
