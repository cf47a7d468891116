"""Fills forms from a day's record."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from checks.contract.text import Language
from exporters.contract import DayRecord, Evidence
from exporters.daily.document import Tone
from exporters.daily.words import counted
from exporters.forms import words
from exporters.forms.columns import (
    ByHandColumn,
    CardColumn,
    CheckColumn,
    Column,
    FactColumn,
    HostColumn,
    Show,
    TailColumn,
)
from exporters.forms.declaration import Form
from exporters.forms.filled import ColumnKind, FilledCell, FilledColumn, FilledForm, FilledRow
from exporters.forms.index import DayIndex, is_harmless
from exporters.forms.row import Part, Row, unchecked_cell
from exporters.forms.rows import notes_of, rows_of
from exporters.forms.settings import FormsSettings
from exporters.forms.sources import part_of, view_reason
from exporters.forms.tail import Outcome

MOST_ROWS = 20_000
"""Rows of one form; how many more there are is said, and the JSON record has what they are made from."""

_KIND_OF_SHOW = {
    Show.VALUE: ColumnKind.NUMBER,
    Show.COUNT: ColumnKind.NUMBER,
    Show.SUMMARY: ColumnKind.WIDE,
    Show.PROBLEM: ColumnKind.WIDE,
    Show.STATE: ColumnKind.STATE,
    Show.SINCE: ColumnKind.MOMENT,
    Show.CHECKED: ColumnKind.MOMENT,
}
_KIND_OF_HOST = {
    "reachable": ColumnKind.NUMBER,
    "rounds": ColumnKind.NUMBER,
    "state": ColumnKind.STATE,
    "checked": ColumnKind.MOMENT,
    "checks": ColumnKind.WIDE,
}
_KIND_OF_TAIL = {
    "result": ColumnKind.STATE,
    "finding": ColumnKind.WIDE,
    "action": ColumnKind.WIDE,
    "remarks": ColumnKind.BY_HAND,
}


def filled_forms(day: DayRecord, language: Language, settings: FormsSettings) -> tuple[FilledForm, ...]:
    """Every form that is made, filled from a day, for readers of one language. Raises `FormsError`."""
    index = DayIndex(day, language)
    header = "" if settings.header is None else settings.header.text.in_language(language)
    return tuple(fill(form, index, header) for form in settings.forms_made)


def fill(form: Form, index: DayIndex, header: str = "") -> FilledForm:
    """One form."""
    columns = form.all_columns
    rows: list[FilledRow] = []
    unlisted = inapplicable = uncovered = 0
    for row in rows_of(form, index):
        if len(rows) >= MOST_ROWS:
            unlisted += 1
            continue
        outcome = _outcome(columns, row, index)
        if form.applicable and _is_inapplicable(form, outcome):
            is_covered = _is_covered(form, outcome)
            inapplicable, uncovered = inapplicable + is_covered, uncovered + (not is_covered)
            continue
        rows.append(_row(columns, outcome))
    notes = [*notes_of(form, index), *_left_out(index, unlisted, inapplicable, uncovered)]
    if form.note is not None:
        notes.append(index.view.word(form.note.text))
    if not rows:
        notes.insert(0, index.view.say("There is nothing to enter.", "本日无记录。"))
    return FilledForm(
        name=form.name,
        number=form.number,
        title=index.view.word(form.title.text),
        language=index.language,
        head=_head(form, index),
        columns=tuple(
            FilledColumn(column.name, index.view.word(column.title.text), column.kind or _kind(column))
            for column in columns
        ),
        rows=tuple(rows),
        note=" ".join(notes),
        header=header,
    )


def by_hand(settings: FormsSettings, language: Language) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What only a person can see (待人工确认项): each form's title, and the headings that wait for somebody to look."""
    found = []
    for form in settings.forms_made:
        waiting = [c for c in form.columns if isinstance(c, ByHandColumn) and c.by_hand is True]
        if waiting:
            title = form.title.text.in_language(language)
            found.append((title, tuple(c.title.text.in_language(language) for c in waiting)))
    return tuple(found)


def _outcome(columns: Sequence[Column], row: Row, index: DayIndex) -> Outcome:
    parts = [Part(FilledCell()) if isinstance(c, TailColumn) else part_of(c, row, index) for c in columns]
    awaits = any(isinstance(c, ByHandColumn) and c.by_hand is True for c in columns)
    return Outcome(row, list(_dated(parts, index)), columns, awaits, index)


def _dated(parts: Iterable[Part], index: DayIndex) -> Iterator[Part]:
    """The parts; the first that was looked at before the day says when, and those that were then are quiet like it."""
    told: set[float] = set()
    for part in parts:
        if part.seen_at is None:
            yield part
            continue
        when = "" if part.seen_at in told else f" ({index.view.clock(part.seen_at)})"
        told.add(part.seen_at)
        yield replace(part, cell=replace(part.cell, text=part.cell.text + when, tone=Tone.QUIET))


def _row(columns: Sequence[Column], outcome: Outcome) -> FilledRow:
    is_explained = any(isinstance(column, TailColumn) and column.tail == "finding" for column in columns)
    cells = tuple(
        outcome.cell(column.tail)
        if isinstance(column, TailColumn)
        else _brief(part.cell, outcome)
        if is_explained
        else part.cell
        for column, part in zip(columns, outcome.parts, strict=True)
    )
    return FilledRow(cells, _evidence(outcome))


def _brief(cell: FilledCell, outcome: Outcome) -> FilledCell:
    """The cell without the reason why its server was not checked: the finding says it, once and not in each cell."""
    host, view = outcome.row.host, outcome.index.view
    if cell.tone is not Tone.UNCHECKED or host is None or host.checked:
        return cell
    whole = unchecked_cell(view, view_reason(host, outcome.index))
    return replace(cell, text=view.word(words.NOT_CHECKED)) if cell.text == whole.text else cell


def _evidence(outcome: Outcome) -> tuple[Evidence, ...]:
    """The answers that the row rests on, those of one collector once."""
    if outcome.row.host is None:
        return ()
    host = outcome.row.host.host.name
    collectors = dict.fromkeys(line.check.collector for line in outcome.lines)
    collectors |= dict.fromkeys(name for part in outcome.parts for name in part.collectors)
    return tuple(one for name in collectors for one in outcome.index.evidence.get((host, name), ()))


def _is_inapplicable(form: Form, outcome: Outcome) -> bool:
    """Whether nothing of the row's checks and facts is there on its host."""
    lines, host = outcome.lines, outcome.row.host
    if host is None or outcome.row.is_void:
        return host is not None
    if isinstance(form.applicable, tuple):
        return all(is_harmless(line) for line in outcome.index.of_item(host.host.name, form.applicable, None))
    if any(part.is_unchecked for part in outcome.parts):
        return False
    facts = [part.cell for part in outcome.parts if part.collectors]
    return all(is_harmless(line) for line in lines) and all(cell.tone is Tone.QUIET for cell in facts)


def _is_covered(form: Form, outcome: Outcome) -> bool:
    """Whether anybody looked, or was to look, for what the row is about."""
    host, index = outcome.row.card, outcome.index
    if host is None:
        return False
    wanted = form.needs
    checks = form.applicable if isinstance(form.applicable, tuple) else wanted.checks
    is_known = any((host.name, name) in index.facts for name, _ in wanted.paths)
    return is_known or any((host.name, check) in index.lines for check in checks)


def _left_out(index: DayIndex, unlisted: int, inapplicable: int, uncovered: int) -> Iterable[str]:
    say = index.view.say
    if unlisted:
        yield say(words.not_listed(unlisted, "more row"), f"另有 {unlisted} 行未列出。")
    if inapplicable:
        yield say(words.have_none(inapplicable), f"另有 {inapplicable} 台服务器无此项。")
    if uncovered:
        yield say(
            f"Not covered by these rounds: {counted(uncovered, 'server')}.", f"未纳入此项巡检：{uncovered} 台服务器。"
        )


def _head(form: Form, index: DayIndex) -> tuple[tuple[str, str], ...]:
    day, view = index.day, index.view
    say = view.say
    number = f"{day.number}/{form.number or form.name}"
    period = f"{view.moment(day.begins_at)} – {view.moment(day.ends_at)}"
    checked_by = " · ".join(part for part in (f"rounds {day.agent_version}", day.person_on_duty) if part)
    reviews = [(r.by, f"{r.by} {view.moment(r.at)}", r.comment) for r in day.reviews]
    head = [
        (say("No.", "记录编号"), number),
        (say("System", "系统名称"), day.system),
        (say("Date/time", "检查日期/时间"), f"{day.date.isoformat()} ({period})"),
        (say("Checked by", "检查人"), checked_by),
        (say("Reviewer", "审核人"), say(", ", "、").join(dict.fromkeys(by for by, _, _ in reviews))),
        (say("Signature, time", "签字/时间"), say("; ", "；").join(signed for _, signed, _ in reviews)),
    ]
    comments = [comment for _, _, comment in reviews if comment]
    if comments:
        head.append((say("Comment", "审核意见"), say("; ", "；").join(comments)))
    return tuple(head)


def _kind(column: Column) -> ColumnKind:
    match column:
        case CheckColumn():
            kind = _KIND_OF_SHOW.get(column.show)
        case HostColumn():
            kind = _KIND_OF_HOST.get(column.host)
        case TailColumn():
            kind = _KIND_OF_TAIL[column.tail]
        case ByHandColumn():
            kind = ColumnKind.BY_HAND
        case CardColumn(card="name"):
            kind = ColumnKind.NAME
        case FactColumn() if column.unit is not None or column.change:
            kind = ColumnKind.NUMBER
        case _:
            kind = None
    return kind or ColumnKind.TEXT
