"""A week or a month as an XLSX workbook: every table of its report on a sheet of its own, with all of its rows."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from checks.contract.text import Language
from exporters.contract import PeriodRecord
from exporters.daily.document import Calendar, Cell, Column, Document, Figures, Kind, Note, Part, Table, Tone, tone_of
from exporters.daily.inert import plain
from exporters.forms.filled import ColumnKind
from exporters.periodic.composition import period_report
from exporters.workbook.formats import Formats, Look
from exporters.workbook.inert import SheetNames, cell_text, header_text
from exporters.workbook.widths import LINE_POINTS, column_width, fitted, lines_needed

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_COVER_WIDTHS = (26, 60)
_HEADER_ROW = 2
_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?) %")
_KINDS = {Kind.NUMBER: ColumnKind.NUMBER, Kind.WIDE: ColumnKind.WIDE, Kind.BY_HAND: ColumnKind.BY_HAND}


def period_workbook(period: PeriodRecord, language: Language, *, edition: int = 1) -> bytes:
    """The file; the same period gives the same bytes. Raises OSError when there is no room to make it."""
    document = period_report(period, language, edition, whole=True)
    target = BytesIO()
    book = xlsxwriter.Workbook(target, _OPTIONS)
    book.set_properties(
        {
            "title": plain(f"{document.title} {document.date}"),
            "subject": plain(period.number),
            "author": f"rounds {period.agent_version}",
            "created": datetime.fromtimestamp(period.made_at, UTC).replace(tzinfo=None),
        }
    )
    formats, names = Formats(book), SheetNames()
    _cover(book.add_worksheet(names.name(document.parts[0].title)), document, formats)
    for part in document.parts[1:]:
        for table, notes in _tables(part):
            sheet = book.add_worksheet(names.name(f"{part.number} {part.title}"))
            _TableSheet(sheet, table, formats).write(f"{part.number} {part.title}", notes, document)
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(f"the workbook cannot be made: {error}") from error
    return target.getvalue()


def _tables(part: Part) -> Iterator[tuple[Table, str]]:
    """The tables of a part, calendars among them; what else is said in it stands above the first."""
    said = " ".join(
        f"{block.label}: {block.text}" if block.label else block.text
        for block in part.blocks
        if isinstance(block, Note)
    )
    tables = [_as_table(block) for block in part.blocks if isinstance(block, Table | Calendar)]
    if not tables and said:
        tables = [Table((Column(part.title, Kind.WIDE),), ((Cell(said),),))]
        said = ""
    for number, table in enumerate(tables):
        yield table, " · ".join(filter(None, (table.caption, "" if number else said)))


def _as_table(block: Table | Calendar) -> Table:
    if isinstance(block, Table):
        return block
    words = dict(block.legend)
    columns = (Column(""), Column("", Kind.WIDE), *(Column(f"{day:%m-%d}") for day in block.days))
    rows = tuple(
        (
            Cell(line.name),
            Cell(line.note),
            *(
                Cell("–", Tone.QUIET) if state is None else Cell(words.get(state, ""), tone_of(state), tag=True)
                for state in line.states
            ),
        )
        for line in block.lines
    )
    return Table(columns, rows, block.title)


def _cover(sheet: Worksheet, document: Document, formats: Formats) -> None:
    for column, width in enumerate(_COVER_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    row = _line(sheet, 0, document.title, formats, Look.TITLE)
    for label, value in document.head:
        sheet.write_string(row, 0, cell_text(label), formats.get(Look.LABEL))
        sheet.write_string(row, 1, cell_text(value), formats.get(Look.VALUE))
        row += 1
    row = _line(sheet, row + 1, document.headline, formats, Look.VERDICT, document.tone)
    for sentence in document.conclusion:
        row = _line(sheet, row, sentence, formats, Look.SENTENCE, document.tone)
    row += 1
    for block in document.parts[1].blocks:
        if isinstance(block, Figures):
            for figure in block.figures:
                told = " · ".join(filter(None, (figure.value, figure.note)))
                sheet.write_string(row, 0, cell_text(figure.label), formats.get(Look.LABEL))
                sheet.write_string(row, 1, cell_text(told), formats.get(Look.VALUE, figure.tone))
                row += 1
    _line(sheet, row + 1, document.foot, formats, Look.NOTE)


def _line(sheet: Worksheet, row: int, text: str, formats: Formats, look: Look, tone: Tone | None = None) -> int:
    """A line across the cover; the row after it."""
    chosen = formats.get(look, tone)
    sheet.set_row(
        row, max(LINE_POINTS * lines_needed(text, sum(_COVER_WIDTHS) - 4) + 6, 30 if look is Look.TITLE else 0)
    )
    sheet.merge_range(row, 0, row, 1, "", chosen)
    sheet.write_string(row, 0, cell_text(text), chosen)
    return row + 1


class _TableSheet:
    """One table: title and notes, then its rows under a frozen head with filters."""

    def __init__(self, sheet: Worksheet, table: Table, formats: Formats) -> None:
        self._sheet, self._table, self._formats = sheet, table, formats
        self._last = len(table.columns) - 1

    def write(self, title: str, notes: str, document: Document) -> None:
        widths = self._set_widths()
        self._merged(0, title, Look.HEADING, 24)
        self._merged(1, notes, Look.NOTE, lines_needed(notes, sum(widths)) * LINE_POINTS + 4)
        for column, head in enumerate(self._table.columns):
            self._sheet.write_string(_HEADER_ROW, column, cell_text(head.title), self._formats.get(Look.COLUMN))
        for row, cells in enumerate(self._table.rows, _HEADER_ROW + 1):
            lines = max(lines_needed(_told(cell), width) for cell, width in zip(cells, widths, strict=True))
            self._sheet.set_row(row, lines * LINE_POINTS + 2)
            for column, cell in enumerate(cells):
                self._cell(row, column, cell)
        end = _HEADER_ROW + len(self._table.rows) - (1 if self._table.has_total else 0)
        if end > _HEADER_ROW:
            self._sheet.autofilter(_HEADER_ROW, 0, end, self._last)
        self._sheet.freeze_panes(_HEADER_ROW + 1, 1)
        self._sheet.repeat_rows(_HEADER_ROW)
        self._set_paper(title, document)

    def _set_widths(self) -> list[float]:
        widths = [
            column_width(
                _KINDS.get(column.kind, ColumnKind.TEXT), column.title, (_told(row[index]) for row in self._table.rows)
            )
            for index, column in enumerate(self._table.columns)
        ]
        widths = fitted(widths)
        for index, width in enumerate(widths):
            self._sheet.set_column(index, index, width)
        return widths

    def _set_paper(self, title: str, document: Document) -> None:
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_header(f"&L{header_text(document.title)}&R{header_text(document.date)}")
        self._sheet.set_footer(f"&L{header_text(title)}&R&P / &N")

    def _merged(self, row: int, text: str, look: Look, height: float) -> None:
        chosen = self._formats.get(look)
        self._sheet.set_row(row, height)
        if self._last:
            self._sheet.merge_range(row, 0, row, self._last, "", chosen)
        self._sheet.write_string(row, 0, cell_text(text), chosen)

    def _cell(self, row: int, column: int, cell: Cell) -> None:
        text, sheet = cell.text, self._sheet
        is_number = self._table.columns[column].kind is Kind.NUMBER and not cell.note
        share = _SHARE.fullmatch(text)
        if is_number and text.isascii() and text.isdigit() and len(text) < 16:
            sheet.write_number(row, column, int(text), self._formats.get(Look.NUMBER, cell.tone))
        elif is_number and share:
            look = self._formats.get(Look.NUMBER, cell.tone, "0.00%")
            sheet.write_number(row, column, float(share[1]) / 100, look)
        else:
            told = cell_text(_told(cell))
            look = self._formats.get(Look.STATE if cell.tag else Look.CELL, cell.tone, quoted=told.startswith("'"))
            sheet.write_string(row, column, told, look)


def _told(cell: Cell) -> str:
    return plain(" · ".join(filter(None, (cell.text, cell.note))))
