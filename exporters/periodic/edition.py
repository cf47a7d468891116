"""One edition of a week or a month: every file of its folder, in each format and language that is wanted."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from checks.contract.text import Language
from exporters.contract import PeriodRecord
from exporters.paper.edition import FileFormat, Formats, Languages
from exporters.paper.pdf import NoPdfError, pdf
from exporters.paper.unmade import say_unmade
from exporters.periodic.rendering import render_period


@dataclass(frozen=True)
class PeriodEdition:
    """A period as it is printed; `number` is that of the edition."""

    period: PeriodRecord
    number: int = 1

    def content(self, form: FileFormat, language: Language) -> bytes:
        """The report in one format and language; JSON has both."""
        match form:
            case FileFormat.XLSX:
                from exporters.periodic.workbook import period_workbook  # noqa: PLC0415 (slow to load, and rarely wanted)

                return period_workbook(self.period, language, edition=self.number)
            case FileFormat.PDF:
                page = render_period(self.period, "html", (language,), edition=self.number)
                name, number = self.period.name, f"{self.period.number} {self.number}"
                return pdf(page, system=self.period.system, day=name, identifier=number)
            case FileFormat.JSON:
                return render_period(self.period, "json", edition=self.number).encode()
            case FileFormat.HTML:
                return render_period(self.period, "html", (language,), edition=self.number).encode()
            case FileFormat.MARKDOWN:
                return render_period(self.period, "md", (language,), edition=self.number).encode()


def period_names(period: PeriodRecord, formats: Formats, languages: Languages) -> set[str]:
    """The names of an edition's files, without making them."""
    return {name for name, *_ in _contents(period, formats, languages)}


def write_period(edition: PeriodEdition, formats: Formats, languages: Languages, folder: Path) -> None:
    """Write every file of an edition into a folder; where a PDF cannot be made it says so. Raises OSError."""
    for name, form, language in _contents(edition.period, formats, languages):
        try:
            content = edition.content(form, language)
        except NoPdfError as error:
            say_unmade(folder, name, str(error))
            continue
        with (folder / name).open("xb") as file:
            file.write(content)


def is_period_in(edition: PeriodEdition, folder: Path) -> bool:
    """Whether a folder's record says what this edition would, but for the moment it was made."""
    written = (folder / f"maintenance-log-{edition.period.name}.json").read_text(encoding="utf-8")
    return _told(written) == _told(edition.content(FileFormat.JSON, "en").decode())


def _contents(
    period: PeriodRecord, formats: Formats, languages: Languages
) -> Iterator[tuple[str, FileFormat, Language]]:
    """What is made. The JSON record is always: by it an edition is told from another."""
    stem = f"maintenance-log-{period.name}"
    yield f"{stem}.json", FileFormat.JSON, "en"
    for language in languages:
        for form in formats:
            if form is not FileFormat.JSON:
                yield f"{stem}.{language}.{form}", form, language


def _told(text: str) -> object:
    try:
        found = json.loads(text)
    except ValueError:
        return text  # somebody wrote over it: it is not the same, and stays as it is
    return {key: value for key, value in found.items() if key != "made_at"} if isinstance(found, dict) else found
