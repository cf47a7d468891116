"""Section 3 of the daily report: every server of the day, and the fullest and busiest of them."""

from collections.abc import Iterator, Sequence
from itertools import islice

from checks.contract import Measurement, Section, State, Unit
from exporters.contract import CheckCard, HostLine, ItemLine
from exporters.daily.courses import charts, cut_off
from exporters.daily.document import Block, Cell, Column, Kind, Note, Part, Table, Tone, tone_of
from exporters.daily.findings import exceptions_table
from exporters.daily.quantities import judged
from exporters.daily.reasons import reason_words
from exporters.daily.statistics import Counts
from exporters.daily.view import View
from exporters.daily.words import NOT_CHECKED, SECTIONS

MOST_METRICS = 6
"""Columns of numbers that still fit a page."""

RANKED = 3
"""How many of the highest values of a metric are named."""

_NOTHING = 0.001
"""What is left of the difference of two equal numbers, and less than any that is shown."""

MOST_SERVERS = 120
"""Up to here every server has a row; of more only the worst."""

Extreme = tuple[ItemLine, Measurement]


def servers_part(view: View) -> Part:
    """3 服务器运行状态."""
    drawn = charts(view)
    blocks: list[Block] = [*_servers(view), *extremes_tables(view, RANKED), *drawn, *(cut_off(view) if drawn else ())]
    lines = [line for topic, found in view.by_topic.items() if topic.section is Section.SERVERS for line in found]
    blocks.extend(exceptions_table(view, lines))
    return Part(3, view.word(SECTIONS[Section.SERVERS]), tuple(blocks))


def extremes_tables(view: View, ranked: int = 1) -> tuple[Table, ...]:
    """For each metric the hosts and items with the highest values: the fullest disk, the busiest processor."""
    say = view.say
    rows = [
        (
            Cell(view.word(check.title)),
            Cell(line.host, note=view.item(check, line.item)),
            Cell(view.amount(measurement), _tone(line)),
            *_yesterday(view, line, measurement),
            Cell(view.thresholds(measurement)),
        )
        for check in _metrics(view)
        for line, measurement in _worth_naming(_highest(view.by_check.get(check.name, ()), ranked))
    ]
    columns = (
        Column(say("Metric", "指标"), Kind.WIDE),
        Column(say("Server", "服务器"), Kind.HOST),
        Column(say("Today", "今日"), Kind.NUMBER),
        Column(say("Yesterday", "昨日"), Kind.NUMBER),
        Column(say("Change", "变化"), Kind.NUMBER, desk=True),  # both days stand beside each other
        Column(say("Warning / critical", "阈值(警告/严重)"), Kind.NUMBER),
    )
    return (Table(columns, tuple(rows), say("Fullest and busiest", "最满与最忙"), compact=True),) if rows else ()


def _servers(view: View) -> Iterator[Block]:
    say = view.say
    metrics = _metrics(view)
    columns = (
        Column(say("Server", "服务器"), Kind.HOST),
        Column(say("State", "状态")),
        Column(say("Reachable", "可达率"), Kind.NUMBER),
        *(Column(view.word(check.title), Kind.NUMBER) for check in metrics),
        Column(say("Normal", "正常"), Kind.NUMBER),
        Column(say("Abnormal", "异常"), Kind.NUMBER),
        Column(say("Not checked", "未检查"), Kind.NUMBER),
    )
    shown = list(view.day.hosts)
    if len(shown) > MOST_SERVERS:
        shown = sorted(shown, key=lambda line: (_order(view, line), line.host.name))[:MOST_SERVERS]
    yield Table(columns, tuple(_server(view, line, metrics) for line in shown))
    more = len(view.day.hosts) - len(shown)
    if more:
        words = say(
            f"These {len(shown)} fared worst; for the other {more} see form 8.2 and the JSON record.",
            f"以上为情况最差的 {len(shown)} 台;其余 {more} 台见 8.2 表及 JSON 记录。",
        )
        yield Note(words, Tone.QUIET)


def _order(view: View, line: HostLine) -> tuple[bool, int, int, int]:
    """The worst first: those that were not reached, then by what was found."""
    counts = Counts.of(view.by_host.get(line.host.name, ()))
    return line.checked, -counts.critical, -counts.warning, -counts.unchecked


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
        found = _highest([other for other in lines if other.check.name == check.name], 1)
        cells.append(_metric(view, *found[0]) if found else Cell("–", Tone.QUIET))
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
    return Cell(view.amount(measurement), _tone(line), note=view.item(line.check, line.item))


def _metrics(view: View) -> tuple[CheckCard, ...]:
    """The vital checks of servers that compare a number with a level: shares first, then counts such as load.

    Of a day whose checks were not told apart yet, any of them.
    """
    units: dict[CheckCard, Unit] = {}
    for lines in view.by_check.values():
        of_servers = (line for line in lines if line.check.section is Section.SERVERS)
        measured = ((line.check, found) for line in of_servers if (found := judged(line.measurements)) is not None)
        units |= {check: found.unit for check, found in islice(measured, 1)}
    counted = [check for check, unit in units.items() if unit in (Unit.RATIO, Unit.COUNT)]
    fitting = [check for check in counted if check.vital] or counted
    return tuple(sorted(fitting, key=lambda check: (units[check] is not Unit.RATIO, check.name))[:MOST_METRICS])


def _highest(lines: Sequence[ItemLine], number: int) -> list[Extreme]:
    """The lines with the highest judged values of one kind."""
    found = [(line, measured) for line in lines if (measured := judged(line.measurements)) is not None]
    return sorted(found, key=lambda pair: (-pair[1].value, pair[0].host, pair[0].item))[:number]


def _worth_naming(found: list[Extreme]) -> list[Extreme]:
    """The highest, and those after it that are at least half way to their first level."""

    def is_near(measurement: Measurement) -> bool:
        level = measurement.crit if measurement.warn is None else measurement.warn
        return level is not None and measurement.value >= level / 2

    return found[:1] + [pair for pair in found[1:] if is_near(pair[1])]


def _yesterday(view: View, line: ItemLine, measurement: Measurement) -> tuple[Cell, Cell]:
    """What it was at the end of the day before, and the difference; dashes where that is not known."""
    before = next((m for m in line.day_before if m.name == measurement.name), None)
    if before is None:
        return Cell("–", Tone.QUIET), Cell("–", Tone.QUIET)
    return Cell(view.amount(before)), Cell(_change(view, measurement, before.value))


def _change(view: View, measurement: Measurement, before: float) -> str:
    """The difference of the two values as they are shown, so that a reader who subtracts them finds the same."""
    if measurement.unit is Unit.RATIO:
        points = round(measurement.value * 100, 1) - round(before * 100, 1)
        words = view.say(f"{points:+.1f} points", f"{points:+.1f} 百分点")
    else:
        points = round(measurement.value, 2) - round(before, 2)
        words = f"{points:+.2f}"
    return words if abs(points) > _NOTHING else view.say("unchanged", "不变")


def _tone(line: ItemLine) -> Tone | None:
    tone = tone_of(line.state)
    return None if tone is Tone.GOOD else tone


def _share(ratio: float) -> str:
    # 99.96 % must not read as all: it is cut, not rounded.
    return "100 %" if ratio == 1 else f"{int(ratio * 1000) / 10:.1f} %"
