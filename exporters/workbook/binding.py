"""What all sheets of one workbook share, and how each is set for paper."""

from dataclasses import dataclass

from xlsxwriter.worksheet import Worksheet

from checks.contract.text import Language
from exporters.contract import DayRecord
from exporters.paper.letterhead import Letterhead
from exporters.paper.numbering import Numbering
from exporters.workbook.formats import Formats
from exporters.workbook.inert import header_text

EVIDENCE_HEADING = 2
"""Rows above the first answer on the sheet of evidence."""


@dataclass(frozen=True)
class Binding:
    """What all sheets of one workbook share."""

    day: DayRecord
    formats: Formats
    numbering: Numbering
    letterhead: Letterhead
    evidence_sheet: str
    language: Language
    edition: int = 1

    def say(self, en: str, zh: str) -> str:
        """One of two wordings."""
        return zh if self.language == "zh" else en


def set_paper(sheet: Worksheet, book: Binding, title: str, *, landscape: bool = True) -> None:
    """A4, as wide as the page, numbered, with the system and the record's number on each page."""
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.center_horizontally()
    sheet.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.65)
    sheet.fit_to_pages(1, 0)
    left = header_text(book.letterhead.line or book.day.system)
    sheet.set_header(f"&L{left}&C{header_text(title)}&R{header_text(book.day.number)}")
    sheet.set_footer(f"&L{header_text(book.day.system)}&C&P / &N&R{book.day.date.isoformat()}")
