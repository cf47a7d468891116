"""Fills one cell: from the card of a host, its day, a check's lines, the inventory, facts, or the row itself."""

import json
from collections.abc import Mapping
from typing import Any

from jmespath.exceptions import JMESPathError

from checks.contract import Unit, duration_text
from exporters.contract import HostCard, HostFacts, HostLine
from exporters.daily.document import Tone
from exporters.daily.quantities import amount
from exporters.daily.reasons import reason_words
from exporters.forms import words
from exporters.forms.columns import (
    ByHandColumn,
    CardColumn,
    CheckColumn,
    Column,
    DayColumn,
    EntryColumn,
    FactColumn,
    FieldColumn,
    HostColumn,
    compiled,
)
from exporters.forms.entries import entry_part
from exporters.forms.filled import FilledCell
from exporters.forms.index import DayIndex, is_harmless
from exporters.forms.lines import check_part, in_machine, moment_cell, why_unchecked
from exporters.forms.row import DASH, MOST_LISTED, Part, Row, listed, quiet, unchecked_cell

Said = Mapping[str, words.Declared] | None

LONGEST_TEXT = 2000
"""Characters of what is not one value: whole branches of facts."""


def part_of(column: Column, row: Row, index: DayIndex) -> Part:
    """The cell of a column that is not about the row as a whole, and what it rests on."""
    match column:
        case ByHandColumn():
            part = Part(FilledCell())
        case _ if row.card is None and not isinstance(column, DayColumn):
            part = Part(FilledCell())  # a line for a pen
        case DayColumn():
            part = Part(_day(column, index))
        case CardColumn():
            part = Part(_card(column, row, index))
        case CheckColumn():
            part = check_part(column, row, index)
        case HostColumn():
            part = _host(column, row, index)
        case FieldColumn():
            part = _field(column, row, index)
        case EntryColumn():
            part = entry_part(column, row, index)
        case FactColumn():
            part = _fact(column, row, index)
        case _:
            raise TypeError(f"{type(column).__name__} is about the whole row")
    return part


def search(path: str, value: Any) -> Any:
    """What a JMESPath finds; nothing where it does not fit what is there."""
    try:
        return compiled(path).search(value)
    except JMESPathError:
        return None


def shown(value: Any, unit: Unit | None, index: DayIndex, said: Said = None) -> FilledCell:
    """A value of JSON as people read it; `said` is what the declaration has to say for texts."""
    view = index.view
    match value:
        case None | "":
            cell = DASH
        case bool():
            cell = FilledCell(view.word(words.YES if value else words.NO))
        case int() | float():
            cell = _number(value, unit, index)
        case str() if said and value.lower() in said:
            cell = FilledCell(view.word(said[value.lower()].text))
        case list() | dict() if not value:
            cell = quiet(view.word(words.NONE))
        case list():
            cell = FilledCell(listed(view, (shown(one, unit, index, said).text for one in value))[:LONGEST_TEXT])
        case _:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            cell = FilledCell(text[:LONGEST_TEXT])
    return cell


def _number(value: float, unit: Unit | None, index: DayIndex) -> FilledCell:
    if unit is None:
        text = str(value) if isinstance(value, int) else f"{value:g}"
    else:
        text = amount(value, unit, index.language, index.day.timezone)
    return FilledCell(text, in_machine(value, unit, index.view), unit)


def found_in(facts: HostFacts, path: str) -> Any:
    """What a JMESPath finds in facts, or has found when the record was made."""
    return facts.found.get(path) if facts.found is not None else search(path, facts.facts)


def no_facts(host: HostLine, collector: str, path: str, index: DayIndex) -> FilledCell | None:
    """What to say where a collector's facts of a host cannot be shown; None: they can."""
    view, facts = index.view, index.facts.get((host.host.name, collector))
    lapse = index.lapse(host.host.name, collector)
    is_old = facts is not None and facts.at < index.day.begins_at
    if facts is None or is_old:
        if not host.checked:
            return unchecked_cell(view, view.word(reason_words(host.reason)))
        if lapse is not None and is_harmless(lapse):
            return quiet(view.word(reason_words(lapse.reason)))
        if lapse is not None:
            return unchecked_cell(view, why_unchecked(view, lapse))
    if facts is None and not index.is_covered(host.host.name, collector):
        return quiet(view.word(words.NOT_COVERED))
    if facts is None or (facts.found is not None and path not in facts.found):  # nobody wanted it then
        return unchecked_cell(view, view.word(words.NOT_KNOWN))
    is_left_out = facts.facts is None and facts.found is None
    return unchecked_cell(view, view.word(words.TOO_LONG)) if is_left_out else None


def view_reason(host: HostLine, index: DayIndex) -> str:
    """Why a host was not checked."""
    return index.view.word(reason_words(host.reason))


def _day(column: DayColumn, index: DayIndex) -> FilledCell:
    day, view = index.day, index.view
    match column.day:
        case "period":
            text = f"{view.moment(day.begins_at)} – {view.moment(day.ends_at)}"
        case "shift":
            text = f"{view.moment(day.begins_at)[-5:]}–{view.moment(day.ends_at)[-5:]}"
        case "date":
            text = day.date.isoformat()
        case "number" | "system" as name:
            text = str(getattr(day, name))
        case "on_duty":
            text = day.person_on_duty
    return FilledCell(text) if text else DASH


def _card(column: CardColumn, row: Row, index: DayIndex) -> FilledCell:
    card = row.card
    if card is None:
        return FilledCell()
    match column.card:
        case "status":
            return _status(card, index)
        case "groups":
            text = listed(index.view, card.groups)
        case "address" if card.transport == "local" and card.address == card.name:
            text = index.view.word(words.THIS_MACHINE)
        case name:
            text = str(getattr(card, name))
    return FilledCell(text) if text else DASH


def _status(card: HostCard, index: DayIndex) -> FilledCell:
    word = words.IN_SERVICE if card.in_service else words.OUT_OF_SERVICE
    return FilledCell(index.view.word(word), tone=None if card.in_service else Tone.QUIET)


def _host(column: HostColumn, row: Row, index: DayIndex) -> Part:
    if row.host is None:
        return Part(DASH)
    return Part(_HOST[column.host](row.host, index), is_unchecked=not row.host.checked)


def _rounds(host: HostLine, index: DayIndex) -> FilledCell:
    return FilledCell(str(host.rounds), float(host.rounds))


def _every(host: HostLine, index: DayIndex) -> FilledCell:
    """How often rounds are made; of a record that has not kept it, how often they were while the agent ran."""
    seconds = host.host.every_seconds or 0.0
    if not seconds and host.rounds:
        seconds = (index.view.until - index.day.begins_at - index.day.unwatched_seconds) / host.rounds
    if seconds <= 0:
        return DASH
    return FilledCell(index.view.word(duration_text(round(seconds))), seconds, Unit.SECONDS)


def _state(host: HostLine, index: DayIndex) -> FilledCell:
    cell = index.view.state(host.state if host.checked else None)
    return FilledCell(cell.text, tone=cell.tone)


def _reason(host: HostLine, index: DayIndex) -> FilledCell:
    return DASH if host.checked else unchecked_cell(index.view, view_reason(host, index))


def _last_checked(host: HostLine, index: DayIndex) -> FilledCell:
    return DASH if host.checked_at is None else moment_cell(host.checked_at, index.view)


def _checks(host: HostLine, index: DayIndex) -> FilledCell:
    view = index.view
    titles = [view.word(card.title) for card in index.checks_of.get(host.host.name, {}).values()]
    if not titles:
        return quiet(view.word(words.NONE))
    shown = view.say(", ", "、").join(titles[:MOST_LISTED])
    more = view.say(", …", "等") if len(titles) > MOST_LISTED else ""
    return FilledCell(view.say(f"{len(titles)}: ", f"{len(titles)} 项：") + shown + more)


def _reachable(host: HostLine, index: DayIndex) -> FilledCell:
    view, ratio = index.view, host.reachable_ratio
    if not host.checked:
        return unchecked_cell(view, view_reason(host, index))
    if ratio is None:
        return unchecked_cell(view, "")
    # 99.96 % must not read as all: it is cut, not rounded.
    text = "100 %" if ratio == 1 else f"{int(ratio * 1000) / 10:.1f} %"
    return FilledCell(text, ratio, Unit.RATIO, None if ratio == 1 else Tone.UNCHECKED)


_HOST = {
    "reachable": _reachable,
    "rounds": _rounds,
    "every": _every,
    "state": _state,
    "reason": _reason,
    "checked": _last_checked,
    "checks": _checks,
}


def _field(column: FieldColumn, row: Row, index: DayIndex) -> Part:
    if row.missing is not None:
        return Part(row.missing, (), row.collectors, row.missing.tone is Tone.UNCHECKED, row.seen_at)
    found = search(column.field, row.element)
    return Part(shown(found, column.unit, index, column.words), (), row.collectors, seen_at=row.seen_at)


def _fact(column: FactColumn, row: Row, index: DayIndex) -> Part:
    host = row.host
    if host is None:
        return Part(DASH)
    if (cell := no_facts(host, column.fact, column.path, index)) is not None:
        return Part(cell, (), (column.fact,), cell.tone is Tone.UNCHECKED)
    facts = index.facts[host.host.name, column.fact]
    found = found_in(facts, column.path)
    if column.where is not None and isinstance(found, list):
        found = [one for one in found if _is_about(search(column.where, one), row.item)]
        found = found[0] if len(found) == 1 else found
    if column.show is not None:
        path = column.show
        found = [search(path, one) for one in found] if isinstance(found, list) else search(path, found)
    cell = _change(found) if column.change else shown(found, column.unit, index, column.words)
    return Part(_dated(cell, facts, index), (), (column.fact,))


def _change(found: Any) -> FilledCell:
    """By how much the first of two numbers is more than the second: `+7.3 %`; a dash where they are not both there."""
    match found:
        case [int() | float() as now, int() | float() as before] if before > 0:
            ratio = now / before - 1
            return FilledCell(f"{ratio:+.1%}".replace("%", " %"), ratio, Unit.RATIO)
        case _:
            return DASH


def _is_about(named: Any, item: str | None) -> bool:
    return item in [str(one) for one in (named if isinstance(named, list) else [named])]


def _dated(cell: FilledCell, facts: HostFacts, index: DayIndex) -> FilledCell:
    """The cell; with its time where it was looked at before the day began."""
    if facts.at >= index.day.begins_at or cell == DASH:
        return cell
    return FilledCell(f"{cell.text} ({index.view.clock(facts.at)})", cell.value, cell.unit, Tone.QUIET)
