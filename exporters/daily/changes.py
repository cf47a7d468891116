"""What changed on the servers: section 10 of the daily report, and the hint beside each problem."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from checks.contract import State, Text
from collectors.contract import Kind
from exporters.contract import Change, HostChanges, Incident
from exporters.daily.document import Block, Cell, Column, Note, Part, Table, Tone
from exporters.daily.document import Kind as Set
from exporters.daily.quantities import iso
from exporters.daily.view import View
from exporters.daily.words import NOT_COVERED, counted

MOST_OF_A_KIND = 8
"""Up to here the changes of one kind on a server have a row each; more of them share one."""

NAMED_BEFORE = 3
"""Changes that are named beside a problem."""

RESTARTS = "unexpected_reboot"
"""The check that sees restarts."""

KINDS = {
    Kind.HARDWARE: Text("hardware", "硬件"),
    Kind.DISK: Text("disk", "磁盘"),
    Kind.SYSTEM: Text("system", "系统"),
    Kind.KERNEL_PARAMETER: Text("kernel parameter", "内核参数"),
    Kind.PACKAGE: Text("package", "软件包"),
    Kind.SERVICE: Text("service", "服务"),
    Kind.TIMER: Text("scheduled job", "计划任务"),
    Kind.PORT: Text("port", "端口"),
    Kind.ADDRESS: Text("network address", "网络地址"),
    Kind.MOUNT: Text("mount", "挂载"),
    Kind.ACCOUNT: Text("account", "账号"),
    Kind.ACCESS: Text("access right", "访问权限"),
}


def changes_part(view: View) -> Part:
    """10 变更与开关机."""
    return Part(10, view.say("Changes and power", "变更与开关机"), (*_changes(view), _power(view)))


def changed_before(view: View, incident: Incident) -> str:
    """`changed in the 24 h before: package nginx 1.22 → 1.24; port tcp 80 new`; empty where nothing did."""
    if not incident.changes_before:
        return ""
    first = view.told_with.get((incident.host, incident.changes_before), incident)
    if first.id != incident.id:
        return view.say(f"changed in the 24 h before: as beside {first.id}", f"此前 24 小时内的变更:同编号 {first.id}")
    latest = tuple(reversed(incident.changes_before))
    of_each_kind = {change.kind: change for change in incident.changes_before}.values()  # the last one
    ordered = [*reversed(of_each_kind), *(change for change in latest if change not in of_each_kind)]
    shown = sorted(ordered[:NAMED_BEFORE], key=latest.index)
    named = view.say("; ", "；").join(_in_short(view, change) + _found_late(view, change, incident) for change in shown)
    more = incident.changes_before_total - len(shown)
    if more > 0:
        named += view.say(f"; and {more} more", f";另有 {more} 项")
    return view.say(f"changed in the 24 h before: {named}", f"此前 24 小时内的变更:{named}")


def _power(view: View) -> Note:
    """What the rounds see of it: restarts. Who wanted them is for a person."""
    title = view.say("Power", "开关机")
    lines = [line for line in view.day.items if line.check.name == RESTARTS and line.state is not None]
    if not lines:
        return Note(view.word(NOT_COVERED), Tone.QUIET, title)
    restarted = sorted({line.host for line in lines if line.worst not in (None, State.OK)})
    if not restarted:
        calm = counted(len({line.host for line in lines}), "server")
        words = view.say(f"no unexpected restart on {calm}", f"{len({line.host for line in lines})} 台服务器无意外重启")
        return Note(words, Tone.GOOD, title)
    names = view.say(", ", "、").join(restarted)
    return Note(view.say(f"unexpected restart: {names}", f"意外重启:{names}"), Tone.WARNING, title)


def _changes(view: View) -> Iterator[Block]:
    say, known = view.say, view.day.changes
    title = say("Changes", "变更")
    if not known:
        yield Note(say("not known: nothing to compare with", "未知:缺少前后对比数据"), Tone.QUIET, title)
        return
    number = sum(host.total for host in known)
    label = say(
        f"{counted(number, 'change')} on {counted(len(known), 'server')} since the last rounds of the day before"
        if number
        else f"nothing changed on {counted(len(known), 'server')}",
        f"与前一日末次巡检相比,{len(known)} 台服务器共 {number} 项变更" if number else f"{len(known)} 台服务器均无变更",
    )
    yield Note(label, None if number else Tone.GOOD, title)
    rows = tuple(row for host in known for row in _rows(view, host))
    columns = (
        Column(say("Seen", "发现时间"), Set.SHORT),
        Column(say("Server", "服务器"), Set.HOST),
        Column(say("Kind", "类别")),
        Column(say("What", "变更项"), Set.WIDE),
        Column(say("Before", "前值")),
        Column(say("After", "后值")),
        Column(say("Change no.", "变更单(人工)"), Set.BY_HAND),
    )
    if rows:
        yield Table(columns, rows)
    compared = {host.host for host in known}
    unknown = [line.host.name for line in view.day.hosts if line.host.name not in compared]
    if unknown:
        title = say("Changes not known of (nothing to compare with)", "变更情况未知(缺少前后对比数据)")
        yield Note(say(", ", "、").join(unknown), Tone.UNCHECKED, title)


def _rows(view: View, host: HostChanges) -> Iterator[tuple[Cell, ...]]:
    def kind_of(change: Change) -> Kind:
        return change.kind

    order = list(Kind)
    for kind, group in groupby(sorted(host.changes, key=lambda c: order.index(c.kind)), kind_of):
        found = list(group)
        if len(found) > MOST_OF_A_KIND:
            yield _together(view, host.host, kind, found)
        else:
            yield from (_row(view, change) for change in found)
    left_out = host.total - len(host.changes)
    if left_out > 0:
        see = f"rounds changes {host.host} --since {_first_day(view)}"
        words = view.say(f"and {left_out} more: {see}", f"另有 {left_out} 项,见 {see}")
        yield _cells("", host.host, "", Cell(words))


def _row(view: View, change: Change) -> tuple[Cell, ...]:
    before, after = _values(view, change)
    return _cells(view.clock(change.at), change.host, _kind(view, change.kind), Cell(change.name), before, after)


def _together(view: View, host: str, kind: Kind, changes: Sequence[Change]) -> tuple[Cell, ...]:
    """Many changes of one kind: how many came, went and became another, and the first names."""
    came = sum(change.before is None for change in changes)
    went = sum(change.after is None for change in changes)
    others = len(changes) - came - went
    counts = [
        view.say(f"{number} {en}", f"{zh} {number} 项")
        for number, en, zh in ((others, "changed", "变更"), (came, "new", "新增"), (went, "gone", "移除"))
        if number
    ]
    names = ", ".join(change.name for change in changes[:MOST_OF_A_KIND])
    note = view.say(f"{names}, …", f"{names} 等")
    seen = max(change.at for change in changes)
    return _cells(view.clock(seen), host, _kind(view, kind), Cell(view.say(", ", "、").join(counts), note=note))


def _cells(seen: str, host: str, kind: str, what: Cell, before: str = "", after: str = "") -> tuple[Cell, ...]:
    return Cell(seen), Cell(host), Cell(kind), what, Cell(before), Cell(after), Cell("")


def _first_day(view: View) -> str:
    """`2026-11-20`, on which the period began."""
    begin = iso(view.day.begins_at, view.day.timezone) or ""
    return begin.partition("T")[0]


def _kind(view: View, kind: Kind) -> str:
    return view.word(KINDS[kind])


def _values(view: View, change: Change) -> tuple[str, str]:
    """Before and after; a value that says nothing is told as being there."""
    there, none = view.say("there", "有"), view.say("none", "无")
    before, after = (none if value is None else value or there for value in (change.before, change.after))
    return before, after


def _found_late(view: View, change: Change, incident: Incident) -> str:
    """Of a change that was seen only after the problem had begun nobody can say which came first."""
    if change.at <= incident.began_at:
        return ""
    seen = view.clock(change.at)
    return view.say(f" (perhaps: seen at {seen})", f"(可能:{seen} 才发现)")


def _in_short(view: View, change: Change) -> str:
    name = f"{_kind(view, change.kind)} {change.name}"
    if change.before is None:
        return view.say(f"{name} new", f"新增{name}")
    if change.after is None:
        return view.say(f"{name} gone", f"移除{name}")
    before, after = _values(view, change)
    return f"{name} {before} → {after}"
