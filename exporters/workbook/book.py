"""The workbook as a whole."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from checks.contract.text import Language, Text
from exporters.contract import DayRecord
from exporters.daily.composition import title
from exporters.daily.inert import plain
from exporters.forms.filled import FilledForm
from exporters.paper.letterhead import Letterhead
from exporters.paper.numbering import Numbering
from exporters.workbook.binding import Binding
from exporters.workbook.cover import Cover
from exporters.workbook.evidence import write_evidence
from exporters.workbook.formats import Formats
from exporters.workbook.inert import SheetNames
from exporters.workbook.sheet import write_form

_COVER, _EVIDENCE = Text("Cover", "封面"), Text("Evidence", "凭证 Evidence")

_OPTIONS = {
    "constant_memory": True,  # a row is on the disk before the next is begun
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def workbook(
    day: DayRecord,
    forms: Sequence[FilledForm],
    language: Language,
    letterhead: Letterhead | None = None,
    *,
    edition: int = 1,
) -> bytes:
    """An XLSX file: the same day and forms give the same bytes. Raises OSError when there is no room to make it."""
    target = BytesIO()
    made = xlsxwriter.Workbook(target, _OPTIONS)
    names = SheetNames()
    cover = made.add_worksheet(names.name(_COVER.in_language(language)))
    sheets = [(form, made.add_worksheet(names.name(f"{form.number} {form.title}".strip()))) for form in forms]
    evidence = made.add_worksheet(names.name(_EVIDENCE.in_language(language)))
    book = Binding(
        day=day,
        formats=Formats(made),
        numbering=Numbering.of(day, forms),
        letterhead=letterhead or Letterhead(),
        evidence_sheet=evidence.get_name(),
        language=language,
        edition=edition,
    )
    made.set_properties(_properties(book))
    Cover(cover, book).write([(form, sheet.get_name()) for form, sheet in sheets])
    for form, sheet in sheets:
        write_form(sheet, form, book)
    write_evidence(evidence, book)
    try:
        made.close()
    except FileCreateError as error:
        raise OSError(f"the workbook cannot be made: {error}") from error
    return target.getvalue()


def _properties(book: Binding) -> dict[str, object]:
    day = book.day
    return {
        "title": plain(title(day, book.language)),
        "subject": plain(day.number),
        "company": book.letterhead.line,
        "author": f"rounds {day.agent_version}",
        "created": datetime.fromtimestamp(day.made_at, UTC).replace(tzinfo=None),
    }
