"""A week or a month in one format: what is written to the log folder and shown by `rounds report`."""

from collections.abc import Sequence

from checks.contract.text import Language
from exporters.contract import PeriodRecord
from exporters.daily import html, markdown
from exporters.daily.rendering import BOTH, Format
from exporters.periodic import record
from exporters.periodic.composition import period_report


def render_period(period: PeriodRecord, form: Format, languages: Sequence[Language] = BOTH, *, edition: int = 1) -> str:
    """The whole report, one language after the other. JSON always holds both."""
    if form == "json":
        return record.page(period, edition)
    documents = [period_report(period, language, edition) for language in languages]
    return html.page(documents) if form == "html" else "\n".join(markdown.page(document) for document in documents)
