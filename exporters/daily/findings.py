"""Sections 4 to 8 of the daily report: what the checks of one section found, topic by topic."""

from collections import Counter
from collections.abc import Sequence

from checks.contract import Section, State
from exporters.contract import ItemLine
from exporters.daily.courses import calendar
from exporters.daily.document import Block, Cell, Column, Kind, Note, Part, Table, Tone
from exporters.daily.quantities import judged
from exporters.daily.statistics import Counts
from exporters.daily.topics import Topic, topics_of
from exporters.daily.view import View
from exporters.daily.words import NOT_COVERED, SECTIONS, counted

MOST_NORMAL = 16
"""Up to here a topic lists what is normal item by item; more of it is counted by check."""

MOST_ROWS = 200
"""Rows of what is not normal; the JSON record has all."""

MOST_ABSENT = 12
"""Servers that were not checked at all which a topic names."""

NUMBERS = {
    Section.PLATFORM: 4,
    Section.STORAGE: 5,
    Section.PATCHES: 6,
    Section.SECURITY: 7,
    Section.HARDWARE: 8,
}


def section_part(view: View, section: Section) -> Part:
    """One of sections 4 to 8."""
    blocks: list[Block] = []
    for topic in topics_of(section):
        blocks.extend(_topic(view, topic))
    return Part(NUMBERS[section], view.word(SECTIONS[section]), tuple(blocks))


def exceptions_table(view: View, lines: Sequence[ItemLine]) -> tuple[Block, ...]:
    """What was abnormal, the worst first."""
    bad = abnormal(lines)
    return _shown(view, bad, view.say("Abnormal", "异常项"))


def abnormal(lines: Sequence[ItemLine]) -> list[ItemLine]:
    """The warnings and the critical ones, the worst first."""
    bad = [line for line in lines if line.state in (State.WARN, State.CRIT)]
    return sorted(bad, key=lambda line: (-(line.state or 0), line.host, line.check.name, line.item))


def lines_table(view: View, lines: Sequence[ItemLine], caption: str = "") -> Table:
    """Lines as the forms have them: result, actual value, expected value, since when."""
    say = view.say
    columns = (
        Column(say("Server", "服务器"), Kind.HOST),
        Column(say("Check and item", "检查项")),
        Column(say("Result", "结果")),
        Column(say("Finding", "当前情况"), Kind.WIDE),
        Column(say("Warning / critical", "阈值(警告/严重)")),
        Column(say("Since", "始于"), Kind.SHORT),
    )
    return Table(columns, tuple(_row(view, line) for line in lines), caption)


def _row(view: View, line: ItemLine) -> tuple[Cell, ...]:
    measured = judged(line.measurements)
    bad = line.state in (State.WARN, State.CRIT)
    incident = view.open_incidents.get((line.host, line.check.name, line.item)) if bad else None
    note = view.say("abnormal earlier in the day", "当日曾异常") if _was_abnormal(line) else ""
    return (
        Cell(line.host),
        view.subject(line.check, line.item),
        view.fate(line),
        _finding(view, line, note),
        Cell("" if measured is None else view.thresholds(measured)),
        Cell(view.clock(line.since) if bad else "", note=view.say("No. ", "编号 ") + incident.id if incident else ""),
    )


def _was_abnormal(line: ItemLine) -> bool:
    """Whether it is normal again."""
    return line.state == State.OK and line.worst in (State.WARN, State.CRIT)


def _finding(view: View, line: ItemLine, note: str) -> Cell:
    """The check's own words, or why it has none with what is known of it."""
    if line.reason is None:
        return Cell(view.word(line.summary), note=note)
    words, more = view.why_line(line)
    return Cell(words, note=more)


def _topic(view: View, topic: Topic) -> list[Block]:
    lines = view.by_topic.get(topic, [])
    title = view.word(topic.title)
    if not lines:
        return [Note(view.word(NOT_COVERED), Tone.QUIET, title)]
    due = [line for line in lines if line.reason is None or not line.reason.is_harmless]
    blocks: list[Block] = [Note(_counted(view, Counts.of(lines)), None, title)]
    missed = [line for line in due if line.state not in (State.OK, State.WARN, State.CRIT)]
    shown = abnormal(due) + [line for line in missed if line.host not in view.absent]
    shown += [line for line in due if _was_abnormal(line)]
    normal = [line for line in due if line.state == State.OK and not _was_abnormal(line)]
    if len(normal) <= MOST_NORMAL:
        shown += sorted(normal, key=lambda line: (line.host, line.check.name, line.item))
        normal = []
    blocks.extend(_shown(view, shown))
    if normal:
        blocks.append(_by_check(view, normal))
    blocks.extend(_absent(view, missed))
    days = calendar(view, topic)
    if days is not None:
        blocks.append(days)
    return blocks


def _shown(view: View, lines: Sequence[ItemLine], caption: str = "") -> tuple[Block, ...]:
    """The first of the lines, and how many more there are."""
    if not lines:
        return ()
    table, more = lines_table(view, lines[:MOST_ROWS], caption), len(lines) - MOST_ROWS
    words = view.say(f"and {more} more, see the JSON record", f"另有 {more} 项,见 JSON 记录")
    return (table, Note(words, Tone.QUIET)) if more > 0 else (table,)


def _by_check(view: View, normal: Sequence[ItemLine]) -> Table:
    """What is normal, counted by check: nobody reads hundreds of rows of it, and the JSON record has them all."""
    say = view.say
    columns = (
        Column(
            say("Normal, by check (the JSON record names each)", "正常项,按检查项统计(明细见 JSON 记录)"), Kind.WIDE
        ),
        Column(say("Items", "项数"), Kind.NUMBER),
        Column(say("Servers", "服务器数"), Kind.NUMBER),
    )
    found: dict[str, list[ItemLine]] = {}
    for line in normal:
        found.setdefault(view.word(line.check.title), []).append(line)
    rows = tuple(
        (Cell(title), Cell(str(len(lines))), Cell(str(len({line.host for line in lines}))))
        for title, lines in sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))
    )
    return Table(columns, rows, compact=True)


def _absent(view: View, missed: Sequence[ItemLine]) -> tuple[Note, ...]:
    """Servers that no round reached, in one line: section 12 has a row for each, with the reason."""
    numbers = Counter(line.host for line in missed if line.host in view.absent)
    if not numbers:
        return ()
    names = [
        view.say(f"{host} ({counted(number, 'item')})", f"{host}({number} 项)") for host, number in numbers.items()
    ]
    label = view.say("Servers not checked at all, see section 12", "整台未检查的服务器,见第 12 节")
    return (Note(view.listed(names, MOST_ABSENT), Tone.UNCHECKED, label),)


def _counted(view: View, counts: Counts) -> str:
    if not counts.due:
        return view.say("not applicable on any server", "各服务器均不适用")
    return view.say(
        f"{counted(counts.due, 'item')} due: {counts.normal} normal, {counts.abnormal} abnormal,"
        f" {counts.unchecked} not checked",
        f"应检 {counts.due} 项:正常 {counts.normal}、异常 {counts.abnormal}、未检查 {counts.unchecked}",
    )
