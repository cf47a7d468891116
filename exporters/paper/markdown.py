"""The forms as Markdown (GitHub's tables)."""

from collections.abc import Iterator, Sequence

from checks.contract.text import Language
from exporters.contract import DayRecord
from exporters.daily.composition import title
from exporters.daily.document import Cell, Tone
from exporters.daily.inert import SENTENCES_LIMIT, markdown
from exporters.forms.filled import FilledForm
from exporters.paper.letterhead import Letterhead
from exporters.paper.page import MOST_ROWS
from exporters.paper.sheets import Pages, Sheet

_MARKS = {Tone.WARNING: "▲ ", Tone.CRITICAL: "■ ", Tone.UNCHECKED: "? "}
_BLANK = "＿" * 8


def forms_markdown(
    day: DayRecord, forms: Sequence[FilledForm], language: Language, letterhead: Letterhead | None = None
) -> str:
    """All forms in one language, each under a heading."""
    pages = Pages(day, forms, language, MOST_ROWS)
    heading = f"{title(day, language)} {pages.say('record forms', '记录表')} {day.date.isoformat()}"
    lines = [f"# {markdown(heading)}", ""]
    if letterhead and letterhead.line:
        lines += [markdown(letterhead.line), ""]
    for sheet in pages.sheets():
        lines += _sheet(sheet)
    return "\n".join([*lines, "---", "", markdown(f"rounds {day.agent_version} · {day.number}"), ""])


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield f"## {markdown(sheet.heading)}"
    yield ""
    for label, value in sheet.head:
        yield f"- {markdown(label)}: {markdown(value) or _BLANK}"
    for note in sheet.notes:
        yield f"- {markdown(note, SENTENCES_LIMIT)}"
    if sheet.rows:
        yield ""
        yield _row(markdown(column.title) for column in sheet.columns)
        yield _row("---:" if column.kind == "number" else "---" for column in sheet.columns)
        yield from (_row(map(_cell, row)) for row in sheet.rows)
    if sheet.tail:
        yield ""
        yield from (f"- {markdown(label)}: {markdown(value) or _BLANK}" for label, value in sheet.tail)
    yield ""


def _row(cells: Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    mark = _MARKS.get(cell.tone, "") if cell.tone else ""
    return mark + markdown(cell.text, SENTENCES_LIMIT) if cell.text else ""
