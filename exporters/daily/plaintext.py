"""The digest as plain text, for mail readers that show nothing else."""

import textwrap
from collections.abc import Iterator

from exporters.daily.document import Block, Cell, Column, Document, Figures, Kind, Lines, Note, Table, Tone
from exporters.daily.inert import SENTENCES_LIMIT, plain

WIDTH = 76
_MARKS = {Tone.WARNING: "[!] ", Tone.CRITICAL: "[!!] ", Tone.UNCHECKED: "[?] "}


def page(document: Document) -> str:
    """One document, wrapped for an 80-column terminal. Tables become lists: columns break in proportional type."""
    lines = [
        plain(document.title),
        "=" * 40,
        "",
        *_wrapped(
            f"{document.headline}: {' '.join(document.conclusion)}",
        ),
        "",
    ]
    lines += [f"{plain(label)}: {plain(value)}" for label, value in document.head if value]
    for part in document.parts:
        lines += ["", plain(part.title), "-" * 40]
        for block in part.blocks:
            lines.extend(_block(block))
    return "\n".join([*lines, "", plain(document.foot), ""])


def _block(block: Block) -> Iterator[str]:
    match block:
        case Note():
            yield from _wrapped(f"{block.label}: {block.text}" if block.label else block.text)
        case Figures():
            for figure in block.figures:
                yield from _wrapped(f"{figure.label}: {figure.value}" + (f" ({figure.note})" if figure.note else ""))
        case Lines():
            yield from (f"{plain(label)}: ________" for label in block.labels)
        case Table():
            yield from _table(block)


def _table(table: Table) -> Iterator[str]:
    if table.caption:
        yield plain(table.caption)
    for row in table.rows:
        tone = next((cell.tone for cell in row if cell.tone), None)
        words = [_cell(cell, column, at) for at, (cell, column) in enumerate(zip(row, table.columns, strict=True))]
        yield from _wrapped((_MARKS.get(tone, "") if tone else "") + " · ".join(word for word in words if word), "* ")


def _cell(cell: Cell, column: Column, at: int) -> str:
    """What a reader cannot tell by itself, such as a bare number, is named by its column."""
    if not cell.text:
        return ""
    named = "" if at < 2 or cell.tag or column.kind is Kind.WIDE else f"{column.title} "
    return named + (f"{cell.text} ({cell.note})" if cell.note else cell.text)


def _wrapped(text: str, bullet: str = "") -> list[str]:
    return textwrap.wrap(
        plain(text, SENTENCES_LIMIT), WIDTH, initial_indent=bullet, subsequent_indent=" " * len(bullet)
    ) or [""]
