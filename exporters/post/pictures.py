"""Charts and calendars as pictures of a mail. What hosts are called stands beside them, never in them."""

from dataclasses import replace

from checks.contract import State
from exporters import charts
from exporters.daily.document import Calendar, Cell, Chart
from exporters.post.brief import Entry, Illustration

MOST_LINES = 10
"""Rows of a calendar that a telephone has room for."""

_SHAPES = {State.OK: "▬", State.WARN: "▲", State.CRIT: "■", State.UNKNOWN: "☐", None: "·"}
"""What the days of a calendar look like in its picture."""


def illustration(picture: Chart | Calendar) -> Illustration:
    """A chart or a calendar as a PNG with its legend."""
    return _chart(picture) if isinstance(picture, Chart) else _calendar(picture)


def _chart(chart: Chart) -> Illustration:
    legend = tuple(
        Entry(
            f"{number} {curve.name}",
            note=curve.note,
            aside=Cell(curve.value, curve.tone),
        )
        for number, curve in enumerate(chart.curves, start=1)
    )
    words = tuple(f"{number} {charts.sparkline(chart, curve)}" for number, curve in enumerate(chart.curves, start=1))
    return _drawn(chart, legend, words)


def _calendar(calendar: Calendar) -> Illustration:
    shown = replace(calendar, lines=calendar.lines[:MOST_LINES])
    rows = list(enumerate(shown.lines, start=1))
    shapes = Entry("", note=" ".join(f"{_SHAPES[state]} {words}" for state, words in shown.legend))
    legend = (*(Entry(f"{number} {line.name}", note=line.note) for number, line in rows), shapes)
    signs = " ".join(f"{charts.sign(state)} {words}" for state, words in shown.legend)
    return _drawn(shown, legend, (*(f"{number} {charts.calendar_signs(line)}" for number, line in rows), signs))


def _drawn(picture: Chart | Calendar, legend: tuple[Entry, ...], words: tuple[str, ...]) -> Illustration:
    width, height = charts.size(picture)
    return Illustration(picture.title, charts.png(picture), width, height, words, legend)
