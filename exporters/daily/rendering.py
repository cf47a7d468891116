"""A day in one format: what is written to the log folder, shown by `rounds report`."""

from collections.abc import Sequence
from typing import Literal

from checks.contract.text import Language
from exporters.contract import DayRecord
from exporters.daily import html, markdown, record
from exporters.daily.composition import report

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
