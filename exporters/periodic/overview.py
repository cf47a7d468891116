"""Sections 1 to 4 of a period's report: what it comes to, its numbers, its service level, its days."""

from exporters.contract import DayLine, ServiceLevel
from exporters.daily.document import Cell, Column, Figure, Kind, Note, Part, Table, Tone
from exporters.daily.document import Figures as Shown
from exporters.periodic.comparison import comparison
from exporters.periodic.conclusion import conclude_period
from exporters.periodic.service import InTime
from exporters.periodic.view import PeriodView, of, share, verdict

FULL_DAY = 24.0


def conclusion_part(view: PeriodView) -> Part:
    """1 总体结论."""
    conclusion = conclude_period(view.period)
    note = Note(conclusion.in_language(view.language), conclusion.tone)
    return Part(1, view.say("Overall conclusion", "总体结论"), (note,))


def numbers_part(view: PeriodView) -> Part:
    """2 指标与对比."""
    return Part(2, view.say("Numbers", "主要指标"), (headline_figures(view), *comparison(view)))


def headline_figures(view: PeriodView) -> Shown:
    """The numbers that a reader looks for first."""
    figures, say = view.period.figures, view.say
    broken = Tone.CRITICAL if view.reached.availability.is_kept is False else None
    mean = view.lasting(figures.mean_repair_seconds)
    mended = say(f"mean time to repair {mean}", f"平均修复 {mean}")
    return Shown(
        (
            Figure(say("Availability", "可用率"), share(figures.availability), tone=broken),
            Figure(
                say("Incidents", "故障次数"),
                str(figures.incidents),
                say(f"{figures.incidents_critical} critical", f"严重 {figures.incidents_critical}"),
                Tone.CRITICAL if figures.incidents_critical else Tone.WARNING if figures.incidents else None,
            ),
            Figure(
                say("Over / open", "已恢复/遗留"),
                f"{figures.ended}/{figures.open}",
                mended if figures.ended else "",
                Tone.WARNING if figures.open else None,
            ),
            Figure(
                say("Backup success", "备份成功率"),
                share(figures.backup_success),
                of(figures.backups_ok, figures.backups_due) if figures.backups_due else "",
                Tone.WARNING if figures.backups_ok < figures.backups_due else None,
            ),
            Figure(
                say("Patch coverage", "补丁覆盖率"),
                share(figures.patch_coverage),
                of(figures.patches_covered, figures.patches_judged) if figures.patches_judged else "",
                Tone.WARNING if figures.patches_covered < figures.patches_judged else None,
            ),
            Figure(
                say("Daily records", "日报 实出/应出"),
                f"{figures.days_made}/{figures.days_due}",
                say(f"{figures.days_reviewed} reviewed", f"已审核 {figures.days_reviewed}"),
                Tone.UNCHECKED if figures.days_made < figures.days_due else None,
            ),
        )
    )


def service_part(view: PeriodView) -> Part:
    """3 服务级别."""
    say, reached, level = view.say, view.reached, view.period.service_level
    kept = reached.availability
    columns = (
        Column(say("Promise", "承诺")),
        Column(say("Reached", "实际")),
        Column(say("How it is counted", "计算过程"), Kind.WIDE),
        Column(say("Verdict", "评定")),
    )
    missed = kept.rounds - kept.rounds_reached
    counted = say(
        f"({kept.rounds} − {missed}) / {kept.rounds} rounds = {share(kept.share)};"
        f" {kept.hosts_kept} of {kept.hosts} servers reached it each by itself",
        f"({kept.rounds} − {missed}) / {kept.rounds} 次巡检 = {share(kept.share)};"
        f"单台达标 {kept.hosts_kept}/{kept.hosts} 台",
    )
    rows = (
        (
            Cell(say(f"available at least {share(kept.promised)}", f"可用率不低于 {share(kept.promised)}")),
            Cell(share(kept.share)),
            Cell(counted if kept.rounds else say("no round was made", "无巡检数据")),
            verdict(view, kept.is_kept),
        ),
        _limit(view, say("answered within", "响应时限"), reached.response),
        _limit(view, say("repaired within", "修复时限"), reached.repair),
    )
    return Part(3, say("Service level", "服务级别"), (Table(columns, rows), _what_counts(view, level)))


def _limit(view: PeriodView, promise: str, kept: InTime) -> tuple[Cell, ...]:
    say = view.say
    over = say(f" + {kept.over} over by then", f" + 时限内自行恢复 {kept.over}") if kept.over else ""
    counted = say(
        f"{kept.in_time} in time{over} = {kept.kept} of {kept.settled}; {kept.late} late, {kept.never} not yet",
        f"按时 {kept.in_time}{over} = {kept.kept}/{kept.settled};超时 {kept.late},超时未完成 {kept.never}",
    )
    if not kept.settled:
        counted = say("no incident to hold against it", "无须计入的故障")
    if kept.pending:
        counted += say(f"; {kept.pending} may still be in time", f";另有 {kept.pending} 次未到时限")
    return (
        Cell(f"{promise} {view.lasting(kept.limit_seconds)}"),
        Cell(of(kept.kept, kept.settled)),
        Cell(counted),
        verdict(view, kept.is_kept),
    )


def _what_counts(view: PeriodView, level: ServiceLevel) -> Note:
    worst = view.state(level.severity).text
    text = view.say(
        f"Availability is the share of rounds that reached their server; time in which the agent did not run, and"
        f" servers out of service, are left out. The limits are for servers out of reach and for incidents that were"
        f" at least {worst}; an incident is answered when somebody notes something of it (rounds note), and counts in"
        " the period in which that is decided.",
        f"可用率为连通服务器的巡检次数占比,巡检程序停运时段及停用的服务器不计。时限适用于服务器失联及达到“{worst}”级的故障;"
        "以首次登记故障说明(rounds note)为响应,计入判定之时所在的周期。",
    )
    return Note(text, Tone.QUIET)


def days_part(view: PeriodView) -> Part:
    """4 逐日情况."""
    say = view.say
    columns = (
        Column(say("Day", "日期")),
        Column(say("Record", "日报编号"), desk=True),
        Column(say("Hours", "时长"), Kind.NUMBER, desk=True),
        Column(say("Servers", "服务器 实检/应检"), Kind.NUMBER, desk=True),
        Column(say("Availability", "可用率"), Kind.NUMBER),
        Column(say("Normal", "正常"), Kind.NUMBER, desk=True),
        Column(say("Abnormal", "异常"), Kind.NUMBER),
        Column(say("Not checked", "未检查"), Kind.NUMBER),
        Column(say("Incidents", "故障"), Kind.NUMBER),
        Column(say("Backups", "备份"), Kind.NUMBER),
        Column(say("Reviewed", "审核"), desk=True),
    )
    table = Table(columns, tuple(_day(view, day) for day in view.period.days), compact=True)
    return Part(4, say("Day by day", "逐日情况"), (table, *_lacking(view)))


def _day(view: PeriodView, day: DayLine) -> tuple[Cell, ...]:
    say = view.say
    if not day.is_made:
        missing = Cell(f"{day.date:%m-%d}", Tone.UNCHECKED, say("no record", "缺日报"))
        return (missing, Cell("–", Tone.QUIET), Cell(f"{day.hours:g}"), *[Cell("–", Tone.QUIET)] * 8)
    note = ""
    if day.agent_was_down:
        note = say("the agent did not run", "巡检程序全天停运")
    elif day.gap_seconds:
        note = say(f"agent down {view.lasting(day.gap_seconds)}", f"停运 {view.lasting(day.gap_seconds)}")
    abnormal = day.warning + day.critical
    return (
        Cell(f"{day.date:%m-%d}", note=note),
        Cell(day.number),
        Cell(f"{day.hours:g}", note=say("clocks changed", "夏令时切换") if day.hours != FULL_DAY else ""),
        Cell(f"{day.hosts_done}/{day.hosts_due}", Tone.UNCHECKED if day.hosts_done < day.hosts_due else None),
        Cell(share((day.rounds - day.rounds_failed) / day.rounds if day.rounds else None)),
        Cell(str(day.normal)),
        Cell(str(abnormal), Tone.CRITICAL if day.critical else Tone.WARNING if day.warning else None),
        Cell(str(day.unchecked), Tone.UNCHECKED if day.unchecked else None),
        Cell(str(day.incidents), note=say(f"{day.resolved} over", f"恢复 {day.resolved}") if day.resolved else ""),
        Cell(of(day.backups_ok, day.backups_due), Tone.WARNING if day.backups_ok < day.backups_due else None),
        Cell(say("yes", "已审核") if day.reviewed else say("not yet", "未审核"), None if day.reviewed else Tone.QUIET),
    )  # fmt: skip


def _lacking(view: PeriodView) -> tuple[Note, ...]:
    notes = []
    missing = tuple(day.date for day in view.period.missing)
    down = tuple(day.date for day in view.period.days if day.agent_was_down)
    if missing:
        label = view.say("No daily record of", "缺日报")
        notes.append(Note(view.dates(missing), Tone.UNCHECKED, label))
    if down:
        label = view.say("The agent did not run at all on", "巡检程序全天停运")
        notes.append(Note(view.dates(down), Tone.UNCHECKED, label))
    unreviewed = tuple(day.date for day in view.period.days if day.is_made and not day.reviewed)
    if unreviewed:
        notes.append(
            Note(view.dates(unreviewed), Tone.QUIET, view.say("Not reviewed when this was made", "截至本报告未审核"))
        )
    return tuple(notes)
