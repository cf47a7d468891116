"""The forms as one self-contained HTML page: readable on a phone, printable across A4, loading nothing."""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from jinja2 import Environment
from markupsafe import Markup, escape

from checks.contract.text import Language
from exporters.contract import DayRecord
from exporters.daily.composition import title
from exporters.daily.document import Cell
from exporters.daily.inert import SENTENCES_LIMIT, plain
from exporters.daily.quantities import moment
from exporters.daily.templates import environment
from exporters.forms.filled import FilledForm
from exporters.paper.letterhead import Letterhead
from exporters.paper.sheets import Pages, Sheet, SheetColumn

MOST_ROWS = 5000
"""Rows of a form that a page shows; a browser would not be pleased with many more."""


def forms_page(
    day: DayRecord, forms: Sequence[FilledForm], language: Language, letterhead: Letterhead | None = None
) -> str:
    """All forms in one language, on one page with a list of them."""
    pages = Pages(day, forms, language, MOST_ROWS)
    return _page(pages, tuple(pages.sheets()), letterhead or Letterhead())


def form_pages(
    day: DayRecord,
    forms: Sequence[FilledForm],
    language: Language,
    letterhead: Letterhead | None = None,
    *,
    most_rows: int,
) -> Iterator[str]:
    """A page for each form, one at a time."""
    pages = Pages(day, forms, language, most_rows)
    return (_page(pages, (sheet,), letterhead or Letterhead()) for sheet in pages.sheets())


def _page(pages: Pages, sheets: Sequence[Sheet], letterhead: Letterhead) -> str:
    day, say = pages.day, pages.say
    made = say(f"Made by rounds {day.agent_version}", f"由 rounds {day.agent_version} 生成")
    heading = f"{title(day, pages.language)} {say('record forms', '记录表')} {day.date.isoformat()}"
    template = _environment().get_template("forms.html.j2")
    return template.render(
        lang="zh-CN" if pages.language == "zh" else "en",
        title=heading,
        letterhead=letterhead,
        forms=sheets,
        foot=f"{made} · {moment(day.made_at, day.timezone)} · {day.number}",
    )


@cache
def _environment() -> Environment:
    made = environment(_harmless)
    made.globals["cell_of"] = _cell
    made.filters["literally"] = Markup  # a data URL of base64: longer than any text, and without a character to escape
    return made


@lru_cache(8192)
def _harmless(text: str) -> Markup:
    """One visible line, escaped. The same words stand in many cells."""
    return escape(plain(text, SENTENCES_LIMIT))


@lru_cache(8192)
def _cell(column: SheetColumn, cell: Cell) -> Markup:
    """One cell of a table, as the daily log's style sheet wants it; most are the same as another."""
    text = _harmless(cell.text)
    if cell.tag and cell.text:
        text = Markup('<span class="tag {}">{}</span>').format(cell.tone or "", text)
    classes = " ".join(filter(None, (column.kind, None if cell.tag else cell.tone, None if cell.text else "empty")))
    return Markup('<td class="{}" data-label="{}"><div class="value">{}</div></td>').format(
        classes, _harmless(column.title), text
    )
