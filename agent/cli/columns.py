"""Plain columns for a pipe: what grep, awk and a log want."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len


def aligned(lines: Sequence[Sequence[str]]) -> Iterator[str]:
    """The cells of each line under each other, two spaces apart; `-` where a cell is empty."""
    filled = [[cell or "-" for cell in line] for line in lines]
    widths = [max(map(cell_len, column)) for column in zip(*filled, strict=True)]
    for line in filled:
        yield "  ".join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
