"""A period's numbers beside those of the period before."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from checks.contract import Text
from exporters.contract import Figures
from exporters.daily.document import Block, Cell, Column, Kind, Note, Table, Tone
from exporters.daily.quantities import lasting
from exporters.daily.words import counted
from exporters.periodic.view import PeriodView, share


class _As(Enum):
    """How a number is written."""

    SHARE = "share"
    COUNT = "count"
    TIME = "time"


def _nothing(_: Figures) -> Text:
    return Text("", "")


@dataclass(frozen=True, slots=True)
class _Measure:
    """One row: what it is called, its number, and what that was counted from."""

    name: Text
    written: _As
    of: Callable[[Figures], float | None]
    how: Callable[[Figures], Text] = _nothing


def _rounds(now: Figures) -> Text:
    reached = now.rounds - now.rounds_failed
    return Text(f"{reached} of {counted(now.rounds, 'round')}", f"{reached}/{now.rounds} 次巡检")


def _normal(now: Figures) -> Text:
    return Text(f"{now.normal} of {counted(now.items_due, 'line')}", f"{now.normal}/{now.items_due} 项")


def _repairs(now: Figures) -> Text:
    whole = lasting(now.repair_seconds)
    return Text(f"{whole.en} / {now.ended}", f"{whole.zh} / {now.ended} 次")


def _failures(now: Figures) -> Text:
    whole = lasting(now.watched_seconds)
    return Text(f"{whole.en} watched / {now.failures}", f"观测 {whole.zh} / 失联 {now.failures} 次")


def _backups(now: Figures) -> Text:
    return Text(*[f"{now.backups_ok}/{now.backups_due}"] * 2)


def _patches(now: Figures) -> Text:
    return Text(*[f"{now.patches_covered}/{now.patches_judged}"] * 2)


_MEASURES = (
    _Measure(Text("Availability", "可用率"), _As.SHARE, lambda f: f.availability, _rounds),
    _Measure(
        Text("Lines normal", "检查项正常率"),
        _As.SHARE,
        lambda f: f.normal / f.items_due if f.items_due else None,
        _normal,
    ),
    _Measure(Text("Incidents", "故障次数"), _As.COUNT, lambda f: f.incidents),
    _Measure(Text("of them critical", "其中严重"), _As.COUNT, lambda f: f.incidents_critical),
    _Measure(Text("Open at the end", "期末遗留"), _As.COUNT, lambda f: f.open),
    _Measure(Text("Mean time to repair", "平均修复时间"), _As.TIME, lambda f: f.mean_repair_seconds, _repairs),
    _Measure(
        Text("Mean time between failures of a server", "平均失联间隔(单台)"),
        _As.TIME,
        lambda f: f.mean_between_failures_seconds,
        _failures,
    ),
    _Measure(Text("Backup success", "备份成功率"), _As.SHARE, lambda f: f.backup_success, _backups),
    _Measure(Text("Patch coverage", "补丁覆盖率"), _As.SHARE, lambda f: f.patch_coverage, _patches),
    _Measure(Text("Changes", "变更项"), _As.COUNT, lambda f: f.changes),
    _Measure(Text("The agent did not run", "巡检程序停运"), _As.TIME, lambda f: f.gap_seconds),
    _Measure(Text("Daily records reviewed", "已审核日报"), _As.COUNT, lambda f: f.days_reviewed),
)


def comparison(view: PeriodView) -> tuple[Block, ...]:
    """Every number beside that of the period before, or that there is none to compare with."""
    period, say, noun = view.period, view.say, view.noun
    columns = (
        Column(say("Measure", "指标"), Kind.WIDE),
        Column(say(f"This {noun.en}", f"本{noun.zh}"), Kind.NUMBER),
        Column(say(f"{noun.en.title()} before", f"上{noun.zh}"), Kind.NUMBER),
        Column(say("Change", "变化"), Kind.NUMBER),
    )
    table = Table(columns, tuple(_row(view, measure) for measure in _MEASURES), compact=True)
    if period.before is not None:
        return (table, Note(period.before_number, Tone.QUIET, say("Compared with record", "对比记录")))
    none = say(
        f"There is no record of the {noun.en} before: nothing to compare with.", f"没有上{noun.zh}的记录,无从对比。"
    )
    return (table, Note(none, Tone.QUIET))


def _row(view: PeriodView, measure: _Measure) -> tuple[Cell, ...]:
    figures, before = view.period.figures, view.period.before
    now = measure.of(figures)
    then = measure.of(before) if before else None
    return (
        Cell(view.word(measure.name)),
        Cell(_written(view, measure, now), note=view.word(measure.how(figures)) if now is not None else ""),
        Cell(_written(view, measure, then)),
        Cell(_change(view, measure, now, then)),
    )


def _written(view: PeriodView, measure: _Measure, value: float | None) -> str:
    if value is None:
        return "–"
    match measure.written:
        case _As.SHARE:
            return share(value)
        case _As.COUNT:
            return f"{value:.0f}"
        case _As.TIME:
            return view.lasting(value)


def _change(view: PeriodView, measure: _Measure, now: float | None, then: float | None) -> str:
    if now is None or then is None:
        return ""
    sign = "+" if now > then else "−" if now < then else "±"
    apart = abs(now - then)
    match measure.written:
        case _As.SHARE:
            return f"{sign}{apart * 100:.2f} " + view.say("points", "个百分点")
        case _As.COUNT:
            return f"{sign}{apart:.0f}"
        case _As.TIME:
            return sign + (view.lasting(apart) if apart >= 1 else "0")
