"""Sections 7 to 11 of a period's report: backups, capacity, patches and what else was looked at, changes."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from checks.contract import State, format_bytes
from exporters.contract import BackupLine, CapacityLine, SubjectLine
from exporters.daily.changes import KINDS
from exporters.daily.document import Block, Calendar, CalendarLine, Cell, Column, Kind, Note, Part, Table, Tone
from exporters.daily.topics import ANTIVIRUS, TOPICS, Topic, topic_of
from exporters.daily.words import NOT_COVERED, SECTIONS, STATES, counted
from exporters.periodic.capacity import DRAWN, filling
from exporters.periodic.courses import course_chart, patch_chart
from exporters.periodic.view import PeriodView, of, share

MOST_SETS = 40
"""Backup sets that are shown day by day."""


def backups_part(view: PeriodView) -> Part:
    """7 备份."""
    say, lines, figures = view.say, view.period.backups, view.period.figures
    title = say("Backups", "备份")
    if not lines:
        return Part(7, title, (Note(view.word(NOT_COVERED), Tone.QUIET),))
    failed, unchecked = sum(line.failed for line in lines), sum(line.unchecked for line in lines)
    text = say(
        f"{counted(len(lines), 'set')}, day by day {figures.backups_ok} of {figures.backups_due} as they should be"
        f" ({share(figures.backup_success)}); {failed} failed, {unchecked} not looked at.",
        f"备份集 {len(lines)} 个,逐日合计应有 {figures.backups_due} 次、成功 {figures.backups_ok} 次"
        f"(成功率 {share(figures.backup_success)});异常 {failed} 次,未检查 {unchecked} 次。",
    )
    tone = Tone.GOOD if figures.backups_ok == figures.backups_due else Tone.WARNING
    blocks: list[Block] = [Note(text, tone), _calendar(view, view.first(lines, MOST_SETS))]
    bad = [line for line in lines if line.ok < line.due]
    if bad:
        blocks.append(_unreliable(view, bad))
    return Part(7, title, tuple(blocks))


def _calendar(view: PeriodView, lines: Sequence[BackupLine]) -> Calendar:
    say = view.say
    names = {State.OK: say("as it should be", "成功"), State.UNKNOWN: say("not checked", "未检查")}
    legend = tuple((state, names.get(state, view.word(STATES[state]))) for state in State)
    return Calendar(
        title=say("Backup sets day by day, the least reliable first", "备份集逐日情况(可靠性由低到高)"),
        days=tuple(day.date for day in view.period.days),
        lines=tuple(CalendarLine(line.host, line.item, line.states) for line in lines),
        legend=(*legend, (None, say("not due, or no record", "无须检查或无记录"))),
    )


def _unreliable(view: PeriodView, lines: Sequence[BackupLine]) -> Table:
    say = view.say
    columns = (
        Column(say("Server", "服务器")),
        Column(say("Set", "备份对象"), Kind.WIDE),
        Column(say("Success", "成功率"), Kind.NUMBER),
        Column(say("Failed", "异常"), Kind.NUMBER),
        Column(say("Not checked", "未检查"), Kind.NUMBER),
    )
    rows = tuple(
        (
            Cell(line.host),
            Cell(line.item),
            Cell(share(line.ok / line.due), note=of(line.ok, line.due)),
            Cell(str(line.failed), Tone.CRITICAL if line.failed else None),
            Cell(str(line.unchecked), Tone.UNCHECKED if line.unchecked else None),
        )
        for line in view.first(lines, MOST_SETS)
    )
    return Table(columns, rows, say("Not always as they should be", "未全部成功的备份"))


def capacity_part(view: PeriodView) -> Part:
    """8 容量趋势."""
    say, lines = view.say, view.period.capacity
    title = say("Capacity", "容量趋势")
    if not lines:
        return Part(8, title, (Note(view.word(NOT_COVERED), Tone.QUIET),))
    soon = len(filling(lines))
    text = say(
        f"{counted(len(lines), 'file system')}; at this {view.noun.en}'s pace {soon} will be full within two years."
        " The pace is that of a straight line through the days.",
        f"文件系统 {len(lines)} 个;按本{view.noun.zh}趋势,{soon} 个将在两年内写满(趋势按逐日数据线性拟合)。",
    )
    columns = (
        Column(say("Server", "服务器")),
        Column(say("File system", "文件系统"), Kind.WIDE),
        Column(say("Size", "容量"), Kind.NUMBER),
        Column(say("First day", "期初"), Kind.NUMBER),
        Column(say("Last day", "期末"), Kind.NUMBER),
        Column(say("A day", "日均变化"), Kind.NUMBER),
        Column(say("Full", "预计写满")),
    )
    caption = say("Full soonest first, then the fullest", "最先写满者在前,其余按使用率")
    table = Table(columns, tuple(_file_system(view, line) for line in view.first(lines, DRAWN)), caption)
    blocks: list[Block] = [Note(text), *course_chart(view), table]
    hidden = len(lines) - len(view.first(lines, DRAWN))
    if hidden > 0:
        blocks.append(Note(say(f"and {hidden} more, see the record", f"另有 {hidden} 个,见 JSON 记录"), Tone.QUIET))
    return Part(8, title, tuple(blocks))


def _file_system(view: PeriodView, line: CapacityLine) -> tuple[Cell, ...]:
    points = "–" if line.per_day is None else f"{line.per_day * 100:+.2f} " + view.say("points", "个百分点")
    a_day = ""
    if line.per_day is not None and line.size_bytes is not None:
        sign = "−" if line.per_day < 0 else "+"
        a_day = sign + format_bytes(abs(line.per_day) * line.size_bytes)
    return (
        Cell(line.host),
        Cell(line.item),
        Cell("–" if line.size_bytes is None else format_bytes(line.size_bytes)),
        Cell(share(line.first), note=f"{line.first_on:%m-%d}"),
        Cell(share(line.last), note=f"{line.last_on:%m-%d}"),
        Cell(points, note=a_day),
        _full(view, line),
    )


def _full(view: PeriodView, line: CapacityLine) -> Cell:
    if line.full_at is None:
        return Cell(view.say("not foreseeable", "暂无写满趋势"), Tone.QUIET)
    ahead = line.full_at - view.period.ends_at
    if line.last >= 1:
        return Cell(view.say("full", "已满"), Tone.CRITICAL)
    day = datetime.fromtimestamp(line.full_at, ZoneInfo(view.period.timezone)).date()
    days = max(0, round(ahead / 86400))
    tone = Tone.CRITICAL if days <= 7 else Tone.WARNING if days <= 90 else None
    return Cell(day.isoformat(), tone, view.say(f"in {counted(days, 'day')}", f"约 {days} 天后"))


def patches_part(view: PeriodView) -> Part:
    """9 补丁、病毒、账号."""
    say = view.say
    accounts = next(topic for topic in TOPICS if "accounts" in topic.words)
    notes = (_subject_note(view, ANTIVIRUS), _subject_note(view, accounts))
    blocks: list[Block] = [_patch_trend(view), *patch_chart(view), *notes]
    return Part(9, say("Patches, antivirus, accounts", "补丁、病毒、账号"), tuple(blocks))


def _patch_trend(view: PeriodView) -> Note:
    say = view.say
    judged = [day for day in view.period.days if day.patches_judged]
    label = say("Patch coverage", "补丁覆盖率")
    if not judged:
        return Note(view.word(NOT_COVERED), Tone.QUIET, label)
    first, last = judged[0], judged[-1]
    known = [day.patches_covered / day.patches_judged for day in judged]
    begin, end = of(first.patches_covered, first.patches_judged), of(last.patches_covered, last.patches_judged)
    text = say(
        f"no security update waiting on {end} servers judged at the end ({share(known[-1])}), on {begin} at the begin"
        f" ({share(known[0])}); least {share(min(known))}",
        f"期末无待装安全更新 {end} 台({share(known[-1])}),"
        f"期初 {begin} 台({share(known[0])}),期间最低 {share(min(known))}",
    )
    return Note(text, Tone.GOOD if last.patches_covered == last.patches_judged else Tone.WARNING, label)


def _subject_note(view: PeriodView, topic: Topic) -> Note:
    """What the lines about a topic come to, in a sentence."""
    lines = [line for line in view.period.subjects if topic_of(line.check) is topic]
    label = view.word(topic.title)
    if not lines:
        return Note(view.word(NOT_COVERED), Tone.QUIET, label)
    normal, unchecked = sum(s.normal for s in lines), sum(s.unchecked for s in lines)
    abnormal = sum(s.warning + s.critical for s in lines)
    hosts = tuple(sorted({host for line in lines for host in line.hosts}))
    text = view.say(
        f"{abnormal} of {counted(normal + abnormal, 'line')} abnormal over the days, {unchecked} not checked",
        f"逐日合计 {normal + abnormal} 项,异常 {abnormal} 项,未检查 {unchecked} 项",
    )
    if hosts:
        text += view.say(f": {view.names(hosts)}", f":{view.names(hosts)}")
    return Note(text, Tone.WARNING if abnormal else Tone.UNCHECKED if unchecked else Tone.GOOD, label)


def subjects_part(view: PeriodView) -> Part:
    """10 检查项统计."""
    say = view.say
    columns = (
        Column(say("Check", "检查项"), Kind.WIDE),
        Column(say("Section", "类别")),
        Column(say("Normal", "正常"), Kind.NUMBER),
        Column(say("Warning", "警告"), Kind.NUMBER),
        Column(say("Critical", "严重"), Kind.NUMBER),
        Column(say("Not checked", "未检查"), Kind.NUMBER),
        Column(say("Days abnormal", "异常日数"), Kind.NUMBER),
        Column(say("Servers", "涉及服务器")),
    )
    lines = view.period.subjects
    bad = [line for line in lines if line.warning or line.critical or line.unchecked]
    calm = len(lines) - len(bad)
    text = say(
        f"{calm} of {counted(len(lines), 'check')} normal on every day and server; lines are counted once a day.",
        f"检查项 {len(lines)} 种,其中 {calm} 种全程正常;按逐日记录合计。",
    )
    blocks: list[Block] = [Note(text)]
    if bad:
        blocks.append(Table(columns, tuple(_subject(view, line) for line in bad)))
    return Part(10, say("Checks", "检查项统计"), tuple(blocks))


def _subject(view: PeriodView, line: SubjectLine) -> tuple[Cell, ...]:
    return (
        Cell(view.word(line.check.title)),
        Cell(view.word(SECTIONS[line.section])),
        Cell(str(line.normal)),
        Cell(str(line.warning), Tone.WARNING if line.warning else None),
        Cell(str(line.critical), Tone.CRITICAL if line.critical else None),
        Cell(str(line.unchecked), Tone.UNCHECKED if line.unchecked else None),
        Cell(str(line.days)),
        Cell(view.names(line.hosts, 4)),
    )


def changes_part(view: PeriodView) -> Part:
    """11 变更."""
    say, counts = view.say, view.period.changes
    title = say("Changes", "变更")
    if not counts:
        return Part(11, title, (Note(say("no change was seen", "未发现变更"), Tone.GOOD),))
    columns = (
        Column(say("Kind", "类别"), Kind.WIDE),
        Column(say("New", "新增"), Kind.NUMBER),
        Column(say("Gone", "移除"), Kind.NUMBER),
        Column(say("Changed", "变更"), Kind.NUMBER),
        Column(say("Total", "合计"), Kind.NUMBER),
    )
    rows = []
    for count in counts:
        if count.kind is None:
            name = say("more, told by number only", "其他(日报仅计数)")
            rows.append((Cell(name), *[Cell("–", Tone.QUIET)] * 3, Cell(str(count.total))))
        else:
            numbers = (count.came, count.went, count.changed, count.total)
            rows.append((Cell(view.word(KINDS[count.kind])), *(Cell(str(number)) for number in numbers)))
    sums = (sum(c.came for c in counts), sum(c.went for c in counts), sum(c.changed for c in counts))
    rows.append((Cell(say("Total", "合计")), *(Cell(str(n)) for n in sums), Cell(str(view.period.figures.changes))))
    caption = say(
        "As the days told them: what changed and changed back counts on both days",
        "按各日日报合计:变更后又恢复的计两次",
    )
    return Part(11, title, (Table(columns, tuple(rows), caption, has_total=True),))
