"""Rows under titles: a table for a terminal, plain columns for a pipe, which is what grep, awk and a log want."""

from collections.abc import Collection, Iterator, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text as Rich


def print_rows(
    console: Console, titles: Sequence[str], rows: Sequence[Sequence[Rich]], whole: Collection[str] = ()
) -> None:
    """Print `rows` under `titles`, nothing where there is no row. Columns in `whole` are never broken."""
    if not rows:
        return
    if not console.is_terminal:
        for line in aligned([[title.upper() for title in titles], *([cell.plain for cell in row] for row in rows)]):
            console.print(line, markup=False, soft_wrap=True)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for title in titles:
        table.add_column(title, overflow="fold", no_wrap=title in whole)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def aligned(lines: Sequence[Sequence[str]]) -> Iterator[str]:
    """The cells of each line under each other, two spaces apart; `-` where a cell is empty."""
    filled = [[cell or "-" for cell in line] for line in lines]
    widths = [max(map(cell_len, column)) for column in zip(*filled, strict=True)]
    for line in filled:
        yield "  ".join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
