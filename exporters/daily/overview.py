"""Sections 1 and 2 of the daily report: what the day comes to, and its numbers."""

from checks.contract import Section
from exporters.daily.document import Block, Cell, Column, Figure, Figures, Kind, Note, Part, Table, Tone
from exporters.daily.statistics import Counts
from exporters.daily.view import View
from exporters.daily.words import NOT_COVERED, SECTIONS, counted


def conclusion_part(view: View) -> Part:
    """1 总体结论."""
    note = Note(view.conclusion.in_language(view.language), conclusion_tone(view))
    return Part(1, view.say("Overall conclusion", "总体结论"), (note,))


def conclusion_tone(view: View) -> Tone:
    """The colour of the day."""
    if view.conclusion.no_data:
        return Tone.UNCHECKED
    if view.conclusion.findings or view.conclusion.unreachable:
        return Tone.CRITICAL if view.conclusion.worst.name == "CRIT" else Tone.WARNING
    return Tone.UNCHECKED if view.conclusion.incomplete else Tone.GOOD


def statistics_part(view: View) -> Part:
    """2 巡检统计."""
    blocks: list[Block] = [figures(view), _by_section(view), _sums(view), *gaps(view)]
    if view.day.out_of_service:
        names = view.say(", ", "、").join(card.name for card in view.day.out_of_service)
        blocks.append(Note(names, Tone.QUIET, view.say("Out of service, not on rounds", "停用(不参加巡检)")))
    return Part(2, view.say("Statistics", "巡检统计"), tuple(blocks))


def _sums(view: View) -> Note:
    """That the numbers add up, counted once more from the lines themselves; where they do not, the log says so."""
    day, items = view.day, view.numbers.items
    due, done, normal, bad, missed = (
        len(found) for found in (day.items_due, day.items_done, day.normal, day.abnormal, day.unchecked)
    )
    sections = sum(Counts.of(lines).due for lines in view.by_topic.values())
    agrees = (due, done, normal, bad, missed) == (items.due, items.done, items.normal, items.abnormal, items.unchecked)
    agrees = agrees and due == done + missed and done == normal + bad and sections == due
    sums = view.say(
        f"{due} due = {done} done + {missed} not checked; {done} done = {normal} normal + {bad} abnormal",
        f"应检 {due} = 实检 {done} + 未检查 {missed};实检 {done} = 正常 {normal} + 异常 {bad}",
    )
    if agrees:
        return Note(sums, Tone.QUIET, view.say("Checked", "核对"))
    return Note(sums, Tone.CRITICAL, view.say("These numbers do not agree", "统计数字不一致"))


def figures(view: View) -> Figures:
    """The numbers that a reader looks for first."""
    numbers, items, say = view.numbers, view.numbers.items, view.say
    missed = say(f"{numbers.hosts_not_done} not checked", f"未检查 {numbers.hosts_not_done}")
    harmless = say(f"{items.not_applicable} not applicable", f"另有不适用 {items.not_applicable}")
    kinds = say(f"{items.critical} critical, {items.warning} warning", f"严重 {items.critical}、警告 {items.warning}")
    unchecked = Tone.UNCHECKED if items.unchecked else None
    hosts = Figure(
        say("Servers checked / due", "服务器 实检/应检"),
        f"{numbers.hosts_done}/{numbers.hosts_due}",
        missed if numbers.hosts_not_done else "",
        Tone.UNCHECKED if numbers.hosts_not_done else None,
    )
    checked = Figure(
        say("Items checked / due", "检查项 实检/应检"),
        f"{items.done}/{items.due}",
        harmless if items.not_applicable else "",
    )
    return Figures(
        (
            hosts,
            checked,
            Figure(say("Normal", "正常"), str(items.normal), "", Tone.GOOD if items.normal else None),
            Figure(say("Abnormal", "异常"), str(items.abnormal), kinds if items.abnormal else "", _tone(items)),
            Figure(say("Not checked", "未检查"), str(items.unchecked), "", unchecked),
            Figure(
                say("Resolved / open", "已处理/遗留"),
                f"{numbers.resolved}/{numbers.open}",
                tone=Tone.WARNING if numbers.open else None,
            ),
        )
    )


def gaps(view: View) -> tuple[Note, ...]:
    """When the agent itself did not run."""
    if not view.day.gaps:
        return ()
    spans = view.say("; ", "；").join(
        f"{view.clock(since)} – {view.clock(until)}{_lasted(view, until - since)}" for since, until in view.day.gaps
    )
    label = view.say("The agent did not run", "巡检程序中断")
    return (Note(spans, Tone.UNCHECKED, label),)


def _lasted(view: View, seconds: float) -> str:
    return view.say(f" ({view.lasting(seconds)})", f"({view.lasting(seconds)})")


def _by_section(view: View) -> Table:
    say = view.say
    columns = (
        Column(say("Section", "类别"), Kind.WIDE),
        Column(say("Due", "应检"), Kind.NUMBER),
        Column(say("Done", "实检"), Kind.NUMBER),
        Column(say("Normal", "正常"), Kind.NUMBER),
        Column(say("Abnormal", "异常"), Kind.NUMBER),
        Column(say("Not checked", "未检查"), Kind.NUMBER),
    )
    rows = []
    for section in Section:
        lines = [line for topic, found in view.by_topic.items() if topic.section is section for line in found]
        title = view.word(SECTIONS[section])
        if lines:
            rows.append((Cell(title), *_numbers(Counts.of(lines))))
        else:
            rows.append((Cell(title, note=view.word(NOT_COVERED)), *[Cell("–", Tone.QUIET)] * 5))
    rows.append((Cell(say("Total", "合计")), *_numbers(view.numbers.items)))
    failed = view.numbers.rounds_failed
    made = say(
        f"{counted(view.numbers.rounds, 'round')} made, {failed} without reaching the host",
        f"全天巡检 {view.numbers.rounds} 次,其中 {failed} 次未能连上主机",
    )
    return Table(columns, tuple(rows), made, has_total=True)


def _numbers(counts: Counts) -> tuple[Cell, ...]:
    return (
        Cell(str(counts.due)),
        Cell(str(counts.done)),
        Cell(str(counts.normal)),
        Cell(str(counts.abnormal), _tone(counts)),
        Cell(str(counts.unchecked), Tone.UNCHECKED if counts.unchecked else None),
    )


def _tone(counts: Counts) -> Tone | None:
    return Tone.CRITICAL if counts.critical else Tone.WARNING if counts.warning else None
