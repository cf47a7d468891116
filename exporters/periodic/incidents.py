"""Section 6 of a period's report: what went wrong, how often, and how long it took to mend."""

from collections import Counter
from collections.abc import Sequence

from checks.contract import Section, State, Text
from exporters.contract import PeriodIncident
from exporters.daily.document import Block, Cell, Column, Kind, Note, Part, Table, Tone
from exporters.daily.quantities import lasting
from exporters.daily.words import SECTIONS, STATES, counted
from exporters.periodic.view import PeriodView

MOST_INCIDENTS = 60
MOST_HOSTS = 10

SEVERITIES = (State.CRIT, State.WARN, State.UNKNOWN)


def incidents_part(view: PeriodView) -> Part:
    """6 故障统计."""
    say, found = view.say, view.period.incidents
    title = say("Incidents", "故障统计")
    if not found:
        return Part(6, title, (Note(say("no incident", "无故障"), Tone.GOOD),))
    blocks: list[Block] = [_summary(view), _by_section(view, found)]
    by_host = Counter(incident.host for incident in found)
    if len(by_host) > 1:
        blocks.append(_by_host(view, by_host))
    blocks.append(_list(view, found))
    hidden = len(found) - len(view.first(found, MOST_INCIDENTS))
    if hidden > 0:
        text = say(f"and {hidden} less severe ones, see the record", f"另有 {hidden} 项较轻,见 JSON 记录")
        blocks.append(Note(text, Tone.QUIET))
    return Part(6, title, tuple(blocks))


def _summary(view: PeriodView) -> Note:
    figures = view.period.figures
    carried = figures.incidents - figures.begun
    en = [f"{figures.ended} over", f"{figures.open} open"]
    zh = [f"已恢复 {figures.ended} 次", f"遗留 {figures.open} 项"]
    if figures.lapsed:
        en.append(f"{figures.lapsed} on what is no longer checked")
        zh.append(f"不再检查 {figures.lapsed} 项")
    if figures.mean_repair_seconds is not None:
        mean = lasting(figures.mean_repair_seconds)
        en.append(f"mean time to repair {mean.en}")
        zh.append(f"平均修复时间 {mean.zh}")
    before = Text(f", {carried} of them from before", f"(其中上期延续 {carried} 次)") if carried else Text("", "")
    return Note(
        view.say(
            f"{counted(figures.incidents, 'incident')}{before.en}: {', '.join(en)}. One that spans days counts once.",
            f"共 {figures.incidents} 次{before.zh}:{'、'.join(zh)}。跨日故障只计一次。",
        )
    )


def _by_section(view: PeriodView, found: Sequence[PeriodIncident]) -> Table:
    say = view.say
    columns = (
        Column(say("Section", "类别"), Kind.WIDE),
        *(Column(view.word(STATES[state]), Kind.NUMBER) for state in SEVERITIES),
        Column(say("Total", "合计"), Kind.NUMBER),
    )
    rows = []
    for section in Section:
        mine = [incident for incident in found if incident.check.section is section]
        if mine:
            rows.append((Cell(view.word(SECTIONS[section])), *_severities(mine)))
    rows.append((Cell(say("Total", "合计")), *_severities(found)))
    return Table(columns, tuple(rows), has_total=True)


def _severities(found: Sequence[PeriodIncident]) -> tuple[Cell, ...]:
    counts = Counter(incident.worst for incident in found)
    return (*(Cell(str(counts[state])) for state in SEVERITIES), Cell(str(len(found))))


def _by_host(view: PeriodView, by_host: Counter[str]) -> Table:
    say = view.say
    columns = (Column(say("Server", "服务器"), Kind.WIDE), Column(say("Incidents", "故障次数"), Kind.NUMBER))
    worst = sorted(by_host.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = tuple((Cell(host), Cell(str(number))) for host, number in view.first(worst, MOST_HOSTS))
    return Table(columns, rows, say("Servers with most incidents", "故障最多的服务器"))


def _list(view: PeriodView, found: Sequence[PeriodIncident]) -> Table:
    say = view.say
    columns = (
        Column(say("No.", "编号")),
        Column(say("Began", "开始")),
        Column(say("Server", "服务器")),
        Column(say("Check and item", "检查项")),
        Column(say("Severity", "级别")),
        Column(say("What", "情况"), Kind.WIDE),
        Column(say("Lasted", "持续"), Kind.NUMBER),
        Column(say("Cause and measure", "原因与处理"), Kind.WIDE),
    )
    worst = sorted(found, key=lambda one: (-one.worst, -(one.seconds or view.period.ends_at), one.began_at))
    shown = sorted(view.first(worst, MOST_INCIDENTS), key=lambda one: one.began_at)
    return Table(columns, tuple(_row(view, one) for one in shown))


def _row(view: PeriodView, one: PeriodIncident) -> tuple[Cell, ...]:
    until = view.period.ends_at if one.ended_at is None else one.ended_at
    lasted = Cell(view.lasting(until - one.began_at))
    if one.ended_at is None:
        is_lapsed = view.period.is_lapsed(one)
        words = view.say("no longer checked", "不再检查") if is_lapsed else view.say("open", "未恢复")
        lasted = Cell(lasted.text, Tone.WARNING, words)
    return (
        Cell(one.id),
        Cell(view.clock(one.began_at)),
        Cell(one.host),
        view.subject(one.check, one.item),
        view.state(one.worst),
        Cell(view.word(one.summary)),
        lasted,
        Cell(_noted(view, one)),
    )


def _noted(view: PeriodView, one: PeriodIncident) -> str:
    """The last word on its cause and measure."""
    said = []
    for field, name in (("cause", view.say("cause", "原因")), ("measure", view.say("measure", "处理"))):
        words = [getattr(note, field) for note in one.notes if getattr(note, field)]
        if words:
            said.append(view.say(f"{name}: {words[-1]}", f"{name}:{words[-1]}"))
    return view.say("; ", ";").join(said)
