"""One edition of a day: every file of its folder, in each format and language that is wanted."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Literal

from checks.contract.text import Language
from exporters.contract import DayRecord
from exporters.daily import BOTH, record, render
from exporters.forms import FormsSettings, filled_forms
from exporters.forms.filled import FilledForm
from exporters.paper.letterhead import Letterhead
from exporters.paper.markdown import forms_markdown
from exporters.paper.page import forms_page
from exporters.paper.pdf import pdf
from exporters.paper.rows import record_parts
from exporters.workbook import workbook

PDF_ROWS = 500
"""Rows of a form in a PDF: a page takes some thirty, and laying them out a second."""


class FileFormat(StrEnum):
    """How the log and the forms are written."""

    HTML = "html"
    MARKDOWN = "md"
    JSON = "json"  # the record, both languages, with the forms' rows
    XLSX = "xlsx"  # the forms
    PDF = "pdf"


Formats = tuple[FileFormat, ...]
Languages = tuple[Language, ...]


@dataclass(frozen=True)
class Edition:
    """A day as it is printed. `settings` say which forms there are; `number` is that of the edition."""

    day: DayRecord
    settings: FormsSettings
    number: int = 1

    def log(self, form: FileFormat, language: Language) -> str | bytes:
        """The maintenance log in one format and language; JSON has both."""
        match form:
            case FileFormat.JSON:
                return self.record
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
                return workbook(day, filled, language, letterhead, edition=self.number)
            case FileFormat.PDF:
                return self._pdf(forms_page(day, filled, language, letterhead, most_rows=PDF_ROWS))
            case _:
                raise ValueError("the forms' rows are in the log's JSON record")

    @cached_property
    def record(self) -> str:
        """The JSON record, with the forms' rows and the evidence."""
        parts = record_parts(self.day, {language: self._filled(language) for language in BOTH})
        return record.written(record.document(self.day, self.number) | parts)

    def files(self, formats: Formats, languages: Languages) -> Iterator[tuple[str, bytes]]:
        """Every file of the folder by its name, one at a time. The log lists them all."""
        self.__dict__["_beside"] = tuple(sorted(names(self.day.date, formats, languages)))
        for name, make, form, language in _contents(self.day.date, formats, languages):
            content = getattr(self, make)(form, language)
            yield name, content.encode("utf-8") if isinstance(content, str) else content

    def _log(self, form: Literal["html", "md"], language: Language) -> str:
        """The log, with the forms and the files that lie beside it."""
        forms, beside = self._filled(language), self.__dict__.get("_beside", ())
        return render(self.day, form, (language,), edition=self.number, forms=forms, files=beside)

    def _filled(self, language: Language) -> tuple[FilledForm, ...]:
        known = self.__dict__.setdefault("_forms", {})
        if language not in known:
            known[language] = filled_forms(self.day, language, self.settings)
        found: tuple[FilledForm, ...] = known[language]
        return found

    def _pdf(self, page: str) -> bytes:
        identifier = f"{self.day.number} {self.number}"
        return pdf(page, system=self.day.system, day=self.day.date.isoformat(), identifier=identifier)


def names(day: date, formats: Formats, languages: Languages) -> set[str]:
    """The names of an edition's files, without making them."""
    return {name for name, *_ in _contents(day, formats, languages)}


def write(edition: Edition, formats: Formats, languages: Languages, folder: Path) -> None:
    """Write every file of an edition into a folder. Raises OSError, and `NoPdfError`."""
    for name, content in edition.files(formats, languages):
        with (folder / name).open("xb") as file:
            file.write(content)


def is_in(edition: Edition, folder: Path) -> bool:
    """Whether a folder's record says what this edition would, but for the moment it was made."""
    written = (folder / f"maintenance-log-{edition.day.date}.json").read_text(encoding="utf-8")
    return _content(written) == _content(edition.record)


def _contents(
    day: date, formats: Formats, languages: Languages
) -> Iterator[tuple[str, Literal["log", "forms"], FileFormat, Language]]:
    """What is made of a day. The record is always: by it an edition is told from another."""
    yield f"maintenance-log-{day}.json", "log", FileFormat.JSON, "en"
    for language in languages:
        for form in formats:
            if form not in (FileFormat.JSON, FileFormat.XLSX):
                yield f"maintenance-log-{day}.{language}.{form}", "log", form, language
            if form is not FileFormat.JSON:
                yield f"record-forms-{day}.{language}.{form}", "forms", form, language


def _content(text: str) -> object:
    try:
        found = json.loads(text)
    except ValueError:
        return text  # somebody wrote over it: it is not the same, and stays as it is
    return {key: value for key, value in found.items() if key != "made_at"} if isinstance(found, dict) else found
