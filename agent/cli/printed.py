"""What `rounds report` prints: a day, a week or a month, as text or as a file for an office program or a printer."""

import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from agent.cli.options import fail
from agent.config import Config
from agent.whole_file import write_whole
from checks.contract import Language
from exporters.contract import DayRecord, PeriodRecord
from exporters.daily import Format, render
from exporters.forms import FormsError, FormsSettings
from exporters.paper.edition import Edition, FileFormat
from exporters.paper.pdf import NoPdfError
from exporters.periodic import render_period
from exporters.periodic.edition import PeriodEdition

_TEXTS: dict[FileFormat, Format] = {FileFormat.MARKDOWN: "md", FileFormat.HTML: "html", FileFormat.JSON: "json"}


def printed(
    record: DayRecord | PeriodRecord, config: Config, form: FileFormat, languages: Sequence[Language], forms: bool
) -> str | bytes:
    """The record in one format. Ends the program where that cannot be."""
    alone = form in (FileFormat.XLSX, FileFormat.PDF) or (forms and form is FileFormat.HTML)
    if alone and len(languages) > 1:
        fail(f"--lang: {form.value.upper()} is made in one language here; say --lang zh or --lang en")
    try:
        if isinstance(record, PeriodRecord):
            if forms:
                fail("--forms: the record forms are a day's; weeks and months have none")
            return _period(record, form, languages)
        return _day(record, config, form, languages, forms)
    except NoPdfError as error:
        fail(str(error))
    except FormsError as error:
        fail(f"{config.path}: {error}")
    except OSError as error:
        fail(f"the report cannot be made: {error}")


def hand_out(content: str | bytes, output: Path | None) -> None:
    """Into the file, or to standard output; what a terminal cannot show is not sent to one."""
    if output is not None:
        try:
            write_whole(output, content)
        except OSError as error:
            fail(f"cannot write {output}: {error.strerror}")
    elif isinstance(content, str):
        typer.echo(content)
    elif sys.stdout.isatty():
        fail("--output: this is no text; say into which file, -o FILE")
    else:
        sys.stdout.buffer.write(content)


def _day(
    record: DayRecord, config: Config, form: FileFormat, languages: Sequence[Language], forms: bool
) -> str | bytes:
    settings = config.exporters.get("maintenance_log")
    edition = Edition(record, settings if isinstance(settings, FormsSettings) else FormsSettings())
    if form is FileFormat.XLSX or (forms and form is FileFormat.PDF):
        return edition.forms(form, languages[0])
    if form is FileFormat.PDF:
        return edition.log(form, languages[0])
    if forms and form is FileFormat.JSON:
        return edition.log(form, languages[0])
    if forms:
        return "\n".join(str(edition.forms(form, language)) for language in languages)
    return render(record, _TEXTS[form], languages)


def _period(record: PeriodRecord, form: FileFormat, languages: Sequence[Language]) -> str | bytes:
    if form in (FileFormat.XLSX, FileFormat.PDF):
        return PeriodEdition(record).content(form, languages[0])
    return render_period(record, _TEXTS[form], languages)
