"""Finds the rows of a form in a day's record."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from exporters.contract import HostLine
from exporters.daily.words import counted
from exporters.forms import words
from exporters.forms.declaration import BlankRows, ChangeRows, EntryRows, FactRows, Form, ItemRows
from exporters.forms.entries import fits, no_entries
from exporters.forms.index import DayIndex, is_harmless
from exporters.forms.row import Row, quiet
from exporters.forms.sources import found_in, no_facts, search


def rows_of(form: Form, index: DayIndex) -> Iterator[Row]:
    """The rows in their order: hosts as configured, then servers off rounds where the form lists them."""
    kind = form.rows
    match kind:
        case "host":
            yield from (Row(line.host, line) for line in index.day.hosts)
        case ItemRows():
            for line in index.day.hosts:
                yield from _items(kind, line, index)
        case EntryRows():
            for line in index.day.hosts:
                yield from _entries(kind, line, index)
        case FactRows():
            for line in index.day.hosts:
                yield from _elements(kind, line, index)
        case ChangeRows():
            yield from _changes(kind, index)
        case BlankRows():
            yield from (Row() for _ in range(kind.by_hand))
    if form.out_of_service:
        yield from (Row(card) for card in index.day.out_of_service)
    yield from (Row() for _ in range(form.blank))


def notes_of(form: Form, index: DayIndex) -> Iterator[str]:
    """What is not in the rows, and has to be said."""
    view = index.view
    if isinstance(form.rows, ChangeRows):
        unlisted = sum(one.total - len(one.changes) for one in index.day.changes)
        if unlisted > 0:
            yield view.say(words.not_listed(unlisted, "more change"), f"另有 {unlisted} 项变更未逐一列出。")
        compared = {one.host for one in index.day.changes}
        missed = sum(1 for line in index.day.hosts if line.host.name not in compared)
        if missed:
            yield view.say(
                f"Not compared with the day before: {missed} of {counted(len(index.day.hosts), 'server')}.",
                f"{missed}/{len(index.day.hosts)} 台服务器未能与前一日比对。",
            )
    if isinstance(form.rows, EntryRows):
        left_out = sum(n for (_, kind), n in index.entries_left_out.items() if kind in form.rows.entries)
        if left_out:
            yield view.say(words.not_listed(left_out, "more entry"), f"另有 {left_out} 项未逐一列出。")


def _items(rows: ItemRows, host: HostLine, index: DayIndex) -> Iterator[Row]:
    """The items in their order, or one row that says why there is none."""
    lines = [line for check in rows.items for line in index.lines.get((host.host.name, check), ())]
    items = dict.fromkeys(line.item for line in lines if line.item)
    fitting = [item for item in items if rows.named is None or fnmatchcase(item, rows.named)]
    for item in fitting:
        yield Row(host.host, host, {"item": item}, item)
    unmade = [line for line in lines if not line.item and not is_harmless(line)]
    if not fitting:
        instead = words.ALL_ITEMS if unmade else words.NONE
        yield Row(host.host, host, {"item": None}, "", quiet(index.view.word(instead)), is_void=not unmade)


def _entries(rows: EntryRows, host: HostLine, index: DayIndex) -> Iterator[Row]:
    if (cell := no_entries(host, rows.entries, index)) is not None:
        yield Row(host.host, host, missing=cell)
        return
    known = index.entries[host.host.name]
    elements = [
        {"kind": entry.kind.value, "name": entry.name, "value": entry.value}
        for kind in rows.entries
        for entry in known.get(kind, ())
        if fits(entry, rows.named)
    ]
    seen_at = index.seen_before(host.host.name, rows.entries)
    yield from (replace(row, seen_at=seen_at) for row in _of_elements(host, elements, rows.item, (), index))


def _elements(rows: FactRows, host: HostLine, index: DayIndex) -> Iterator[Row]:
    collectors = (rows.fact,)
    if (cell := no_facts(host, rows.fact, rows.path, index)) is not None:
        yield Row(host.host, host, missing=cell, collectors=collectors)
        return
    found = found_in(index.facts[host.host.name, rows.fact], rows.path)
    elements = found if isinstance(found, list) else [] if found is None else [found]
    if rows.during is not None:
        elements = [element for element in elements if _is_of_the_day(search(rows.during, element), index)]
        if not elements:
            return
    yield from _of_elements(host, elements, rows.item, collectors, index)


def _is_of_the_day(moment: Any, index: DayIndex) -> bool:
    return isinstance(moment, (int, float)) and index.day.begins_at <= moment < index.day.ends_at


def _of_elements(
    host: HostLine, elements: Sequence[Any], item: str | None, collectors: tuple[str, ...], index: DayIndex
) -> Iterator[Row]:
    """A row for each; of a host without any, one that says so."""
    for element in elements:
        named = None if item is None else search(item, element)
        yield Row(host.host, host, element, None if named is None else str(named), collectors=collectors)
    if not elements:
        missing = quiet(index.view.word(words.NONE))
        yield Row(host.host, host, missing=missing, is_void=True, collectors=collectors)


def _changes(rows: ChangeRows, index: DayIndex) -> Iterator[Row]:
    wanted: Callable[[str], bool] = lambda kind: rows.changes is True or kind in rows.changes  # noqa: E731
    for one in index.day.changes:
        host = index.hosts.get(one.host)
        if host is None:
            continue
        for change in one.changes:
            if wanted(change.kind.value):
                element = {name: getattr(change, name) for name in ("name", "before", "after", "at", "since")}
                yield Row(host.host, host, {"kind": change.kind.value, **element})
