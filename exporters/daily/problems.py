"""Sections 9, 11 and 12 of the daily report: what happened, what is still open, what a person must look at."""

from collections.abc import Sequence
from dataclasses import replace

from checks.contract import State
from exporters.contract import Incident, ItemLine
from exporters.daily.changes import changed_before
from exporters.daily.document import Block, Cell, Column, Kind, Note, Part, Table, Tone, tone_of
from exporters.daily.reasons import reason_words
from exporters.daily.topics import not_covered
from exporters.daily.view import View
from exporters.daily.words import item_words, state_words


def incidents_part(view: View) -> Part:
    """9 事件与处理."""
    say = view.say
    columns = (
        Column(say("Began – ended", "起止时间")),
        Column(say("Lasted", "持续")),
        Column(say("Server", "服务器")),
        Column(say("Event", "事件"), Kind.WIDE),
        Column(say("Level", "级别")),
        Column(say("Status", "状态")),
        Column(say("Effect, cause, measure", "影响、原因、措施(人工)"), Kind.BY_HAND),
    )
    ordered = sorted(view.day.incidents, key=lambda incident: incident.began_at)
    blocks: tuple[Block, ...] = (Table(columns, tuple(_incident(view, incident) for incident in ordered)),)
    if not ordered:
        blocks = (Note(say("No incident in this period.", "本时段无事件。"), Tone.GOOD),)
    return Part(9, say("Incidents", "事件与处理"), blocks)


def open_part(view: View) -> Part:
    """11 遗留问题."""
    blocks: tuple[Block, ...] = open_tables(view)
    if not blocks:
        blocks = (Note(view.say("No open problem.", "无遗留问题。"), Tone.GOOD),)
    return Part(11, view.say("Open problems", "遗留问题"), blocks)


def open_tables(view: View) -> tuple[Table, ...]:
    """Problems still there at the end of the day, the oldest first."""
    say = view.say
    columns = (
        Column(say("Server", "服务器")),
        Column(say("Problem", "问题"), Kind.WIDE),
        Column(say("Level", "级别")),
        Column(say("Open for", "已持续")),
        Column(say("Owner", "责任人")),
        Column(say("Due", "计划完成(人工)"), Kind.BY_HAND),
    )
    rows = []
    for incident in sorted(view.day.open, key=lambda incident: incident.began_at):
        card = view.cards.get(incident.host)
        rows.append(
            (
                Cell(incident.host),
                _event(view, incident),
                Cell(view.word(state_words(incident.worst)), tone_of(incident.worst), tag=True),
                Cell(
                    view.lasting(max(0.0, view.until - incident.began_at)),
                    note=say(f"since {view.clock(incident.began_at)}", f"始于 {view.clock(incident.began_at)}"),
                ),
                Cell((card.owner if card else "") or say("nobody named", "未指定")),
                Cell(""),
            )
        )
    return (Table(columns, tuple(rows)),) if rows else ()


def awaiting_part(view: View) -> Part:
    """12 待人工确认项."""
    say = view.say
    blocks: list[Block] = list(unchecked_tables(view))
    if not blocks:
        blocks.append(Note(say("Everything due was checked.", "应检项目均已检查。"), Tone.GOOD))
    topics = say(", ", "、").join(view.word(topic.title) for topic in not_covered(view.day))
    if topics:
        label = say("Not covered by these rounds, check by hand", "未纳入本次巡检,请按手册人工检查")
        blocks.append(Note(topics, Tone.QUIET, label))
    return Part(12, say("Awaiting a person", "待人工确认项"), tuple(blocks))


def unchecked_tables(view: View) -> tuple[Table, ...]:
    """Servers and items that were due and not checked, every one named with its reason."""
    say = view.say
    rows = [
        (
            Cell(line.host.name, note=line.host.owner),
            Cell(say("the whole server", "整台服务器")),
            _why(view.why(line.reason, line.message)),
        )
        for line in view.day.hosts
        if not line.checked
    ]
    absent = {line.host.name for line in view.day.hosts if not line.checked}
    groups: dict[tuple[str, str], list[ItemLine]] = {}
    for item in view.day.unchecked:
        groups.setdefault((item.host, view.word(reason_words(item.reason))), []).append(item)
    for (host, reason), lines in groups.items():
        # Why a whole server was not checked stands above already; here are the names of what that cost.
        told = set() if host in absent else {view.why_line(line) for line in lines}
        why = told.pop() if len(told) == 1 else (reason, "")
        rows.append((Cell(host), Cell(_names(view, lines)), _why(why)))
    columns = (
        Column(say("Server", "服务器")),
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


def _why(told: tuple[str, str]) -> Cell:
    words, more = told
    return Cell(words, Tone.UNCHECKED, more)


def _names(view: View, lines: Sequence[ItemLine]) -> str:
    named = [f"{view.word(line.check.title)} {item_words(line.check, line.item)}".strip() for line in lines]
    return view.say(", ", "、").join(named) + view.say(f" ({len(named)})", f"({len(named)} 项)")


def _incident(view: View, incident: Incident) -> tuple[Cell, ...]:
    ended = incident.ended_at
    until = view.until if ended is None else ended
    status = (
        Cell(view.say("open", "未恢复"), Tone.WARNING, tag=True)
        if ended is None
        else Cell(view.say("resolved", "已恢复"), Tone.GOOD, tag=True)
    )
    return (
        Cell(f"{view.clock(incident.began_at)} – {view.say('now', '至今') if ended is None else view.clock(ended)}"),
        Cell(view.lasting(max(0.0, until - incident.began_at))),
        Cell(incident.host),
        _event_with_changes(view, incident),
        Cell(view.word(state_words(incident.worst)), tone_of(incident.worst), tag=True),
        status,
        Cell(""),
    )


def _event(view: View, incident: Incident) -> Cell:
    subject = view.subject(incident.check, incident.item)
    name = f"{subject.text} {subject.note}".strip()
    return Cell(name, note=view.word(incident.summary))


def _event_with_changes(view: View, incident: Incident) -> Cell:
    """What was not checked has no cause in what changed: only a problem that was found has."""
    event = _event(view, incident)
    before = changed_before(view, incident) if incident.worst in (State.WARN, State.CRIT) else ""
    return replace(event, note=view.say("; ", ";").join(note for note in (event.note, before) if note))
