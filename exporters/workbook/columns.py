"""A form's columns as a sheet has them: what stands behind a number gets a column of its own.

A cell may say `93.2 % · /var`. In a sheet the number has to be a number, and `/var` must not be lost.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from checks.contract.text import Language
from exporters.daily.inert import plain
from exporters.daily.quantities import amount, moment
from exporters.forms.filled import ColumnKind, FilledCell, FilledColumn, FilledForm, FilledRow
from exporters.workbook.quantities import is_writable

_BEHIND = " · "


@dataclass(frozen=True, slots=True)
class _Split:
    column: FilledColumn
    cells: tuple[FilledCell, ...]
    behind: tuple[FilledCell, ...]  # empty where nothing stands behind any number


def with_numbers_apart(form: FilledForm, timezone: str) -> FilledForm:
    """The form with a column more for each in which something stands behind a number."""
    splits = [_split(form, index, timezone) for index in range(len(form.columns))]
    if not any(split.behind for split in splits):
        return form
    of_what = "对象" if form.language == "zh" else "of"
    columns: list[FilledColumn] = []
    for split in splits:
        columns.append(split.column)
        if split.behind:
            title = f"{split.column.title}{_BEHIND}{of_what}"
            columns.append(FilledColumn(f"{split.column.name}_of", title))
    rows = tuple(FilledRow(tuple(_cells(splits, number)), row.evidence) for number, row in enumerate(form.rows))
    return replace(form, columns=tuple(columns), rows=rows)


def _cells(splits: list[_Split], number: int) -> list[FilledCell]:
    return [cell for split in splits for cell in (split.cells[number], *split.behind[number : number + 1])]


def _split(form: FilledForm, index: int, timezone: str) -> _Split:
    column, cells = form.columns[index], tuple(row.cells[index] for row in form.rows)
    if column.kind is not ColumnKind.NUMBER:
        return _Split(column, cells, ())
    behind = tuple(_behind(cell, form.language, timezone) for cell in cells)
    return _Split(column, cells, behind if any(cell.text for cell in behind) else ())


def _behind(cell: FilledCell, language: Language, timezone: str) -> FilledCell:
    """What the text says after the number; nothing where the cell is no number."""
    value, text = cell.value, plain(cell.text)
    if value is None or not is_writable(value, cell.unit):
        return FilledCell()
    if isinstance(value, datetime):
        number = moment(value.timestamp(), timezone)
    else:
        number = f"{value:g}" if cell.unit is None else amount(value, cell.unit, language, timezone)
    rest = text.removeprefix(number) if text.startswith(number) else _BEHIND + text.partition(_BEHIND)[2]
    return FilledCell(rest.strip(" ·"))
