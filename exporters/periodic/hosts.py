"""Section 5 of a period's report: how available each project and each server was."""

from collections import defaultdict
from collections.abc import Iterable

from exporters.contract import HostPeriod
from exporters.daily.document import Block, Cell, Column, Kind, Note, Part, Table, Tone
from exporters.periodic.view import PeriodView, of, share

MOST_HOSTS = 100
"""Servers that have a row; of more than these only the least available, the record has all."""


def availability_part(view: PeriodView) -> Part:
    """5 可用率."""
    blocks: list[Block] = []
    projects = _projects(view)
    if len(projects.rows) > 1:
        blocks.append(projects)
    blocks.append(_hosts(view))
    hidden = len(view.period.hosts) - len(view.first(view.period.hosts, MOST_HOSTS))
    if hidden > 0:
        text = view.say(f"and {hidden} more, at least as available as the last", f"另有 {hidden} 台,可用率不低于末行")
        blocks.append(Note(text, Tone.QUIET))
    return Part(5, view.say("Availability", "可用率"), tuple(blocks))


def _projects(view: PeriodView) -> Table:
    say = view.say
    grouped: defaultdict[str, list[HostPeriod]] = defaultdict(list)
    for line in view.period.hosts:
        grouped[line.host.project].append(line)
    rows = [
        (Cell(project or say("(no project)", "(未分项目)")), *_together(view, lines))
        for project, lines in sorted(grouped.items(), key=lambda pair: (pair[0] == "", pair[0]))
    ]
    rows.append((Cell(say("Total", "合计")), *_together(view, view.period.hosts)))
    columns = (
        Column(say("Project", "项目"), Kind.WIDE),
        Column(say("Servers", "服务器"), Kind.NUMBER),
        Column(say("Availability", "可用率"), Kind.NUMBER),
        Column(say("Rounds reached / made", "连通/巡检次数"), Kind.NUMBER),
        Column(say("Incidents", "故障"), Kind.NUMBER),
    )
    # One project only is the same row twice.
    return Table(columns, tuple(rows) if len(grouped) > 1 else (), has_total=True)


def _together(view: PeriodView, lines: Iterable[HostPeriod]) -> tuple[Cell, ...]:
    due = [line for line in lines if line.days]
    rounds = sum(line.rounds for line in due)
    reached = rounds - sum(line.rounds_failed for line in due)
    ratio = reached / rounds if rounds else None
    return (
        Cell(str(len(due))),
        Cell(share(ratio), _tone(view, ratio)),
        Cell(of(reached, rounds)),
        Cell(str(sum(line.incidents for line in due))),
    )


def _hosts(view: PeriodView) -> Table:
    say = view.say
    columns = (
        Column(say("Server", "服务器"), Kind.WIDE),
        Column(say("Availability", "可用率"), Kind.NUMBER),
        Column(say("Rounds reached / made", "连通/巡检次数"), Kind.NUMBER),
        Column(say("Days reached / due", "连通/应检日数"), Kind.NUMBER),
        Column(say("Incidents", "故障"), Kind.NUMBER),
        Column(say("Changes", "变更"), Kind.NUMBER),
    )
    shown = view.first(view.period.hosts, MOST_HOSTS)
    return Table(columns, tuple(_host(view, line) for line in shown), say("Least available first", "可用率由低到高"))


def _host(view: PeriodView, line: HostPeriod) -> tuple[Cell, ...]:
    about = " · ".join(word for word in (line.host.role, line.host.project, line.host.owner) if word)
    if not line.days:
        out = Cell(view.say("out of service", "停用"), Tone.QUIET, tag=True)
        return (Cell(line.host.name, note=about), out, *[Cell("–", Tone.QUIET)] * 4)
    planned = line.days_out_of_service
    note = view.say(f"{planned} out of service", f"停用 {planned} 日") if planned else ""
    return (
        Cell(line.host.name, note=about),
        Cell(share(line.availability), _tone(view, line.availability)),
        Cell(of(line.rounds - line.rounds_failed, line.rounds)),
        Cell(f"{line.days_reached}/{line.days}", note=note),
        Cell(str(line.incidents)),
        Cell(str(line.changes)),
    )


def _tone(view: PeriodView, ratio: float | None) -> Tone | None:
    if ratio is None:
        return Tone.UNCHECKED
    return Tone.CRITICAL if ratio < view.period.service_level.availability else None
