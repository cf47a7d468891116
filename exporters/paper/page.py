"""The forms as one self-contained HTML page: readable on a phone, printable across A4, loading nothing."""

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from checks.contract.text import Language
from exporters.contract import DayRecord
from exporters.daily.composition import title
from exporters.daily.inert import SENTENCES_LIMIT, plain
from exporters.daily.quantities import moment
from exporters.forms.filled import FilledForm
from exporters.paper.letterhead import Letterhead
from exporters.paper.sheets import Pages

MOST_ROWS = 5000
"""Rows of a form that a page shows; a browser would not be pleased with many more."""


def forms_page(
    day: DayRecord,
    forms: Sequence[FilledForm],
    language: Language,
    letterhead: Letterhead | None = None,
    *,
    most_rows: int = MOST_ROWS,
) -> str:
    """The page in one language."""
    pages = Pages(day, forms, language, most_rows)
    made = pages.say(f"Made by rounds {day.agent_version}", f"由 rounds {day.agent_version} 生成")
    return (
        _environment()
        .get_template("forms.html.j2")
        .render(
            lang="zh-CN" if language == "zh" else "en",
            title=f"{title(day, language)} {pages.say('record forms', '记录表')} {day.date.isoformat()}",
            letterhead=letterhead or Letterhead(),
            forms=tuple(pages.sheets()),
            foot=f"{made} · {moment(day.made_at, day.timezone)} · {day.number}",
        )
    )


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("exporters"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_inert,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["literally"] = Markup  # a data URL of base64: longer than any text, and without a character to escape
    return made


def _inert(value: object) -> object:
    """Strings lose what steers a reader's eye; escaping follows by itself."""
    return plain(value, SENTENCES_LIMIT) if isinstance(value, str) and not isinstance(value, Markup) else value
