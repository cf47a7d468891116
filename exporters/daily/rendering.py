"""A day in one format: what is written to the log folder, shown by `rounds report` and mailed."""

from collections.abc import Sequence
from typing import Literal

from checks.contract.text import Language
from exporters.contract import DayRecord
from exporters.daily import html, markdown, plaintext, record
from exporters.daily.composition import digest, report

Format = Literal["md", "html", "json"]

BOTH: tuple[Language, ...] = ("zh", "en")


def render(day: DayRecord, form: Format, languages: Sequence[Language] = BOTH, *, edition: int = 1) -> str:
    """The whole daily report, one language after the other. JSON always holds both."""
    documents = [report(day, language, edition) for language in languages]
    match form:
        case "md":
            return "\n".join(markdown.page(document) for document in documents)
        case "html":
            return html.page(documents)
        case "json":
            return record.page(day, edition)


def render_mail(day: DayRecord, languages: Sequence[Language] = BOTH) -> tuple[str, str]:
    """The digest as plain text and as HTML for mail readers."""
    documents = [digest(day, language) for language in languages]
    return "\n\n".join(plaintext.page(document) for document in documents), html.mail(documents)
