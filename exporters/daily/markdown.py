"""The daily log as Markdown (GitHub's tables), readable as plain text too."""

from collections.abc import Iterator

from exporters import charts
from exporters.daily.document import (
    Block,
    Calendar,
    Cell,
    Chart,
    Document,
    Figures,
    Kind,
    Lines,
    Note,
    Part,
    Table,
    Tone,
)
from exporters.daily.inert import SENTENCES_LIMIT
from exporters.daily.inert import markdown as text

_MARKS = {Tone.GOOD: "", Tone.WARNING: "▲ ", Tone.CRITICAL: "■ ", Tone.UNCHECKED: "? ", Tone.QUIET: ""}
_BLANK = "＿" * 8


def page(document: Document) -> str:
    """One document; its parts are second-level headings."""
    lines = [f"# {text(document.title)}", "", f"**{_MARKS[document.tone]}{text(document.headline)}**", ""]
    colon = "：" if document.language == "zh" else ": "
    lines += [f"- {text(label)}{colon}{text(value) or _BLANK}" for label, value in document.head]
    for part in document.parts:
        lines += ["", *_part(part, colon)]
    lines += ["", "---", "", text(document.foot), ""]
    return "\n".join(lines)


def _part(part: Part, colon: str) -> Iterator[str]:
    number = f"{part.number} " if part.number else ""
    yield f"## {number}{text(part.title)}"
    for block in part.blocks:
        yield ""
        yield from _block(block, colon)


def _block(block: Block, colon: str) -> Iterator[str]:
    match block:
        case Note():
            label = f"**{text(block.label)}**{colon}" if block.label else ""
            yield label + text(block.text, SENTENCES_LIMIT)
        case Figures():
            for figure in block.figures:
                note = f" ({text(figure.note)})" if figure.note else ""
                yield f"- {text(figure.label)}{colon}**{text(figure.value)}**{note}"
        case Lines():
            for label in block.labels:
                yield f"- {text(label)}{colon}{_BLANK}"
        case Table():
            yield from _table(block)
        case Chart():
            yield from _chart(block)
        case Calendar():
            yield from _calendar(block)


def _chart(chart: Chart) -> Iterator[str]:
    """Each curve as a row of bars: what it was at most in each hour."""
    yield f"**{text(chart.title)}** {_hours(chart)}"
    yield ""
    for curve in chart.curves:
        of = text(f"{curve.name} · {curve.note}" if curve.note else curve.name)
        levels = f" ({text(curve.levels)})" if curve.levels else ""
        yield f"- `{charts.sparkline(chart, curve)}` {of} · {text(curve.value)}{levels}"


def _hours(chart: Chart) -> str:
    return f"{chart.ticks[0]} – {chart.ticks[-1]}" if chart.ticks else ""


def _calendar(calendar: Calendar) -> Iterator[str]:
    yield f"**{text(calendar.title)}** {calendar.days[0]:%m-%d} – {calendar.days[-1]:%m-%d}"
    yield ""
    for line in calendar.lines:
        of = text(f"{line.name} · {line.note}" if line.note else line.name)
        yield f"- `{charts.calendar_signs(line)}` {of}"
    yield ""
    yield " ".join(f"`{charts.sign(state)}` {text(words)}" for state, words in calendar.legend)


def _table(table: Table) -> Iterator[str]:
    if table.caption:
        yield f"**{text(table.caption)}**"
        yield ""
    yield _row([text(column.title) for column in table.columns])
    yield _row(["---:" if column.kind is Kind.NUMBER else "---" for column in table.columns])
    for row in table.rows:
        yield _row([_cell(cell) for cell in row])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    mark = _MARKS[cell.tone] if cell.tag and cell.tone else ""
    parts = [mark + text(cell.text) if cell.text else "", text(cell.note)]
    return " · ".join(part for part in parts if part)
