"""Sections 9 and 11 of the daily report: what happened, and what is still open."""

from collections.abc import Iterator

from checks.contract import State
from exporters.contract import Incident
from exporters.daily.changes import changed_before
from exporters.daily.document import Block, Cell, Column, Kind, Note, Part, Table, Tone, tone_of
from exporters.daily.notes import Noted, noted
from exporters.daily.reasons import problem_title
from exporters.daily.view import View
from exporters.daily.words import counted, state_words

MOST_ROWS = 200
"""Up to here every incident has a row; the JSON record has all of them."""

LAPSES_NAMED = 10


def incidents_part(view: View) -> Part:
    """9 事件与处理: what began or ended in the period. What is open from before stands in section 11."""
    say = view.say
    problems = [one for one in view.day.incidents if not one.is_lapse]
    of_today = sorted((one for one in problems if _is_of_today(view, one)), key=lambda one: one.began_at)
    blocks: list[Block] = []
    if of_today:
        blocks.append(_events(view, of_today[:MOST_ROWS]))
        blocks.extend(_left_out(view, len(of_today)))
    else:
        blocks.append(Note(say("Nothing began or ended in this period.", "本时段无新发生或恢复的事件。"), Tone.GOOD))
    older = len(problems) - len(of_today)
    if older:
        text = say(
            f"{counted(older, 'problem')} of before {'is' if older == 1 else 'are'} still open: see section 11.",
            f"此前发生、尚未恢复的问题 {older} 项,见第 11 节。",
        )
        blocks.append(Note(text, Tone.QUIET))
    blocks.extend(_lapses(view))
    return Part(9, say("Incidents", "事件与处理"), tuple(blocks))


def open_part(view: View) -> Part:
    """11 遗留问题."""
    blocks: tuple[Block, ...] = (*open_tables(view), *_left_out(view, len(view.day.open)))
    if not view.day.open:
        blocks = (Note(view.say("No open problem.", "无遗留问题。"), Tone.GOOD),)
    return Part(11, view.say("Open problems", "遗留问题"), blocks)


def open_tables(view: View) -> tuple[Table, ...]:
    """Problems still there at the end of the day, the oldest first. What began today is described in section 9."""
    say = view.say
    columns = (
        Column(say("Server, no.", "服务器、编号"), Kind.HOST),
        Column(say("Problem", "问题"), Kind.WIDE),
        Column(say("Level", "级别")),
        Column(say("Open for", "已持续"), Kind.SHORT),
        Column(say("Owner", "责任人")),
        Column(say("Due", "计划完成"), Kind.BY_HAND),
    )
    ordered = sorted(view.day.open, key=lambda one: one.began_at)
    return (Table(columns, tuple(_open(view, one) for one in ordered[:MOST_ROWS])),) if ordered else ()


def _events(view: View, incidents: list[Incident]) -> Table:
    say = view.say
    columns = (
        Column(say("Server, no.", "服务器、编号"), Kind.HOST),
        Column(say("Began", "开始"), Kind.SHORT),
        Column(say("Ended", "结束"), Kind.SHORT),
        Column(say("Event", "事件"), Kind.WIDE),
        Column(say("Level", "级别")),
        Column(say("Effect", "影响"), Kind.BY_HAND),
        Column(say("Cause", "原因"), Kind.BY_HAND),
        Column(say("Measure", "措施"), Kind.BY_HAND),
    )
    return Table(columns, tuple(_event(view, one) for one in incidents))


def _event(view: View, incident: Incident) -> tuple[Cell, ...]:
    said, ended = noted(incident), incident.ended_at
    until = view.until if ended is None else ended
    lasted = view.lasting(max(0.0, until - incident.began_at))
    still = Cell(view.say("open", "未恢复"), Tone.WARNING, lasted)
    return (
        Cell(incident.host, note=incident.id),
        Cell(view.clock(incident.began_at)),
        still if ended is None else Cell(view.clock(ended), note=view.say(f"after {lasted}", f"历时 {lasted}")),
        Cell(_name(view, incident), note=_about(view, incident)),
        _level(view, incident),
        Cell(said.effect),
        Cell(said.cause),
        Cell(said.measure, note=_by(view, said)),
    )


def _open(view: View, incident: Incident) -> tuple[Cell, ...]:
    said, card = noted(incident), view.cards.get(incident.host)
    owner = said.owner or (card.owner if card else "") or view.say("nobody named", "未指定")
    lasted, since = view.lasting(max(0.0, view.until - incident.began_at)), view.clock(incident.began_at)
    of_today = _is_of_today(view, incident)
    about = view.say("see section 9", "见第 9 节") if of_today else _long_about(view, incident, said)
    overdue = bool(said.due) and said.due < view.day.date.isoformat()
    return (
        Cell(incident.host, note=incident.id),
        Cell(_name(view, incident), note=about),
        _level(view, incident),
        Cell(lasted, note=view.say(f"since {since}", f"始于 {since}")),
        Cell(owner),
        Cell(said.due, Tone.CRITICAL if overdue else None, view.say("overdue", "已逾期") if overdue else ""),
    )


def _is_of_today(view: View, incident: Incident) -> bool:
    return incident.ended_at is not None or incident.began_at >= view.day.begins_at


def _left_out(view: View, number: int) -> Iterator[Note]:
    more = number - MOST_ROWS
    if more > 0:
        yield Note(view.say(f"and {more} more, see the JSON record", f"另有 {more} 项,见 JSON 记录"), Tone.QUIET)


def _lapses(view: View) -> Iterator[Note]:
    """What could not be checked for a time and was again: no problem of the server, but a hole in what is known."""
    ended = [one for one in view.day.incidents if one.is_lapse and one.ended_at is not None]
    if ended:
        names = (
            f"{one.host} {_name(view, one)} {view.clock(one.began_at)} – {view.clock(one.ended_at)}" for one in ended
        )
        label = view.say("Not checked for a time", "曾中断检查(已恢复,不计为事件)")
        yield Note(view.listed(names, LAPSES_NAMED), Tone.UNCHECKED, label)


def _name(view: View, incident: Incident) -> str:
    title = problem_title(incident.check, incident.summary)
    return f"{view.word(title)} {view.item(incident.check, incident.item)}".strip()


def _about(view: View, incident: Incident) -> str:
    """What was found, and what had changed. What was not checked has no cause in that: only what was found has."""
    before = changed_before(view, incident) if incident.worst in (State.WARN, State.CRIT) else ""
    return view.say("; ", "；").join(words for words in (view.word(incident.summary), before) if words)


def _long_about(view: View, incident: Incident, said: Noted) -> str:
    named = (
        (view.say("effect", "影响"), said.effect),
        (view.say("cause", "原因"), said.cause),
        (view.say("measure", "措施"), said.measure),
    )
    notes = [view.say(f"{name}: {words}", f"{name}：{words}") for name, words in named if words]
    return view.say("; ", "；").join([_about(view, incident), *notes])


def _by(view: View, said: Noted) -> str:
    return "" if said.last is None else f"{said.last.by}, {view.clock(said.last.at)}"


def _level(view: View, incident: Incident) -> Cell:
    if incident.worst is State.UNKNOWN:  # the whole server: that it was not reached is the finding
        return Cell(view.say("not reached", "不可达"), Tone.UNCHECKED, tag=True)
    return Cell(view.word(state_words(incident.worst)), tone_of(incident.worst), tag=True)
