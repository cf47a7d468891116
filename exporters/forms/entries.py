"""What a column shows of the inventory of the row's host."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from collectors.contract import Entry, Kind
from exporters.contract import HostLine
from exporters.daily.reasons import reason_words
from exporters.forms import words
from exporters.forms.columns import EntryColumn
from exporters.forms.filled import FilledCell
from exporters.forms.index import DayIndex
from exporters.forms.row import DASH, Part, Row, listed, quiet, unchecked_cell


def entry_part(column: EntryColumn, row: Row, index: DayIndex) -> Part:
    """The cell of a column of inventory."""
    host = row.host
    if host is None:
        return Part(DASH)
    if (cell := no_entries(host, column.entry, index)) is not None:
        return Part(cell, is_unchecked=True)
    cell = _cell(column, host.host.name, index)
    return Part(cell, seen_at=index.seen_before(host.host.name, column.entry))


def _cell(column: EntryColumn, host: str, index: DayIndex) -> FilledCell:
    known = index.entries[host]
    entries = [e for kind in column.entry for e in known.get(kind, ()) if fits(e, column.named)]
    counted = column.entry if column.named is None else ()
    count = len(entries) + sum(index.entries_left_out.get((host, kind), 0) for kind in counted)
    if column.show == "count" and count:
        return FilledCell(str(count), float(count))
    if not entries:
        # A server may have no gateway; a name that is spelled out is there, or nobody has learned it.
        is_known = _is_pattern(column.named) and any(known.get(kind) for kind in column.entry)
        return quiet(index.view.word(words.NONE if is_known else words.NOT_KNOWN))
    told = {"value": _value, "name": _name, "both": _both}[column.show]
    return FilledCell(listed(index.view, map(told, entries)))


def fits(entry: Entry, pattern: str | None) -> bool:
    """Whether an entry is one of those that a shell pattern wants."""
    return pattern is None or fnmatchcase(entry.name, pattern)


def _is_pattern(named: str | None) -> bool:
    return named is None or any(letter in named for letter in "*?[")


def _value(entry: Entry) -> str:
    return entry.value or entry.name


def _name(entry: Entry) -> str:
    return entry.name


def _both(entry: Entry) -> str:
    return f"{entry.name} {entry.value}" if entry.value else entry.name


def no_entries(host: HostLine, kinds: Iterable[Kind], index: DayIndex) -> FilledCell | None:
    """What to say where nothing is known of what a host is made of; None: something is."""
    if host.host.name in index.entries:
        return None
    why = index.view.word(reason_words(host.reason)) if not host.checked else index.view.word(words.NOT_KNOWN)
    return unchecked_cell(index.view, why)
