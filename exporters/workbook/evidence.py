"""The last sheet: every answer of a host that the day rests on, under the number by which the forms speak of it."""

from xlsxwriter.worksheet import Worksheet

from checks.contract import Unit
from exporters.contract import Evidence
from exporters.workbook.binding import EVIDENCE_HEADING, Binding, set_paper
from exporters.workbook.formats import Look
from exporters.workbook.inert import cell_text
from exporters.workbook.quantities import MOMENT, is_writable, local
from exporters.workbook.widths import LINE_POINTS

MOST_ROWS = 1_000_000

_WIDTHS = (8, 20, 22, 19, 9, 9, 66, 66)
_SECOND = MOMENT + ":ss"


def write_evidence(sheet: Worksheet, book: Binding) -> None:
    """Fill the sheet of evidence."""
    say, formats = book.say, book.formats
    set_paper(sheet, book, book.evidence_sheet)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 2 * LINE_POINTS + 4)
    note = say(
        "The answers of hosts that the forms rest on. The raw command and answer are kept under their SHA-256:"
        " `rounds evidence` shows them.",
        "各记录表所依据的主机原始应答。命令与应答原文按其 SHA-256 保存,可用 `rounds evidence` 查看。",
    )
    sheet.merge_range(0, 0, 0, len(_WIDTHS) - 1, "", formats.get(Look.NOTE))
    sheet.write_string(0, 0, note, formats.get(Look.NOTE))
    titles = (
        say("No.", "序号"), say("Host", "主机"), say("Collector", "采集项"), say("Time", "时间"),
        say("Exit status", "退出码"), say("Seconds", "耗时(秒)"),
        say("SHA-256 of the command", "命令 SHA-256"), say("SHA-256 of the answer", "应答 SHA-256"),
    )  # fmt: skip
    sheet.set_row(1, 2 * LINE_POINTS)
    for column, title in enumerate(titles):
        sheet.write_string(1, column, title, formats.get(Look.COLUMN))
    entries = book.numbering.entries[:MOST_ROWS]
    for number, entry in enumerate(entries, 1):
        _write_entry(sheet, book, number, entry)
    if entries:
        sheet.autofilter(1, 0, EVIDENCE_HEADING + len(entries) - 1, len(_WIDTHS) - 1)
    sheet.freeze_panes(EVIDENCE_HEADING, 2)
    sheet.repeat_rows(1)


def _write_entry(sheet: Worksheet, book: Binding, number: int, entry: Evidence) -> None:
    row, cell, code = number - 1 + EVIDENCE_HEADING, book.formats.get(Look.CELL), book.formats.get(Look.CODE)
    sheet.write_number(row, 0, number, cell)
    sheet.write_string(row, 1, cell_text(entry.host), cell)
    sheet.write_string(row, 2, cell_text(entry.collector), cell)
    if is_writable(entry.at, Unit.TIMESTAMP):
        sheet.write_datetime(row, 3, local(entry.at, book.day.timezone), book.formats.get(Look.CELL, None, _SECOND))
    if entry.exit_status is None:
        sheet.write_string(row, 4, "–", cell)
    else:
        sheet.write_number(row, 4, entry.exit_status, cell)
    if entry.seconds is None:
        sheet.write_string(row, 5, "–", cell)
    else:
        sheet.write_number(row, 5, entry.seconds, book.formats.get(Look.CELL, None, "0.000"))
    sheet.write_string(row, 6, entry.command_sha256, code)
    sheet.write_string(row, 7, entry.answer_sha256, code)
