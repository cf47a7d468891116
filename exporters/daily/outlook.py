"""Section 13 of the daily report: what is due tomorrow and in the days after, and what is to be done about today."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from exporters.contract import ItemLine
from exporters.daily.document import Block, Cell, Column, Kind, Lines, Note, Part, Table, Tone
from exporters.daily.due import DAY, DUE, Due, dates_of
from exporters.daily.view import View
from exporters.daily.words import counted

MOST_OF_A_KIND = 20
"""Rows of one kind of date, the nearest first; the others are counted."""

MOST_NAMED = 6
"""Of dates that share a row."""


@dataclass(frozen=True, slots=True)
class Coming:
    """Something that is due `at` (epoch seconds)."""

    due: Due
    line: ItemLine
    at: float


def plan_part(view: View) -> Part:
    """13 明日计划: what the rounds can tell of it, and room for the rest."""
    say, numbers = view.say, view.numbers
    blocks: list[Block] = list(_dates(view))
    if numbers.open:
        text = say(
            f"Follow up {counted(numbers.open, 'open problem')} (section 11).",
            f"跟进遗留问题 {numbers.open} 项(见第 11 节)。",
        )
        blocks.append(Note(text))
    if numbers.hosts_not_done or numbers.items.unchecked:
        text = say(
            f"Verify {numbers.not_checked} by hand (section 12).",
            f"人工核实未检查的服务器 {numbers.hosts_not_done} 台、检查项 {numbers.items.unchecked} 项(见第 12 节)。",
        )
        blocks.append(Note(text))
    if not blocks:
        blocks.append(
            Note(say("Nothing is due. Rounds go on as configured.", "近期无到期事项,继续按既定频率自动巡检。"))
        )
    blocks.append(Lines((say("Further (by hand)", "其他(人工填写)"),)))
    return Part(13, say("Plan for tomorrow", "明日计划"), tuple(blocks))


def coming(view: View) -> list[Coming]:
    """What falls due after the day, the nearest first. What is overdue is a problem and stands among these."""
    found = [one for line in view.day.items if line.state is not None for one in _of(view, line)]
    return sorted(found, key=lambda one: (one.at, one.line.host, one.line.check.name, one.line.item))


def _of(view: View, line: ItemLine) -> Iterator[Coming]:
    measured_at = view.until if line.checked_at is None else line.checked_at
    for due in dates_of(line.check.name):
        for measurement in line.measurements:
            if due.fits(measurement):
                at = due.moment(measurement, measured_at)
                if at is not None and math.isfinite(at) and 0 <= at - view.until <= due.within_days * DAY:
                    yield Coming(due, line, at)


def _dates(view: View) -> Iterator[Block]:
    found = coming(view)
    rows = []
    for due in DUE:
        of_kind = [one for one in found if one.due is due]
        if due.together and of_kind:
            rows.append((of_kind[0].at, _shared_row(view, of_kind)))
        elif of_kind:
            rows.extend((one.at, _row(view, one)) for one in of_kind[:MOST_OF_A_KIND])
            more = len(of_kind) - MOST_OF_A_KIND
            if more > 0:
                rows.append((of_kind[MOST_OF_A_KIND].at, _more_row(view, due, more)))
    if rows:
        say = view.say
        columns = (
            Column(say("What", "事项"), Kind.WIDE),
            Column(say("Server", "服务器"), Kind.WIDE),
            Column(say("Due", "到期时间")),
            Column(say("Left", "剩余")),
        )
        table = tuple(row for _, row in sorted(rows, key=lambda row: row[0]))
        yield Table(columns, table, say("Due tomorrow and in the days after", "明日及近期到期事项"))


def _row(view: View, one: Coming) -> tuple[Cell, ...]:
    left = one.at - view.until
    tone = Tone.WARNING if left <= DAY else None
    return (
        Cell(view.word(one.due.title)),
        Cell(one.line.host, note=view.item(one.line.check, one.line.item)),
        Cell(view.moment(one.at)),
        Cell(view.lasting(left), tone),
    )


def _shared_row(view: View, found: list[Coming]) -> tuple[Cell, ...]:
    first, names = found[0], [f"{one.line.host} {one.line.item}".strip() for one in found]
    number = view.say(f"{len(found)} within a day", f"一天内 {len(found)} 项")
    return (
        Cell(view.word(first.due.title), note=number),
        Cell(view.listed(names, MOST_NAMED)),
        Cell(view.moment(first.at), note=view.say("the first of them", "最早一项")),
        Cell(view.lasting(first.at - view.until)),
    )


def _more_row(view: View, due: Due, more: int) -> tuple[Cell, ...]:
    words = view.say(f"and {more} more: see the JSON record", f"另有 {more} 项,见 JSON 记录")
    return Cell(view.word(due.title)), Cell(words, Tone.QUIET), Cell(""), Cell("")
