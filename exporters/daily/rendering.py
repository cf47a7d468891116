"""A day in one format: what is written to the log folder, shown by `rounds report`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from checks.contract.text import Language
from exporters.contract import DayRecord
from exporters.daily import html, markdown, record
from exporters.daily.attachments import Attached
from exporters.daily.composition import report
from exporters.daily.document import Document

if TYPE_CHECKING:
    from exporters.forms.filled import FilledForm
    from exporters.paper.letterhead import Letterhead

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
    composed = (report(day, language, edition, Attached.of(files, forms, language)) for language in languages)
    return shown(tuple(composed), form)


def shown(
    documents: Sequence[Document],
    form: Literal["md", "html"],
    letterheads: "Mapping[Language, Letterhead] | None" = None,
) -> str:
    """Reports that are put together already, one after the other; on paper of `letterheads`, by language."""
    if form == "html":
        return html.page(documents, letterheads)
    return "\n".join(markdown.page(document) for document in documents)
