"""Section 12 of the daily report: what a person must look at."""

from collections.abc import Iterator, Sequence

from exporters.contract import ItemLine
from exporters.daily.attachments import Attached
from exporters.daily.document import Block, Cell, Column, Kind, Note, Part, Table, Tone
from exporters.daily.reasons import reason_words
from exporters.daily.topics import not_covered
from exporters.daily.view import View
from exporters.daily.words import counted

MOST_ROWS = 200
"""Up to here every server and reason has a row."""

MOST_NAMED = 40
"""Items that one row names."""


def awaiting_part(view: View, attached: Attached) -> Part:
    """12 待人工确认项."""
    say = view.say
    blocks: list[Block] = []
    for table in unchecked_tables(view):
        blocks.append(Table(table.columns, table.rows[:MOST_ROWS], table.caption))
        more = len(table.rows) - MOST_ROWS
        if more > 0:
            words = say(f"and {counted(more, 'more row')}, see the JSON record", f"另有 {more} 行,见 JSON 记录")
            blocks.append(Note(words, Tone.QUIET))
    if not blocks:
        blocks.append(Note(say("Everything due was checked.", "应检项目均已检查。"), Tone.GOOD))
    topics = view.listed(view.word(topic.title) for topic in not_covered(view.day))
    if topics:
        label = say("Not covered by these rounds, check by hand", "未纳入本次巡检,请按手册人工检查")
        blocks.append(Note(topics, Tone.QUIET, label))
    blocks.extend(_by_hand(view, attached))
    return Part(12, say("Awaiting a person", "待人工确认项"), tuple(blocks))


def _by_hand(view: View, attached: Attached) -> Iterator[Table]:
    """The columns of the forms that only a person can fill in, form by form: they are the same for every row."""
    say = view.say
    rows = tuple(
        (Cell(form.name), Cell(view.listed(form.by_hand)), Cell(str(form.rows)))
        for form in attached.forms
        if form.by_hand and form.rows
    )
    if rows:
        columns = (
            Column(say("Record form", "记录表")),
            Column(say("To be filled in by hand", "人工填写栏目"), Kind.WIDE),
            Column(say("Rows", "行数"), Kind.NUMBER),
        )
        yield Table(columns, rows, say("What only a person can see, by record form", "须人工查看并填写(按记录表)"))


def unchecked_tables(view: View) -> tuple[Table, ...]:
    """Servers and items that were due and not checked, each with its reason; a whole server in one row."""
    say = view.say
    of_host: dict[str, list[ItemLine]] = {}
    for item in view.day.unchecked:
        of_host.setdefault(item.host, []).append(item)
    absent = [line for line in view.day.hosts if not line.checked]
    rows: list[tuple[Cell, ...]] = []
    for line in absent:
        lines = of_host.pop(line.host.name, [])
        whole = say("the whole server", "整台服务器")
        names = Cell(whole, note=_names(view, lines) if lines else "")
        rows.append((Cell(line.host.name, note=line.host.owner), names, _why(view.why(line.reason, line.message))))
    for host, lines in of_host.items():
        rows.extend(_rows(view, host, lines))
    columns = (
        Column(say("Server", "服务器"), Kind.HOST),
        Column(say("Not checked", "未检查的内容"), Kind.WIDE),
        Column(say("Reason", "原因"), Kind.WIDE),
    )
    numbers = view.numbers
    caption = say(
        f"{numbers.not_checked} {'was' if numbers.hosts_not_done + numbers.items.unchecked == 1 else 'were'}"
        " due and not checked",
        f"应检而未检查:服务器 {numbers.hosts_not_done} 台,检查项 {numbers.items.unchecked} 项",
    )
    return (Table(columns, tuple(rows), caption),) if rows else ()


def _rows(view: View, host: str, lines: Sequence[ItemLine]) -> Iterator[tuple[Cell, ...]]:
    """One row for each reason."""
    groups: dict[str, list[ItemLine]] = {}
    for line in lines:
        groups.setdefault(view.word(reason_words(line.reason)), []).append(line)
    for reason, found in groups.items():
        told = {view.why_line(line) for line in found}
        yield Cell(host), Cell(_names(view, found)), _why(told.pop() if len(told) == 1 else (reason, ""))


def _why(told: tuple[str, str]) -> Cell:
    words, more = told
    return Cell(words, Tone.UNCHECKED, more)


def _names(view: View, lines: Sequence[ItemLine]) -> str:
    named = [f"{view.word(line.check.title)} {view.item(line.check, line.item)}".strip() for line in lines]
    unique = list(dict.fromkeys(named))[:MOST_NAMED]
    dots = view.say(", …", " 等") if len(unique) < len(set(named)) else ""
    return view.say(", ", "、").join(unique) + dots + view.say(f" ({len(named)})", f"({len(named)} 项)")
