"""The daily log as Markdown (GitHub's tables), readable as plain text too."""

from collections.abc import Iterator

from exporters.daily.document import Block, Cell, Document, Figures, Kind, Lines, Note, Part, Table, Tone
from exporters.daily.inert import SENTENCES_LIMIT
from exporters.daily.inert import markdown as text

_MARKS = {Tone.GOOD: "", Tone.WARNING: "▲ ", Tone.CRITICAL: "■ ", Tone.UNCHECKED: "? ", Tone.QUIET: ""}
_BLANK = "＿" * 8


def page(document: Document) -> str:
    """One document; its parts are second-level headings."""
    lines = [f"# {text(document.title)}", "", f"**{_MARKS[document.tone]}{text(document.headline)}**", ""]
    lines += [f"- {text(label)}: {text(value) or _BLANK}" for label, value in document.head]
    for part in document.parts:
        lines += ["", *_part(part)]
    lines += ["", "---", "", text(document.foot), ""]
    return "\n".join(lines)


def _part(part: Part) -> Iterator[str]:
    number = f"{part.number} " if part.number else ""
    yield f"## {number}{text(part.title)}"
    for block in part.blocks:
        yield ""
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Note():
            label = f"**{text(block.label)}**: " if block.label else ""
            yield label + text(block.text, SENTENCES_LIMIT)
        case Figures():
            for figure in block.figures:
                note = f" ({text(figure.note)})" if figure.note else ""
                yield f"- {text(figure.label)}: **{text(figure.value)}**{note}"
        case Lines():
            for label in block.labels:
                yield f"- {text(label)}: {_BLANK}"
        case Table():
            yield from _table(block)


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
