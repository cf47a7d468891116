"""What a column shows of the lines of its checks."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

from checks.contract import Measurement, State, Unit
from exporters.contract import ItemLine
from exporters.daily.document import Tone, tone_of
from exporters.daily.quantities import judged
from exporters.daily.reasons import reason_words
from exporters.daily.view import View
from exporters.daily.words import counted
from exporters.forms import words
from exporters.forms.columns import CheckColumn, Show
from exporters.forms.filled import FilledCell
from exporters.forms.index import DayIndex, is_harmless, is_judged
from exporters.forms.row import DASH, Part, Row, listed, quiet, unchecked_cell


def check_part(column: CheckColumn, row: Row, index: DayIndex) -> Part:
    """The cell of a check column."""
    view = index.view
    if row.card is None or row.host is None:
        return Part(DASH)
    item = row.item if column.item is None else None
    lines = index.of_item(row.card.name, column.check, item, column.otherwise)
    if column.item is not None:
        fitting = [line for line in lines if fnmatchcase(line.item, column.item)]
        lines = fitting or [line for line in lines if line.item == "" and line.reason is not None]
    if column.measurement is not None:
        lines = [line for line in lines if any(m.name in column.measurement for m in line.measurements)] or lines
    if not lines:
        is_made = any(index.lines.get((row.card.name, check)) for check in column.check)
        return Part(DASH if is_made else quiet(view.word(words.NOT_COVERED)))
    due = [line for line in lines if not is_harmless(line)]
    if not due:
        return Part(quiet(view.word(reason_words(lines[0].reason))), tuple(lines))
    return Part(_SHOWN[column.show](column, row, due, view), tuple(lines))


def why_unchecked(view: View, line: ItemLine) -> str:
    """Why a line was not judged, in a word or two."""
    return view.word(reason_words(line.reason))


def nearness(measurement: Measurement) -> float:
    """How near a value is to the level where it is bad: at 1 it is there."""
    level = measurement.crit if measurement.crit is not None else measurement.warn
    if level is None or not level or not math.isfinite(measurement.value):
        return 0.0
    if measurement.lower:
        return level / measurement.value if measurement.value else math.inf
    return measurement.value / level


def _worst(lines: Sequence[ItemLine]) -> ItemLine:
    """The line that a reader has to see: a bad one, or one that was not judged, or the nearest to being bad."""

    def weight(line: ItemLine) -> tuple[int, float]:
        if not is_judged(line):
            return 1, 0.0
        measured = judged(line.measurements)
        near = nearness(measured) if measured is not None else 0.0
        return 0 if line.state is State.OK else 1 + (line.state or 0), near

    return max(lines, key=weight)


def _not_judged(lines: Sequence[ItemLine], view: View) -> FilledCell | None:
    """The cell where the line to be seen was not judged; None: it was."""
    worst = _worst(lines)
    return None if is_judged(worst) else unchecked_cell(view, why_unchecked(view, worst))


def _value(column: CheckColumn, row: Row, lines: Sequence[ItemLine], view: View) -> FilledCell:
    if (cell := _not_judged(lines, view)) is not None:
        return cell
    line = _worst(lines)
    if column.measurement is not None:
        measured = [m for name in column.measurement for m in line.measurements if m.name == name]
    else:
        measured = [m for m in (judged(line.measurements) or next(iter(line.measurements), None),) if m is not None]
    tone = _tone(line)
    if not measured and column.measurement is not None:
        return FilledCell(DASH.text, tone=tone or DASH.tone)
    if not measured:
        return FilledCell(view.word(line.summary), tone=tone)
    text = " / ".join(view.amount(m) for m in measured)
    if (row.item is None or column.item is not None) and len(lines) > 1 and (item := view.item(line.check, line.item)):
        text += f" · {item}"
    return FilledCell(text, in_machine(measured[0].value, measured[0].unit, view), measured[0].unit, tone)


def in_machine(value: float, unit: Unit | None, view: View) -> float | datetime | None:
    """The value for a machine: a moment in the day's time zone where it is one, nothing where it is no number."""
    if not math.isfinite(value):
        return None
    if unit is Unit.TIMESTAMP:
        try:
            return datetime.fromtimestamp(value, ZoneInfo(view.day.timezone))
        except (OverflowError, ValueError, OSError):
            return value
    return value


def _summary(column: CheckColumn, row: Row, lines: Sequence[ItemLine], view: View) -> FilledCell:
    if (cell := _not_judged(lines, view)) is not None:
        return cell
    shown = [line for line in lines if line.state is not State.OK]
    if not shown and len(lines) > 1:
        normal = view.say(f"{counted(len(lines), 'item')} normal", f"{len(lines)} 项正常")
        return FilledCell(normal)
    told = sorted(shown or lines, key=lambda line: -(line.state or 0))
    if len(told) == 1 and (row.item is not None or column.item is not None):
        return FilledCell(view.word(told[0].summary), tone=_tone(told[0]))
    return FilledCell(listed_lines(view, told, with_check=False), tone=_tone(told[0]))


def listed_lines(view: View, lines: Sequence[ItemLine], *, with_check: bool = True) -> str:
    """`Disk usage /var: 93 % used; ...`, in the checks' own words."""
    told = []
    for line in lines:
        item = view.item(line.check, line.item)
        subject = " ".join(part for part in (view.word(line.check.title) if with_check else "", item) if part)
        told.append(f"{subject}{view.say(': ', '：')}{view.word(line.summary)}" if subject else view.word(line.summary))
    most = 8
    text = view.say("; ", "；").join(told[:most])
    more = len(told) - most
    return text + view.say(f"; and {more} more", f"；另有 {more} 项") if more > 0 else text


def _problem(column: CheckColumn, row: Row, lines: Sequence[ItemLine], view: View) -> FilledCell:
    if (cell := _not_judged(lines, view)) is not None:
        return cell
    is_bad = any(line.state is not State.OK for line in lines)
    return _summary(column, row, lines, view) if is_bad else quiet(view.word(words.NONE))


def _state(column: CheckColumn, row: Row, lines: Sequence[ItemLine], view: View) -> FilledCell:
    if (cell := _not_judged(lines, view)) is not None:
        return cell
    line = _worst(lines)
    shown = view.state(line.state)
    return FilledCell(shown.text, tone=shown.tone)


def _items(column: CheckColumn, row: Row, lines: Sequence[ItemLine], view: View) -> FilledCell:
    names = [view.item(line.check, line.item) or line.item for line in lines if line.item]
    if not names:
        return _not_judged(lines, view) or DASH
    return FilledCell(listed(view, names))


def _expected(column: CheckColumn, row: Row, lines: Sequence[ItemLine], view: View) -> FilledCell:
    told = []
    for line in lines:
        measured = judged(line.measurements)
        if measured is not None:
            levels = view.thresholds(measured)
            told.append(f"{view.word(line.check.title)} {levels}" if len(column.check) > 1 else levels)
    return FilledCell(listed(view, told)) if told else (_not_judged(lines, view) or DASH)


def _since(column: CheckColumn, row: Row, lines: Sequence[ItemLine], view: View) -> FilledCell:
    if (cell := _not_judged(lines, view)) is not None:
        return cell
    bad = [line.since for line in lines if line.state is not State.OK and line.since is not None]
    return moment_cell(min(bad), view, Tone.WARNING) if bad else DASH


def _count(column: CheckColumn, row: Row, lines: Sequence[ItemLine], view: View) -> FilledCell:
    done = [line for line in lines if is_judged(line)]
    return FilledCell(str(len(done)), float(len(done))) if done else (_not_judged(lines, view) or DASH)


def _checked(column: CheckColumn, row: Row, lines: Sequence[ItemLine], view: View) -> FilledCell:
    times = [line.checked_at for line in lines if line.checked_at is not None]
    return moment_cell(max(times), view) if times else (_not_judged(lines, view) or DASH)


def moment_cell(at: float, view: View, tone: Tone | None = None) -> FilledCell:
    """A moment for a reader and for a machine."""
    return FilledCell(view.moment(at), in_machine(at, Unit.TIMESTAMP, view), Unit.TIMESTAMP, tone)


def _tone(line: ItemLine) -> Tone | None:
    tone = tone_of(line.state)
    return None if tone is Tone.GOOD else tone


_SHOWN: dict[Show, Callable[[CheckColumn, Row, Sequence[ItemLine], View], FilledCell]] = {
    Show.VALUE: _value,
    Show.SUMMARY: _summary,
    Show.STATE: _state,
    Show.ITEM: _items,
    Show.EXPECTED: _expected,
    Show.SINCE: _since,
    Show.COUNT: _count,
    Show.CHECKED: _checked,
    Show.PROBLEM: _problem,
}
