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

MOST_ROWS = 60
"""Up to here a topic lists all its lines; beyond it those that are not normal, and the rest is counted."""

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


def exceptions_table(view: View, lines: Sequence[ItemLine]) -> tuple[Table, ...]:
    """What was abnormal, the worst first."""
    bad = abnormal(lines)
    return (lines_table(view, bad, view.say("Abnormal", "异常项")),) if bad else ()


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
    worse = line.worst is not None and line.state == State.OK and line.worst in (State.WARN, State.CRIT)
    note = view.say("abnormal earlier in the day", "当日曾异常") if worse else ""
    return (
        Cell(line.host),
        view.subject(line.check, line.item),
        view.fate(line),
        _finding(view, line, note),
        Cell("" if measured is None else view.thresholds(measured)),
        Cell(view.clock(line.since) if bad else "", note=view.say("No. ", "编号 ") + incident.id if incident else ""),
    )


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
    normal = [line for line in due if line.state == State.OK]
    if len(normal) + len(shown) <= MOST_ROWS:
        shown += sorted(normal, key=lambda line: (line.host, line.check.name, line.item))
        normal = []
    if shown:
        blocks.append(lines_table(view, shown))
    blocks.extend(_absent(view, missed))
    days = calendar(view, topic)
    if days is not None:
        blocks.append(days)
    if normal:
        rest = view.say(
            f"{counted(len(normal), 'more normal item')}: see the JSON record.",
            f"其余 {len(normal)} 项正常,明细见 JSON 附件。",
        )
        blocks.append(Note(rest, Tone.QUIET))
    return blocks


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
