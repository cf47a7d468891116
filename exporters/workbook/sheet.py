"""One form on one sheet: title, head, the rows under a frozen heading, tail, and how all of it is printed."""

from datetime import datetime

from xlsxwriter.worksheet import Worksheet

from checks.contract import Unit
from exporters.daily.inert import plain
from exporters.daily.words import counted
from exporters.forms.filled import ColumnKind, FilledCell, FilledForm, FilledRow
from exporters.workbook.binding import EVIDENCE_HEADING, Binding, set_paper
from exporters.workbook.columns import with_numbers_apart
from exporters.workbook.formats import Look
from exporters.workbook.inert import cell_text
from exporters.workbook.quantities import MOMENT, Scale, is_writable, local, scale
from exporters.workbook.widths import LINE_POINTS, column_width, fitted, lines_needed

MOST_ROWS = 200_000
"""Rows of one sheet; a spreadsheet would take a million, and a person none of them."""

_LOOKED_AT = 5000
"""Rows whose texts say how wide a column has to be."""

_MOST_LINKS = 60_000
_HEADER_ROW = 3
_LOOKS = {ColumnKind.NUMBER: Look.NUMBER, ColumnKind.STATE: Look.STATE, ColumnKind.BY_HAND: Look.BY_HAND}
_BLANK = "＿" * 6
_PEN_POINTS = 24.0
_TALLEST = 409.0


def write_form(sheet: Worksheet, form: FilledForm, book: Binding) -> None:
    """Fill a sheet, row by row from the top: what is written is not kept in memory."""
    _FormSheet(sheet, with_numbers_apart(form, book.day.timezone), book).write()


class _FormSheet:
    def __init__(self, sheet: Worksheet, form: FilledForm, book: Binding) -> None:
        self._sheet, self._form, self._book = sheet, form, book
        self._formats = book.formats
        self._rows = form.rows[:MOST_ROWS]
        self._last = len(form.columns)  # of the column that names the evidence
        self._scales = [self._scales_of(column) for column in range(self._last)]
        self._has_pen = any(column.kind is ColumnKind.BY_HAND for column in form.columns)
        self._links = 0

    def write(self) -> None:
        form, book = self._form, self._book
        title = f"{form.number} {form.title}".strip()
        set_paper(self._sheet, book, title)
        self._widths = self._set_widths()
        self._merged(0, cell_text(title), Look.TITLE, 28)
        self._merged(1, _pairs(form.head), Look.LINE)
        self._merged(2, cell_text(self._about()), Look.NOTE)
        self._write_heading()
        for number, row in enumerate(self._rows, _HEADER_ROW + 1):
            self._write_row(number, row)
        end = _HEADER_ROW + len(self._rows)
        if self._rows:
            self._sheet.autofilter(_HEADER_ROW, 0, end, self._last)
        self._sheet.freeze_panes(_HEADER_ROW + 1, 1)
        self._sheet.repeat_rows(_HEADER_ROW)
        if form.tail:
            self._merged(end + 2, _pairs(form.tail), Look.LINE)

    def _about(self) -> str:
        say, left_out = self._book.say, len(self._form.rows) - len(self._rows)
        found = [self._form.note, say(f"Rows: {len(self._form.rows)}", f"共 {len(self._form.rows)} 行")]
        if left_out:
            found.append(say(f"{counted(left_out, 'more row')} in the JSON record", f"另有 {left_out} 行见 JSON 记录"))
        return " · ".join(filter(None, found))

    def _scales_of(self, column: int) -> dict[Unit | None, Scale]:
        """A scale for each unit of a column; most have one."""
        found: dict[Unit | None, list[float]] = {}
        for row in self._rows:
            cell = row.cells[column]
            if isinstance(cell.value, int | float) and is_writable(cell.value, cell.unit):
                found.setdefault(cell.unit, []).append(cell.value)
        return {unit: scale(unit, values, self._form.language) for unit, values in found.items()}

    def _set_widths(self) -> list[float]:
        shown = self._rows[:_LOOKED_AT]
        widths = [
            column_width(column.kind, column.title, (plain(row.cells[index].text) for row in shown))
            for index, column in enumerate(self._form.columns)
        ]
        evidence = column_width(ColumnKind.TEXT, self._evidence_title, map(self._book.numbering.told, shown))
        widths = [*fitted(widths, [column.kind for column in self._form.columns]), min(evidence, 14)]
        for index, width in enumerate(widths):
            self._sheet.set_column(index, index, width)
        return widths

    @property
    def _evidence_title(self) -> str:
        return self._book.say("Evidence", "凭证")

    def _merged(self, row: int, text: str, look: Look, height: float = 0) -> None:
        """A line of harmless text across the whole form."""
        lines = lines_needed(text, sum(self._widths))
        self._sheet.set_row(row, height or max(1, lines) * LINE_POINTS + 2)
        self._sheet.merge_range(row, 0, row, self._last, "", self._formats.get(look))
        self._sheet.write_string(row, 0, text, self._formats.get(look))

    def _write_heading(self) -> None:
        titles = [*(column.title for column in self._form.columns), self._evidence_title]
        lines = max(lines_needed(title, width - 3) for title, width in zip(titles, self._widths, strict=True))
        self._sheet.set_row(_HEADER_ROW, max(2, lines) * LINE_POINTS + 4)
        for column, title in enumerate(titles):
            self._sheet.write_string(_HEADER_ROW, column, cell_text(title), self._formats.get(Look.COLUMN))

    def _write_row(self, number: int, row: FilledRow) -> None:
        texts = [*(cell_text(cell.text) for cell in row.cells), self._book.numbering.told(row)]
        lines = max(lines_needed(text, width) for text, width in zip(texts, self._widths, strict=True))
        least = _PEN_POINTS if self._has_pen else LINE_POINTS
        self._sheet.set_row(number, min(_TALLEST, max(least, lines * LINE_POINTS)))
        for column, cell in enumerate(row.cells):
            self._write_cell(number, column, cell)
        self._write_evidence(number, row)

    def _write_cell(self, row: int, column: int, cell: FilledCell) -> None:
        sheet, value, kind = self._sheet, cell.value, self._form.columns[column].kind
        look = _LOOKS.get(kind, Look.CELL)
        if kind in (ColumnKind.NUMBER, ColumnKind.MOMENT) and value is not None and is_writable(value, cell.unit):
            self._write_value(row, column, cell, value)
        elif cell.text:
            text = cell_text(cell.text)
            look = Look.CELL if look is Look.NUMBER else look  # words in a column of numbers
            sheet.write_string(row, column, text, self._formats.get(look, cell.tone, quoted=text.startswith("'")))
        else:
            sheet.write_blank(row, column, None, self._formats.get(look, cell.tone))

    def _write_value(self, row: int, column: int, cell: FilledCell, value: float | datetime) -> None:
        if isinstance(value, datetime) or cell.unit is Unit.TIMESTAMP:
            look = self._formats.get(Look.NUMBER, cell.tone, MOMENT)
            self._sheet.write_datetime(row, column, local(value, self._book.day.timezone), look)
        else:
            chosen = self._scales[column][cell.unit]
            look = self._formats.get(Look.NUMBER, cell.tone, chosen.format)
            self._sheet.write_number(row, column, chosen.value(value), look)

    def _write_evidence(self, number: int, row: FilledRow) -> None:
        """The numbers of the answers, and a jump to the first: they stand in the order of their numbers."""
        found = self._book.numbering.of_row(row)
        if not found:
            self._sheet.write_string(number, self._last, "–", self._formats.get(Look.CELL))
            return
        told, look = self._book.numbering.told(row), self._formats.get(Look.LINK)
        if self._links >= _MOST_LINKS:
            self._sheet.write_string(number, self._last, told, self._formats.get(Look.CELL))
            return
        self._links += 1
        quoted = self._book.evidence_sheet.replace("'", "''")
        place = f"internal:'{quoted}'!A{found[0] + EVIDENCE_HEADING}"
        self._sheet.write_url(number, self._last, place, look, told)


def _pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    """Pairs in one line, far enough apart to be told from each other; an empty value is left for a pen."""
    return "      ".join(f"{cell_text(label)}: {plain(value) or _BLANK}" for label, value in pairs)
