"""A document as a brief: its tables as entries that a telephone has room for, its charts as pictures."""

from collections.abc import Iterator

from exporters import charts
from exporters.daily.document import Block as Whole
from exporters.daily.document import Calendar, Cell, Chart, Column, Document, Figure, Figures, Kind, Lines, Note, Table
from exporters.post.brief import Block, Brief, Entry, Group, Illustration, Section


def brief_of(document: Document) -> Brief:
    """The document, its first figures at the top. Lines for a pen are left out."""
    figures: tuple[Figure, ...] = ()
    sections = []
    for part in document.parts:
        blocks: list[Block] = []
        for block in part.blocks:
            if isinstance(block, Figures) and not figures:
                figures = block.figures
            else:
                blocks.extend(_blocks(block))
        if blocks:
            sections.append(Section(part.title, tuple(blocks)))
    head = " · ".join(f"{label} {value}" for label, value in document.head if value)
    return Brief(
        language=document.language,
        title=document.title,
        headline=document.headline,
        tone=document.tone,
        conclusion=document.conclusion,
        figures=figures,
        sections=tuple(sections),
        foot=tuple(line for line in (head, document.foot) if line),
    )


def illustration(picture: Chart | Calendar) -> Illustration:
    """A chart or a calendar as a PNG, its legend beside it: names are never drawn."""
    width, height = charts.size(picture)
    if isinstance(picture, Chart):
        legend = tuple(
            Entry(f"{number} {curve.name}", note=" · ".join(word for word in (curve.note, curve.levels) if word),
                  aside=Cell(curve.value, curve.tone))
            for number, curve in enumerate(picture.curves, start=1)
        )  # fmt: skip
    else:
        legend = tuple(
            Entry(f"{number} {row.name}", note=row.note) for number, row in enumerate(picture.lines, start=1)
        )
    words = ", ".join(entry.head + (f" {entry.aside.text}" if entry.aside else "") for entry in legend)
    return Illustration(picture.title, charts.png(picture), width, height, words, legend)


def _blocks(block: Whole) -> Iterator[Block]:
    match block:
        case Note():
            yield block
        case Table():
            if block.caption:
                yield Note("", None, block.caption)
            yield Group(None, tuple(_entry(block.columns, row) for row in block.rows))
        case Figures():
            for figure in block.figures:
                yield Note(f"{figure.value} {figure.note}".strip(), figure.tone, figure.label)
        case Chart() | Calendar():
            yield illustration(block)
        case Lines():
            return


def _entry(columns: tuple[Column, ...], row: tuple[Cell, ...]) -> Entry:
    """The first cell is the head; a state, or else the last number, stands beside it; the rest is told by its title."""
    cells = [(column, cell) for column, cell in zip(columns, row, strict=True) if column.kind is not Kind.BY_HAND]
    (_, first), rest = cells[0], cells[1:]
    numbers = [cell for column, cell in rest if column.kind is Kind.NUMBER and cell.text]
    aside = next((cell for _, cell in rest if cell.tag), numbers[-1] if numbers else None)
    texts = [cell.text for column, cell in rest if column.kind is Kind.WIDE and cell is not aside and cell.text]
    told = [first.note]
    for column, cell in rest:
        if cell is not aside and column.kind is not Kind.WIDE and cell.text:
            told.append(f"{column.title} {cell.text}")
        told.append(cell.note)
    return Entry(first.text, " · ".join(texts), " · ".join(word for word in told if word), aside)
