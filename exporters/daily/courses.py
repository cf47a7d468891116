"""Charts and calendars of the daily report: how the worst measurements went, and how backups and patches stood."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from checks.contract import Measurement, State, Text, Unit
from exporters.contract import CalendarRow, Series
from exporters.daily.document import Calendar, CalendarLine, Chart, Curve, Stretch, tone_of
from exporters.daily.topics import BACKUP, PATCHES, Topic
from exporters.daily.view import View
from exporters.daily.words import STATES

MOST_CHARTS = 4
MOST_LINES = 40
"""Rows of a calendar: those that fared worst."""

MOST_CALM_LINES = 12
"""Of rows that were always well, so many are shown."""

SUBJECTS = {BACKUP: "backup", PATCHES: "patches"}
"""The topics that have a calendar, and the name of its rows in the record."""

HOUR = 3600

_LEGEND = (
    (State.OK, STATES[State.OK]),
    (State.WARN, STATES[State.WARN]),
    (State.CRIT, STATES[State.CRIT]),
    (State.UNKNOWN, Text("not checked", "未检查")),
    (None, Text("no record", "无记录")),
)


def charts(view: View) -> tuple[Chart, ...]:
    """One chart for each check, those first whose worst item came closest to its level."""
    by_check: dict[str, list[Series]] = {}
    for series in view.day.series:
        if series.points:
            by_check.setdefault(series.check.name, []).append(series)
    ranked = sorted(by_check.values(), key=lambda found: -max(_closeness(series) for series in found))
    return tuple(_chart(view, sorted(found, key=_closeness, reverse=True)) for found in ranked[:MOST_CHARTS])


def calendar(view: View, topic: Topic) -> Calendar | None:
    """The last weeks of a topic; None where it has none."""
    rows = [row for row in view.day.calendar if row.subject == SUBJECTS.get(topic)]
    if not rows:
        return None
    shown = sorted(rows, key=_badness)[:MOST_LINES]
    troubled = [row for row in shown if _badness(row)[:2] != (0, 0)]
    shown = [*troubled, *[row for row in shown if row not in troubled][:MOST_CALM_LINES]]
    number = max(len(row.states) for row in shown)
    title = view.say(
        f"{view.word(topic.title)}: the last {number} days", f"{view.word(topic.title)}:最近 {number} 天每日情况"
    )
    left_out = len(rows) - len(shown)
    if left_out:
        title += view.say(f" ({left_out} more rows in the JSON record)", f"(另有 {left_out} 行,见 JSON 记录)")
    return Calendar(
        title,
        tuple(view.day.date - timedelta(days=back) for back in range(number - 1, -1, -1)),
        tuple(CalendarLine(row.host, row.item, _padded(row, number)) for row in shown),
        tuple((state, view.word(words)) for state, words in _LEGEND),
    )


def _chart(view: View, found: Sequence[Series]) -> Chart:
    day = view.day
    begin, end = int(day.begins_at), math.ceil(view.until if view.until > day.begins_at else day.ends_at)
    hours = range(begin, max(end, begin + HOUR), HOUR)
    zone = ZoneInfo(day.timezone)
    top = 1.0 if all(series.unit is Unit.RATIO for series in found) else _highest(found)
    levels = {(series.warn, series.crit) for series in found}
    warn, crit = levels.pop() if len(levels) == 1 else (None, None)
    check = found[0].check
    return Chart(
        title=view.word(check.title),
        unit=found[0].unit,
        ticks=tuple(f"{datetime.fromtimestamp(hour, zone):%H}" for hour in hours),
        curves=tuple(_curve(view, series, hours) for series in found),
        top=top,
        warn=warn,
        crit=crit,
    )


def _curve(view: View, series: Series, hours: range) -> Curve:
    by_hour = {
        (point.at - hours.start) // HOUR: Stretch(point.mean, point.least, point.most) for point in series.points
    }
    peak = Measurement("", max(point.most for point in series.points), series.unit, series.warn, series.crit)
    level = State.OK
    if series.crit is not None and peak.value >= series.crit:
        level = State.CRIT
    elif series.warn is not None and peak.value >= series.warn:
        level = State.WARN
    return Curve(
        name=series.host,
        note=view.item(series.check, series.item),
        value=view.say(f"peak {view.amount(peak)}", f"峰值 {view.amount(peak)}"),
        steps=tuple(by_hour.get(place) for place in range(len(hours))),
        levels=view.thresholds(peak),
        tone=None if level is State.OK else tone_of(level),
    )


def _closeness(series: Series) -> float:
    """How far the peak went towards its level: 1 is reached."""
    level = series.crit or series.warn or 1.0
    return max((point.most for point in series.points), default=0.0) / level


def _highest(found: Sequence[Series]) -> float:
    return max([point.most for series in found for point in series.points] + [s.crit or 0.0 for s in found]) or 1.0


def _badness(row: CalendarRow) -> tuple[int, int, str, str]:
    """Those in trouble today first, then those with the most bad days."""
    bad = sum(state not in (State.OK, None) for state in row.states)
    return -(row.states[-1] or 0) if row.states else 0, -bad, row.host, row.item


def _padded(row: CalendarRow, number: int) -> tuple[State | None, ...]:
    return (None,) * (number - len(row.states)) + row.states
