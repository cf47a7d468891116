"""Forms laid out for a reader: rows and columns as tables, with the evidence of each row and, at last, its list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from checks.contract.text import Language
from exporters.contract import DayRecord
from exporters.daily.document import Cell, Tone
from exporters.daily.words import counted
from exporters.forms.filled import ColumnKind, FilledForm, FilledRow
from exporters.paper.numbering import Numbering
from exporters.workbook.widths import column_width, fitted

_LOOKED_AT = 500
"""Rows whose texts say how wide a column has to be."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column's title, the class of its cells, and its share of the sheet's width in percent."""

    title: str
    kind: str
    share: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form, or the list of evidence, with all that a page of it shows. `count` is how many rows there are."""

    heading: str
    head: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    tail: tuple[tuple[str, str], ...]
    count: int


@dataclass(frozen=True)
class Pages:
    """The forms of one day in one language. `most_rows` of each are shown, and how many are left out is said."""

    day: DayRecord
    forms: Sequence[FilledForm]
    language: Language
    most_rows: int

    def say(self, en: str, zh: str) -> str:
        """One of two wordings."""
        return zh if self.language == "zh" else en

    def sheets(self) -> Iterator[Sheet]:
        """Each form in turn, and the evidence where there is any."""
        numbering = Numbering.of(self.day, self.forms)
        for form in self.forms:
            yield self._sheet(form, numbering)
        if numbering.entries:
            yield self._evidence(numbering)

    def _sheet(self, form: FilledForm, numbering: Numbering) -> Sheet:
        shown = form.rows[: self.most_rows]
        columns = [(column.title, column.kind) for column in form.columns]
        texts = [[row.cells[index].text for row in shown[:_LOOKED_AT]] for index in range(len(columns))]
        return Sheet(
            heading=f"{form.number} {form.title}".strip(),
            head=form.head,
            notes=tuple(filter(None, (form.note, self._left_out(len(form.rows))))),
            columns=_columns([*columns, (self.say("Evidence", "凭证"), "evidence")], texts),
            rows=tuple((*_cells(form, row), Cell(numbering.told(row) or "–")) for row in shown),
            tail=form.tail,
            count=len(form.rows),
        )

    def _left_out(self, count: int) -> str:
        more = count - self.most_rows
        if more <= 0:
            return ""
        return self.say(
            f"{counted(more, 'more row')}: see the workbook or the JSON record",
            f"另有 {more} 行,见 XLSX 工作簿或 JSON 记录",
        )

    def _evidence(self, numbering: Numbering) -> Sheet:
        say = self.say
        note = say(
            "The answers of hosts that the rows above rest on, by number. `rounds evidence` shows the raw text that"
            " is kept under each SHA-256.",
            "各行所依据的主机原始应答(按序号)。原文按 SHA-256 保存,可用 `rounds evidence` 查看。",
        )
        titles = (
            (say("No.", "序号"), "number"), (say("Host", "主机"), "text"), (say("Collector", "采集项"), "text"),
            (say("Time", "时间"), "moment"), (say("Exit status", "退出码"), "number"),
            (say("SHA-256 of the command", "命令 SHA-256"), "code"),
            (say("SHA-256 of the answer", "应答 SHA-256"), "code"),
        )  # fmt: skip
        zone = ZoneInfo(self.day.timezone)
        rows = tuple(
            (
                Cell(str(number)), Cell(entry.host), Cell(entry.collector),
                Cell(f"{datetime.fromtimestamp(entry.at, UTC).astimezone(zone):%Y-%m-%d %H:%M:%S}"),
                Cell("–" if entry.exit_status is None else str(entry.exit_status)),
                Cell(entry.command_sha256), Cell(entry.answer_sha256),
            )
            for number, entry in enumerate(numbering.entries[: self.most_rows], 1)
        )  # fmt: skip
        count = len(numbering.entries)
        notes = tuple(filter(None, (note, self._left_out(count))))
        texts = [[row[index].text for row in rows[:_LOOKED_AT]] for index in range(len(titles))]
        return Sheet(say("Evidence", "凭证 Evidence"), (), notes, _columns(titles, texts), rows, (), count)


def _cells(form: FilledForm, row: FilledRow) -> Iterator[Cell]:
    for column, cell in zip(form.columns, row.cells, strict=True):
        shown = Cell(cell.text, cell.tone)
        is_state = column.kind is ColumnKind.STATE and cell.text
        yield replace(shown, tag=True, tone=cell.tone or Tone.QUIET) if is_state else shown


def _columns(titles: Sequence[tuple[str, str]], texts: Sequence[Sequence[str]]) -> tuple[SheetColumn, ...]:
    """Columns of sensible widths; one without texts is as narrow as can be."""
    kinds = [ColumnKind(kind) if kind in set(ColumnKind) else ColumnKind.TEXT for _, kind in titles]
    wanted = [
        column_width(kind, title, texts[index] if index < len(texts) else ())
        for index, (kind, (title, _)) in enumerate(zip(kinds, titles, strict=True))
    ]
    widths = fitted(wanted, kinds)
    return tuple(
        SheetColumn(title, kind, round(100 * width / sum(widths), 2))
        for (title, kind), width in zip(titles, widths, strict=True)
    )
