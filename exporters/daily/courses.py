"""Charts and calendars of the daily report: how the worst measurements went, and how backups and patches stood."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from checks.contract import Measurement, State, Text, Unit
from exporters.contract import CalendarRow, Series
from exporters.daily.document import Calendar, CalendarLine, Chart, Curve, Note, Stretch, Tone, tone_of
from exporters.daily.topics import BACKUP, PATCHES, Topic
from exporters.daily.view import View
from exporters.daily.words import STATES, counted

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
    hours = _hours(view)
    by_check: dict[str, list[Series]] = {}
    for series in view.day.series:
        points = tuple(point for point in series.points if point.at in hours)
        if points:
            by_check.setdefault(series.check.name, []).append(replace(series, points=points))
    ranked = sorted(by_check.values(), key=lambda found: -max(_closeness(series) for series in found))
    return tuple(_chart(view, sorted(found, key=_closeness, reverse=True)) for found in ranked[:MOST_CHARTS])


def cut_off(view: View) -> tuple[Note, ...]:
    """What the charts do not show of a day that does not begin on a full hour of UTC."""
    hours, day = _hours(view), view.day
    if hours.start == day.begins_at and hours.stop >= view.until:
        return ()
    since, until = view.clock(hours.start), view.clock(min(hours.stop, view.until))
    words = view.say(
        f"By whole hours (UTC), {since} – {until}: the minutes before and after are in the tables, not in the charts.",
        f"图表按 UTC 整点小时统计({since} – {until}),首尾不足一小时的部分未绘入图中,但已计入各表。",
    )
    return (Note(words, Tone.QUIET),)


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
        f"{view.word(topic.title)}: the last {counted(number, 'day')}",
        f"{view.word(topic.title)}:最近 {number} 天每日情况",
    )
    left_out = len(rows) - len(shown)
    if left_out:
        title += view.say(
            f" ({counted(left_out, 'more row')} in the JSON record)", f"(另有 {left_out} 行,见 JSON 记录)"
        )
    return Calendar(
        title,
        tuple(view.day.date - timedelta(days=back) for back in range(number - 1, -1, -1)),
        tuple(CalendarLine(row.host, row.item, _padded(row, number)) for row in shown),
        tuple((state, view.word(words)) for state, words in _LEGEND),
    )


def _chart(view: View, found: Sequence[Series]) -> Chart:
    day = view.day
    hours = _hours(view)
    zone = ZoneInfo(day.timezone)
    top = 1.0 if all(series.unit is Unit.RATIO for series in found) else _highest(found)
    levels = {(series.warn, series.crit) for series in found}
    warn, crit = levels.pop() if len(levels) == 1 else (None, None)
    check = found[0].check
    return Chart(
        title=view.word(check.title),
        unit=found[0].unit,
        ticks=tuple(_tick(datetime.fromtimestamp(hour, zone)) for hour in hours),
        curves=tuple(_curve(view, series, hours) for series in found),
        top=top,
        warn=warn,
        crit=crit,
    )


def _hours(view: View) -> range:
    """The whole hours of the day, as far as it has passed: measurements are remembered by hours of UTC."""
    day, until = view.day, view.until if view.until > view.day.begins_at else view.day.ends_at
    begin = math.ceil(day.begins_at / HOUR) * HOUR
    end = min(math.ceil(until / HOUR), math.floor(day.ends_at / HOUR)) * HOUR
    return range(begin, max(end, begin + HOUR), HOUR)


def _tick(hour: datetime) -> str:
    """`08`; `08:30` where the clocks go half an hour apart from UTC."""
    return f"{hour:%H:%M}" if hour.minute else f"{hour:%H}"


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
