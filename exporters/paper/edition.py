"""One edition of a day: every file of its folder, in each format and language that is wanted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import chain, zip_longest
from pathlib import Path
from typing import Literal

from checks.contract.text import Language
from exporters.contract import DayRecord
from exporters.daily import BOTH, record
from exporters.daily.attachments import Attached
from exporters.daily.composition import report
from exporters.daily.document import Document
from exporters.daily.rendering import shown
from exporters.forms import FormsSettings, filled_forms
from exporters.forms.filled import FilledForm
from exporters.paper.letterhead import Letterhead
from exporters.paper.markdown import forms_markdown
from exporters.paper.page import form_pages, forms_page
from exporters.paper.pdf import NoPdfError, pdf
from exporters.paper.rows import record_parts
from exporters.paper.unmade import say_unmade

PDF_ROWS = 300
"""Rows of a form in a PDF: laying out a row takes a hundredth of a second and, as long as it lasts, half a megabyte."""


_MADE_AT = '  "made_at": '


class FileFormat(StrEnum):
    """How the log and the forms are written."""

    HTML = "html"
    MARKDOWN = "md"
    JSON = "json"  # the record, both languages, with the forms' rows
    XLSX = "xlsx"  # the forms
    PDF = "pdf"


What = Literal["log", "forms"]
Formats = tuple[FileFormat, ...]
Languages = tuple[Language, ...]


@dataclass(frozen=True)
class Edition:
    """A day as it is printed. `settings` say which forms there are; `number` is that of the edition.

    `beside` are the names of the files that lie beside the log, which lists them.
    """

    day: DayRecord
    settings: FormsSettings
    number: int = 1
    beside: tuple[str, ...] = ()

    def log(self, form: FileFormat, language: Language) -> str | bytes:
        """The maintenance log in one format and language; JSON has both."""
        match form:
            case FileFormat.JSON:
                return "".join(self.record())
            case FileFormat.HTML:
                return self._log("html", language)
            case FileFormat.MARKDOWN:
                return self._log("md", language)
            case FileFormat.PDF:
                return self._pdf(self._log("html", language))
            case _:
                raise ValueError(f"the log is not written as {form}")

    def forms(self, form: FileFormat, language: Language) -> str | bytes:
        """The record forms in one format and language."""
        day, filled, letterhead = self.day, self._filled(language), Letterhead.of(self.settings, language)
        match form:
            case FileFormat.HTML:
                return forms_page(day, filled, language, letterhead)
            case FileFormat.MARKDOWN:
                return forms_markdown(day, filled, language, letterhead)
            case FileFormat.XLSX:
                from exporters.workbook.book import workbook  # noqa: PLC0415 (slow to load, and rarely wanted)

                return workbook(day, filled, language, letterhead, edition=self.number)
            case FileFormat.PDF:
                return self._pdf(*form_pages(day, filled, language, letterhead, most_rows=PDF_ROWS))
            case _:
                raise ValueError("the forms' rows are in the log's JSON record")

    def record(self) -> Iterator[str]:
        """The JSON record piece by piece, with the forms' rows and the evidence: of many hosts it is long."""
        parts = record_parts(self.day, {language: self._filled(language) for language in BOTH})
        return record.lines(record.document(self.day, self.number) | parts)

    def content(self, what: What, form: FileFormat, language: Language) -> Iterable[bytes]:
        """One file of the folder, in pieces. Raises `NoPdfError`."""
        if form is FileFormat.JSON:
            return (piece.encode("utf-8") for piece in self.record())
        content = self.log(form, language) if what == "log" else self.forms(form, language)
        return (content.encode("utf-8") if isinstance(content, str) else content,)

    def _log(self, form: Literal["html", "md"], language: Language) -> str:
        """The log, with the forms and the files that lie beside it."""
        if language not in self._documents:
            attached = Attached.of(self.beside, self._filled(language), language)
            self._documents[language] = report(self.day, language, self.number, attached)
        return shown((self._documents[language],), form, {language: Letterhead.of(self.settings, language)})

    def _filled(self, language: Language) -> tuple[FilledForm, ...]:
        if language not in self._forms:
            self._forms[language] = filled_forms(self.day, language, self.settings)
        return self._forms[language]

    @cached_property
    def _documents(self) -> dict[Language, Document]:
        """The log as it was put together, for all formats."""
        return {}

    @cached_property
    def _forms(self) -> dict[Language, tuple[FilledForm, ...]]:
        """The forms as they were filled, for all formats and for the log."""
        return {}

    def _pdf(self, *pages: str) -> bytes:
        identifier = f"{self.day.number} {self.number}"
        return pdf(*pages, system=self.day.system, day=self.day.date.isoformat(), identifier=identifier)


def names(day: date, formats: Formats, languages: Languages) -> set[str]:
    """The names of an edition's files, without making them."""
    return {name for name, *_ in _contents(day, formats, languages)}


def write(edition: Edition, formats: Formats, languages: Languages, folder: Path) -> None:
    """Write every file of an edition into a folder; where a PDF cannot be made it says so. Raises OSError."""
    listed = replace(edition, beside=tuple(sorted(names(edition.day.date, formats, languages))))
    for name, make, form, language in _contents(edition.day.date, formats, languages):
        try:
            content = listed.content(make, form, language)
        except NoPdfError as error:
            say_unmade(folder, name, str(error))
            continue
        with (folder / name).open("xb") as file:
            file.writelines(content)


def is_in(edition: Edition, folder: Path) -> bool:
    """Whether a folder's record says what this edition would, but for the moment it was made."""
    with (folder / f"maintenance-log-{edition.day.date}.json").open(encoding="utf-8", errors="replace") as written:
        lines = chain.from_iterable(piece.splitlines(keepends=True) for piece in _whole_lines(edition.record()))
        return all(a == b or _is_moment(a, b) for a, b in zip_longest(written, lines, fillvalue=""))


def _contents(day: date, formats: Formats, languages: Languages) -> Iterator[tuple[str, What, FileFormat, Language]]:
    """What is made of a day. The record is always: by it an edition is told from another."""
    yield f"maintenance-log-{day}.json", "log", FileFormat.JSON, "en"
    for language in languages:
        for form in formats:
            if form not in (FileFormat.JSON, FileFormat.XLSX):
                yield f"maintenance-log-{day}.{language}.{form}", "log", form, language
            if form is not FileFormat.JSON:
                yield f"record-forms-{day}.{language}.{form}", "forms", form, language


def _whole_lines(pieces: Iterable[str]) -> Iterator[str]:
    """Pieces of a text, cut anew so that each ends with a line."""
    begun = ""
    for piece in pieces:
        whole, end, rest = piece.rpartition("\n")
        if end:
            yield begun + whole + end
            begun = rest
        else:
            begun += piece
    yield begun


def _is_moment(a: str, b: str) -> bool:
    return a.startswith(_MADE_AT) and b.startswith(_MADE_AT)
