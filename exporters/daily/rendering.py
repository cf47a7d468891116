"""A day in one format: what is written to the log folder, shown by `rounds report`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from checks.contract.text import Language
from exporters.contract import DayRecord
from exporters.daily import html, markdown, record
from exporters.daily.attachments import Attached
from exporters.daily.composition import report

if TYPE_CHECKING:
    from exporters.forms.filled import FilledForm

Format = Literal["md", "html", "json"]

BOTH: tuple[Language, ...] = ("zh", "en")


def render(
    day: DayRecord,
    form: Format,
    languages: Sequence[Language] = BOTH,
    *,
    edition: int = 1,
    forms: "Sequence[FilledForm]" = (),
    files: Sequence[str] = (),
) -> str:
    """The whole daily report, one language after the other. JSON always holds both.

    `forms` and the names of `files` are what goes along with it, as its last section says.
    """
    if form == "json":
        return record.page(day, edition)
    documents = [report(day, language, edition, Attached.of(files, forms, language)) for language in languages]
    if form == "html":
        return html.page(documents)
    return "\n".join(markdown.page(document) for document in documents)
