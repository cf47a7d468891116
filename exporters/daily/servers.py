"""Section 3 of the daily report: every server of the day, and the fullest and busiest of them."""

from collections.abc import Sequence

from checks.contract import Measurement, Section, State, Unit
from exporters.contract import CheckCard, HostLine, ItemLine
from exporters.daily.document import Block, Cell, Column, Kind, Part, Table, Tone, tone_of
from exporters.daily.findings import exceptions_table
from exporters.daily.quantities import judged
from exporters.daily.reasons import reason_words
from exporters.daily.statistics import Counts
from exporters.daily.view import View
from exporters.daily.words import NOT_CHECKED, SECTIONS, item_words

MOST_METRICS = 6
"""Columns of numbers that still fit a page."""

Extreme = tuple[ItemLine, Measurement]


def servers_part(view: View) -> Part:
    """3 服务器运行状态."""
    blocks: list[Block] = [_servers(view), *extremes_tables(view)]
    lines = [line for topic, found in view.by_topic.items() if topic.section is Section.SERVERS for line in found]
    blocks.extend(exceptions_table(view, lines))
    return Part(3, view.word(SECTIONS[Section.SERVERS]), tuple(blocks))


def extremes_tables(view: View) -> tuple[Table, ...]:
    """For each metric the host and item with the highest value: the fullest disk, the busiest processor."""
    say = view.say
    rows = []
    for check in _metrics(view):
        lines = [line for line in view.day.items if line.check == check]
        found = _highest(lines)
        if found is not None:
            line, measurement = found
            rows.append(
                (
                    Cell(view.word(check.title)),
                    Cell(line.host, note=item_words(check, line.item)),
                    Cell(view.amount(measurement), _tone(line), note=_change(view, line, measurement)),
                    Cell(view.thresholds(measurement)),
                )
            )
    columns = (
        Column(say("Metric", "指标"), Kind.WIDE),
        Column(say("Highest on", "最高者")),
        Column(say("Value", "当前值"), Kind.NUMBER),
        Column(say("Warning / critical", "阈值(警告/严重)"), Kind.NUMBER),
    )
    return (Table(columns, tuple(rows), say("Fullest and busiest", "最满与最忙")),) if rows else ()


def _servers(view: View) -> Table:
    say = view.say
    metrics = _metrics(view)
    columns = (
        Column(say("Server", "服务器"), Kind.WIDE),
        Column(say("State", "状态")),
        Column(say("Reachable", "可达率"), Kind.NUMBER),
        *(Column(view.word(check.title), Kind.NUMBER) for check in metrics),
        Column(say("Normal", "正常"), Kind.NUMBER),
        Column(say("Abnormal", "异常"), Kind.NUMBER),
        Column(say("Not checked", "未检查"), Kind.NUMBER),
    )
    return Table(columns, tuple(_server(view, line, metrics) for line in view.day.hosts))


def _server(view: View, line: HostLine, metrics: Sequence[CheckCard]) -> tuple[Cell, ...]:
    lines = view.by_host.get(line.host.name, [])
    counts = Counts.of(lines)
    card = line.host
    about = " · ".join(
        word for word in (card.role, card.address if card.address != card.name else "", card.location) if word
    )
    ratio = line.reachable_ratio
    reachable = Cell("–", Tone.QUIET) if ratio is None else Cell(
        _share(ratio), None if ratio == 1 else Tone.UNCHECKED, note=f"{line.rounds - line.rounds_failed}/{line.rounds}"
    )  # fmt: skip
    cells = [Cell(card.name, note=about), _state(view, line, counts), reachable]
    for check in metrics:
        found = _highest([other for other in lines if other.check == check])
        cells.append(Cell("–", Tone.QUIET) if found is None else _metric(view, *found))
    cells.append(Cell(str(counts.normal)))
    cells.append(
        Cell(str(counts.abnormal), Tone.CRITICAL if counts.critical else Tone.WARNING if counts.warning else None)
    )
    cells.append(Cell(str(counts.unchecked), Tone.UNCHECKED if counts.unchecked else None))
    return tuple(cells)


def _state(view: View, line: HostLine, counts: Counts) -> Cell:
    """What the day's items say of the server, so that the row agrees with itself."""
    if not line.checked:
        return Cell(view.word(NOT_CHECKED), Tone.UNCHECKED, view.word(reason_words(line.reason)), tag=True)
    if counts.abnormal:
        return view.state(State.CRIT if counts.critical else State.WARN)
    if counts.unchecked:
        return Cell(view.say("in part", "部分检查"), Tone.UNCHECKED, tag=True)
    return view.state(State.OK if counts.done else None)


def _metric(view: View, line: ItemLine, measurement: Measurement) -> Cell:
    return Cell(view.amount(measurement), _tone(line), note=item_words(line.check, line.item))


def _metrics(view: View) -> tuple[CheckCard, ...]:
    """The vital checks of servers that compare a number with a level: shares first, then counts such as load.

    Of a day whose checks were not told apart yet, any of them.
    """
    units: dict[CheckCard, Unit] = {}
    for line in view.day.items:
        measured = judged(line.measurements)
        if line.check.section is Section.SERVERS and measured is not None:
            units.setdefault(line.check, measured.unit)
    counted = [check for check, unit in units.items() if unit in (Unit.RATIO, Unit.COUNT)]
    fitting = [check for check in counted if check.vital] or counted
    return tuple(sorted(fitting, key=lambda check: (units[check] is not Unit.RATIO, check.name))[:MOST_METRICS])


def _highest(lines: Sequence[ItemLine]) -> Extreme | None:
    """The line with the highest judged value of one kind."""
    found = [(line, measured) for line in lines if (measured := judged(line.measurements)) is not None]
    return max(found, key=lambda pair: pair[1].value, default=None)


def _change(view: View, line: ItemLine, measurement: Measurement) -> str:
    """Against the day before, where that is known."""
    before = next((m for m in line.day_before if m.name == measurement.name), None)
    if before is None:
        return ""
    if measurement.unit is Unit.RATIO:
        change = f"{(measurement.value - before.value) * 100:+.1f}"
        return view.say(f"{change} points since yesterday", f"较昨日 {change} 个百分点")
    change = f"{measurement.value - before.value:+.2f}"
    return view.say(f"{change} since yesterday", f"较昨日 {change}")


def _tone(line: ItemLine) -> Tone | None:
    tone = tone_of(line.state)
    return None if tone is Tone.GOOD else tone


def _share(ratio: float) -> str:
    # 99.96 % must not read as all: it is cut, not rounded.
    return "100 %" if ratio == 1 else f"{int(ratio * 1000) / 10:.1f} %"
