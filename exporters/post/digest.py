"""The day in brief: the conclusion, the worst servers with their problems, what nobody looked at, what is due."""

from collections.abc import Sequence

from checks.contract import State
from checks.contract.text import Language
from exporters.contract import DayRecord, Incident, ItemLine
from exporters.daily.composition import title
from exporters.daily.courses import calendar, charts
from exporters.daily.document import Calendar, Cell, Chart, Note, Tone, tone_of
from exporters.daily.due import DAY
from exporters.daily.findings import abnormal
from exporters.daily.notes import noted
from exporters.daily.outlook import coming
from exporters.daily.overview import conclusion_tone, figures, gaps
from exporters.daily.quantities import judged
from exporters.daily.reasons import problem_title
from exporters.daily.servers import extremes_tables
from exporters.daily.topics import BACKUP, PATCHES
from exporters.daily.view import View
from exporters.daily.words import counted, state_words
from exporters.post.brief import Block, Brief, Entry, Group, Section
from exporters.post.pictures import illustration

MOST_SERVERS = 8
"""Servers whose problems a mail tells, the worst first; the log has all of them."""

MOST_PROBLEMS = 4
"""Problems of each of them."""

MOST_ROWS = 8
"""Rows of anything else."""

MOST_NAMED = 3
"""Of dates that come together."""

MOST_CHARTS = 3

MOST_LETTERS = 140
"""Of what somebody who reads on a telephone has to see of one thing."""

Key = tuple[str, str, str]


def digest(day: DayRecord, language: Language, most_servers: int = MOST_SERVERS) -> Brief:
    """What the person on duty has to know before anything else."""
    view = View(day, language)
    say = view.say
    sections = (
        Section(say("Problems", "问题"), problems(view, most_servers)),
        Section(say("Not checked, verify by hand", "未检查,请人工核实"), _unchecked(view)),
        Section(say("Due tomorrow and soon", "明日及近期到期"), _due(view)),
        Section(say("Resolved meanwhile", "已恢复"), _resolved(view)),
        Section(say("Changed", "变更"), _changed(view)),
        Section(say("Fullest and busiest", "最满与最忙"), _extremes(view)),
        Section(say("How it went", "运行走势"), _pictures(view)),
    )
    return Brief(
        language=language,
        title=f"{title(day, language)} {day.date.isoformat()}",
        headline=view.word(view.conclusion.headline),
        tone=conclusion_tone(view),
        conclusion=tuple(view.word(sentence) for sentence in view.conclusion.sentences),
        figures=figures(view).figures,
        sections=tuple(section for section in sections if section.blocks),
        foot=_foot(view),
    )


def problems(view: View, most: int = MOST_SERVERS) -> tuple[Block, ...]:
    """The servers with what is wrong on each of them, the worst first."""
    found: dict[str, list[Entry]] = {}
    worst: dict[str, list[State]] = {}
    incidents = {_key(incident): incident for incident in view.day.open}
    for line in abnormal(view.day.items):
        found.setdefault(line.host, []).append(_problem(view, line, incidents.pop(_key(line), None)))
        worst.setdefault(line.host, []).append(line.state or State.OK)
    unjudged = {_key(line) for line in view.day.unchecked}
    for incident in incidents.values():
        if _key(incident) not in unjudged and incident.worst in (State.WARN, State.CRIT):
            found.setdefault(incident.host, []).append(_incident(view, incident))
            worst.setdefault(incident.host, []).append(incident.worst)
    ranked = sorted(found, key=lambda host: (-worst[host].count(State.CRIT), -len(worst[host]), host))
    groups = [_server(view, host, found[host], worst[host]) for host in ranked[:most]]
    return (*groups, *_more(view, len(ranked) - len(groups), "server", "台服务器"))


def _server(view: View, host: str, entries: Sequence[Entry], states: Sequence[State]) -> Group:
    say, card = view.say, view.cards.get(host)
    owner = shortened(card.owner) if card else ""
    about = [
        shortened(card.role) if card else "",
        say(f"owner {owner}", f"责任人 {owner}") if owner else "",
    ]
    counts = [
        say(f"{number} critical" if state is State.CRIT else counted(number, "warning"), f"{words.zh} {number}")
        for state in (State.CRIT, State.WARN)
        if (number := states.count(state)) and (words := state_words(state))
    ]
    aside = Cell(say(", ", "、").join(counts), tone_of(max(states)), tag=True)
    shown = tuple(entries[:MOST_PROBLEMS])
    left = len(entries) - len(shown)
    more = (Entry("", note=say(f"and {left} more", f"另有 {left} 项")),) if left else ()
    return Group(Entry(host, note=_dotted(*about), aside=aside), (*shown, *more))


def _problem(view: View, line: ItemLine, incident: Incident | None) -> Entry:
    """What is wrong with one item now, what it was yesterday, and since when."""
    say, measured = view.say, judged(line.measurements)
    notes = []
    if measured is not None:
        levels = view.thresholds(measured)
        notes.append(say(f"limits {levels}", f"阈值 {levels}"))
        before = next((m for m in line.day_before if m.name == measured.name), None)
        if before is not None:
            notes.append(say(f"yesterday {view.amount(before)}", f"昨日 {view.amount(before)}"))
    since = line.since if incident is None else incident.began_at
    if since is not None:
        notes.append(_since(view, since))
    return Entry(
        _subject(view, line), shortened(view.word(line.summary)), _said(view, notes, incident), view.state(line.state)
    )


def _incident(view: View, incident: Incident) -> Entry:
    """An open problem whose item says nothing of it by now."""
    notes = [_since(view, incident.began_at)]
    text = shortened(view.word(incident.summary))
    return Entry(_subject(view, incident), text, _said(view, notes, incident), view.state(incident.worst))


def _said(view: View, notes: list[str], incident: Incident | None) -> str:
    """The notes, and what somebody noted of the incident."""
    if incident is not None:
        said = noted(incident)
        told = ((view.say("cause", "原因"), said.cause), (view.say("measure", "措施"), said.measure),
                (view.say("until", "计划完成"), said.due), (view.say("by", "责任人"), said.owner))  # fmt: skip
        notes.extend(f"{title} {shortened(words)}" for title, words in told if words)
    return _dotted(*notes)


def _unchecked(view: View) -> tuple[Block, ...]:
    """Servers and items that were due and not looked at, with the reason; and when nobody looked at all."""
    entries = []
    absent = [line for line in view.day.hosts if not line.checked]
    for host in absent:
        words, more = view.why(host.reason, host.message)
        entries.append(
            Entry(host.host.name, view.say("the whole server", "整台服务器"), _dotted(words, shortened(more)))
        )
    named = {host.host.name for host in absent}  # what they cost follows from that
    groups: dict[tuple[str, str], list[str]] = {}
    for line in view.day.unchecked:
        if line.host not in named:
            words, more = view.why_line(line)
            groups.setdefault((line.host, _dotted(words, shortened(more))), []).append(_subject(view, line))
    for (name, why), subjects in groups.items():
        entries.append(Entry(name, shortened(view.say(", ", "、").join(subjects)), why))
    more_rows = _more(view, len(entries) - MOST_ROWS, "row", "行")
    return (*gaps(view), *((Group(None, tuple(entries[:MOST_ROWS])),) if entries else ()), *more_rows)


def _due(view: View) -> tuple[Block, ...]:
    """Certificates, ends of support, disks that fill, updates that must be in: the nearest first."""
    entries = []
    found = coming(view)
    for one in found:
        alike = [other for other in found if other.due is one.due] if one.due.together else [one]
        if alike[0] is not one:
            continue
        names = [_dotted(other.line.host, view.item(other.line.check, other.line.item)) for other in alike]
        left = one.at - view.until
        aside = Cell(view.lasting(left), Tone.WARNING if left <= DAY else None, tag=True)
        entries.append(Entry(view.word(one.due.title), view.listed(names, MOST_NAMED), view.moment(one.at), aside))
    more = _more(view, len(entries) - MOST_ROWS, "date", "项")
    return (*((Group(None, tuple(entries[:MOST_ROWS])),) if entries else ()), *more)


def _pictures(view: View) -> tuple[Block, ...]:
    """How the worst went through the day, and how backups and patches stood in the last weeks."""
    shown: list[Chart | Calendar] = list(charts(view)[:MOST_CHARTS])
    shown += [found for topic in (BACKUP, PATCHES) if (found := calendar(view, topic)) is not None]
    return tuple(illustration(picture) for picture in shown)


def _resolved(view: View) -> tuple[Block, ...]:
    ended = sorted(view.day.resolved, key=lambda incident: (-incident.worst, incident.began_at))
    entries = [
        Entry(
            f"{incident.host} · {_subject(view, incident)}",
            note=f"{view.clock(incident.began_at)} – {view.clock(incident.ended_at)}"
            f" · {view.lasting((incident.ended_at or 0.0) - incident.began_at)}",
            aside=view.state(incident.worst),
        )
        for incident in ended[:MOST_ROWS]
    ]
    return (*((Group(None, tuple(entries)),) if entries else ()), *_more(view, len(ended) - len(entries), "", "项"))


def _changed(view: View) -> tuple[Block, ...]:
    """How much is different about which servers; what it is stands in the log."""
    changed = sorted((host for host in view.day.changes if host.total), key=lambda host: (-host.total, host.host))
    if not changed:
        return ()
    told = [
        f"{host.host} {view.say(counted(host.total, 'change'), f'{host.total} 项')}" for host in changed[:MOST_ROWS]
    ]
    left = len(changed) - len(told)
    more = view.say(f", and {left} more", f",另有 {left} 台") if left else ""
    return (Note(view.say(", ", "、").join(told) + more),)


def _extremes(view: View) -> tuple[Block, ...]:
    """For each metric the server with the highest value."""
    rows = [row for table in extremes_tables(view) for row in table.rows]
    entries = tuple(
        Entry(
            metric.text,
            _dotted(host.text, host.note),
            _dotted(
                view.say("yesterday ", "昨日 ") + before.text if before.text not in ("", "–") else "",
                view.say("limits ", "阈值 ") + levels.text if levels.text else "",
            ),
            Cell(value.text, value.tone),
        )
        for metric, host, value, before, _, levels in rows
    )
    return (Group(None, entries),) if entries else ()


def _foot(view: View) -> tuple[str, ...]:
    """Who made it and when; the hash of the record before leaves the house with every mail."""
    day, say = view.day, view.say
    period = f"{view.moment(day.begins_at)} – {view.moment(day.ends_at)} ({day.timezone})"
    duty = say(f" · on duty: {day.person_on_duty}", f" · 值班人 {day.person_on_duty}") if day.person_on_duty else ""
    lines = [
        f"{day.number} · {period}{duty}",
        say(f"Made by rounds {day.agent_version}", f"由 rounds {day.agent_version} 生成")
        + f" · {view.moment(day.made_at)}",
    ]
    if day.previous_sha256:
        lines.append(say("SHA-256 of the record before: ", "前一记录 SHA-256:") + day.previous_sha256)
    return tuple(lines)


def _more(view: View, left: int, noun: str, classifier: str) -> tuple[Note, ...]:
    if left <= 0:
        return ()
    rest = counted(left, f"more {noun}") if noun else f"{left} more"
    return (Note(view.say(f"and {rest}, see the log", f"另有 {left} {classifier},见日报全文"), Tone.QUIET),)


def _subject(view: View, of: ItemLine | Incident) -> str:
    title = view.word(problem_title(of.check, of.summary))
    return shortened(f"{title} {view.item(of.check, of.item)}".strip())


def _since(view: View, at: float) -> str:
    long = view.lasting(max(0.0, view.until - at))
    return view.say(f"since {view.clock(at)} ({long})", f"始于 {view.clock(at)}({long})")


def _dotted(*words: str) -> str:
    return " · ".join(word for word in words if word)


def shortened(text: str) -> str:
    """As much of a text as is read on a telephone."""
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"


def _key(of: ItemLine | Incident) -> Key:
    return of.host, of.check.name, of.item
