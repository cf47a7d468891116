"""The first sheet: what the day comes to, its numbers, which forms follow, and who answers for it."""

from collections.abc import Sequence
from io import BytesIO

from xlsxwriter.worksheet import Worksheet

from exporters.daily.composition import title
from exporters.daily.document import Cell, Figure, Note, Table, Tone
from exporters.daily.overview import conclusion_tone, figures, statistics_part
from exporters.daily.view import View
from exporters.forms.filled import ColumnKind, FilledForm
from exporters.workbook.binding import Binding, set_paper
from exporters.workbook.formats import Look
from exporters.workbook.inert import cell_text
from exporters.workbook.quantities import local
from exporters.workbook.widths import LINE_POINTS, lines_needed

_WIDTHS = (24, 13, 13, 13, 13, 13)
_LAST = len(_WIDTHS) - 1
_LOGO_PIXELS = 44


class Cover:
    """Writes the cover from the top, a row at a time."""

    def __init__(self, sheet: Worksheet, book: Binding) -> None:
        self._sheet, self._book, self._formats = sheet, book, book.formats
        self._view = View(book.day, book.language)
        self._row = 0

    def write(self, forms: Sequence[tuple[FilledForm, str]]) -> None:
        """The whole cover; `forms` are those that follow, each with the name of its sheet."""
        set_paper(self._sheet, self._book, title(self._book.day, self._book.language), landscape=False)
        self._sheet.fit_to_pages(1, 1)  # the signatures stand on the page of what they sign
        for column, width in enumerate(_WIDTHS):
            self._sheet.set_column(column, column, width)
        self._sheet.hide_gridlines(2)
        self._letterhead()
        self._line(title(self._book.day, self._book.language), Look.TITLE, 36)
        self._head()
        self._verdict()
        self._statistics()
        self._contents(forms)
        self._signatures()

    def _letterhead(self) -> None:
        letterhead = self._book.letterhead
        if letterhead.logo is not None and letterhead.png_size is not None:
            ratio = _LOGO_PIXELS / letterhead.png_size[1]
            place = {
                "image_data": BytesIO(letterhead.logo.content),
                "x_scale": ratio,
                "y_scale": ratio,
                "object_position": 2,
            }
            self._sheet.set_row(self._row, 38)
            self._sheet.insert_image(self._row, 0, "logo", {**place, "x_offset": 4, "y_offset": 3})
            self._row += 1
        if letterhead.line:
            self._line(letterhead.line, Look.ORGANISATION, 20)

    def _head(self) -> None:
        day, view, say = self._book.day, self._view, self._book.say
        edition = say(f" (edition {self._book.edition})", f"(第 {self._book.edition} 版)")
        pairs = (
            (say("No.", "记录编号"), day.number + (edition if self._book.edition > 1 else "")),
            (say("Date", "日期"), day.date.isoformat()),
            (say("Period", "统计时段"), f"{view.moment(day.begins_at)} – {view.moment(day.ends_at)} ({day.timezone})"),
            (say("Checked by", "检查人"), f"rounds {day.agent_version}"),
            (say("On duty", "值班人"), day.person_on_duty),
        )
        for label, value in pairs:
            self._pair(label, value)
        self._row += 1

    def _verdict(self) -> None:
        tone, conclusion = conclusion_tone(self._view), self._view.conclusion
        self._line(self._view.word(conclusion.headline), Look.VERDICT, 28, tone)
        for sentence in conclusion.sentences:
            self._line(self._view.word(sentence), Look.SENTENCE, 0, tone)
        self._row += 1

    def _statistics(self) -> None:
        self._heading(self._book.say("Statistics", "巡检统计"))
        self._figures(figures(self._view).figures)
        for block in statistics_part(self._view).blocks:
            if isinstance(block, Table):
                self._table(block)
            elif isinstance(block, Note):
                self._line(f"{block.label}: {block.text}" if block.label else block.text, Look.NOTE)
        self._row += 1

    def _figures(self, shown: Sequence[Figure]) -> None:
        shown = shown[: _LAST + 1]
        rows = (([f.label for f in shown], Look.NOTE), ([f.value for f in shown], Look.FIGURE))
        for texts, look in (*rows, ([f.note for f in shown], Look.NOTE)):
            self._sheet.set_row(self._row, 24 if look is Look.FIGURE else 2 * LINE_POINTS)
            for column, (text, figure) in enumerate(zip(texts, shown, strict=True)):
                tone = figure.tone if look is Look.FIGURE else None
                self._sheet.write_string(self._row, column, cell_text(text), self._formats.get(look, tone))
            self._row += 1

    def _table(self, table: Table) -> None:
        if len(table.columns) > _LAST + 1:
            return
        for column, head in enumerate(table.columns):
            self._sheet.write_string(self._row, column, cell_text(head.title), self._formats.get(Look.COLUMN))
        self._row += 1
        for row in table.rows:
            for column, cell in enumerate(row):
                self._cell(column, cell)
            self._row += 1
        if table.caption:
            self._line(table.caption, Look.NOTE)

    def _cell(self, column: int, cell: Cell) -> None:
        if cell.text.isascii() and cell.text.isdigit():
            self._sheet.write_number(self._row, column, int(cell.text), self._formats.get(Look.NUMBER, cell.tone))
            return
        text = cell_text(" · ".join(filter(None, (cell.text, cell.note))))
        look = Look.NUMBER if cell.tone is Tone.QUIET else Look.CELL
        self._sheet.write_string(self._row, column, text, self._formats.get(look, cell.tone))

    def _contents(self, forms: Sequence[tuple[FilledForm, str]]) -> None:
        say = self._book.say
        self._heading(say("Record forms", "记录表"))
        link, number = self._formats.get(Look.LINK), self._formats.get(Look.NUMBER)
        titles = [
            say("Form", "记录表"),
            "",
            "",
            say("Rows", "行数"),
            say("Abnormal", "异常"),
            say("Not checked", "未检查"),
        ]
        self._sheet.merge_range(self._row, 0, self._row, 2, "", self._formats.get(Look.COLUMN))
        for column, text in enumerate(titles):
            if text:
                self._sheet.write_string(self._row, column, text, self._formats.get(Look.COLUMN))
        self._row += 1
        for form, sheet in forms:
            self._sheet.merge_range(self._row, 0, self._row, 2, "", link)
            place = "internal:'" + sheet.replace("'", "''") + "'!A1"
            self._sheet.write_url(self._row, 0, place, link, cell_text(f"{form.number} {form.title}".strip()))
            counts = (len(form.rows), *_counts(form))
            for column, count in enumerate(counts, 3):
                self._sheet.write_number(self._row, column, count, number)
            self._row += 1
        self._row += 1

    def _signatures(self) -> None:
        say, day = self._book.say, self._book.day
        self._heading(say("Signatures", "签字"))
        for review in day.reviews:
            when = f"{local(review.at, day.timezone):%Y-%m-%d %H:%M}"
            told = f"{review.by} · {when}" + (f" · {review.comment}" if review.comment else "")
            self._pair(say("Reviewed", "已审核"), told)
        pen, label = self._formats.get(Look.PEN), self._formats.get(Look.LINE)
        for who in (say("Person on duty", "值班人签字"), say("Reviewer", "审核人签字")):
            self._sheet.set_row(self._row, 34)
            self._sheet.write_string(self._row, 0, who, label)
            self._sheet.write_string(self._row, 3, say("Date, time", "日期时间"), label)
            for column in (1, 2, 4, 5):
                self._sheet.write_blank(self._row, column, None, pen)
            self._row += 1

    def _heading(self, text: str) -> None:
        self._line(text, Look.HEADING, 22)

    def _line(self, text: str, look: Look, height: float = 0, tone: Tone | None = None) -> None:
        self._sheet.set_row(self._row, height or lines_needed(text, sum(_WIDTHS) - 4) * LINE_POINTS + 4)
        self._merged(0, text, look, tone)
        self._row += 1

    def _pair(self, label: str, value: str) -> None:
        self._sheet.set_row(self._row, lines_needed(value, sum(_WIDTHS[1:])) * LINE_POINTS + 4)
        self._sheet.write_string(self._row, 0, cell_text(label), self._formats.get(Look.LABEL))
        self._merged(1, value, Look.VALUE)
        self._row += 1

    def _merged(self, first: int, text: str, look: Look, tone: Tone | None = None) -> None:
        chosen = self._formats.get(look, tone)
        self._sheet.merge_range(self._row, first, self._row, _LAST, "", chosen)
        self._sheet.write_string(self._row, first, cell_text(text), chosen)


def _counts(form: FilledForm) -> tuple[int, int]:
    """Rows whose state is abnormal, and rows that were not checked."""
    states = [index for index, column in enumerate(form.columns) if column.kind is ColumnKind.STATE]
    tones = [{row.cells[index].tone for index in states} for row in form.rows]
    abnormal = sum(1 for found in tones if found & {Tone.WARNING, Tone.CRITICAL})
    return abnormal, sum(1 for found in tones if Tone.UNCHECKED in found and not found & {Tone.WARNING, Tone.CRITICAL})
