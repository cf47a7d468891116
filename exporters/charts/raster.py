"""Pictures as PNG, for mails: at twice their size, on white paper, the same bytes for the same chart."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from checks.contract import State
from exporters.charts import palette
from exporters.charts.layout import (
    BOTTOM,
    CELL,
    HEIGHT,
    LEFT,
    RIGHT,
    WIDTH,
    across,
    border,
    ends,
    hours,
    runs,
    scale,
    up,
)
from exporters.daily.document import Calendar, Chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_Across = Literal["left", "center", "right"]
_Down = Literal["top", "center"]

_DPI = 100.0
_FACTOR = 2
_NUMBERS = 24.0
"""Room for the number of a calendar's row."""

_HEAD = 16.0
"""Room for the days over a calendar."""


def png(picture: Chart | Calendar) -> bytes:
    """A chart or a calendar; curves and rows are numbered from 1, for a legend beside it."""
    match picture:
        case Chart():
            return _drawn(WIDTH, HEIGHT, lambda axes: _chart(axes, picture))
        case Calendar():
            width = _NUMBERS + CELL * len(picture.days)
            return _drawn(width, _HEAD + CELL * len(picture.lines), lambda axes: _calendar(axes, picture))


def size(picture: Chart | Calendar) -> tuple[int, int]:
    """Width and height in pixels of the page: half of what the PNG has."""
    if isinstance(picture, Chart):
        return round(WIDTH), round(HEIGHT)
    return round(_NUMBERS + CELL * len(picture.days)), round(_HEAD + CELL * len(picture.lines))


def _drawn(width: float, height: float, draw: Callable[["Axes"], None]) -> bytes:
    # It takes a second and some megabytes to load: an agent that mails no chart does without.
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI * _FACTOR, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    draw(axes)
    target = io.BytesIO()
    figure.savefig(target, format="png", metadata={"Software": None})
    return target.getvalue()


def _chart(axes: "Axes", chart: Chart) -> None:
    right, floor = WIDTH - RIGHT, HEIGHT - BOTTOM
    for value, words in scale(chart):
        y = up(chart, value)
        axes.plot((LEFT, right), (y, y), color=palette.RULE, linewidth=_points(1))
        _text(axes, (LEFT - 5, y), words, "right", "center")
    for place, tick in hours(chart):
        x = border(chart, place)
        axes.plot((x, x), (floor, floor + 3), color=palette.QUIET, linewidth=_points(1))
        _text(axes, (x, floor + 5), tick, "center", "top")
    for level, colour in ((chart.warn, palette.WARN), (chart.crit, palette.CRIT)):
        if level is not None and 0 < level <= chart.top:
            y = up(chart, level)
            axes.plot((LEFT, right), (y, y), color=colour, linewidth=_points(1), linestyle=(0, (1, 2)))
    for place in range(len(chart.curves)):
        _curve(axes, chart, place)
    for place, x, y in ends(chart):
        colour, _ = palette.of_curve(place)
        _text(axes, (x, y), str(place + 1), "left", "center", colour)


def _curve(axes: "Axes", chart: Chart, place: int) -> None:
    colour, dashes = palette.of_curve(place)
    style = (0, tuple(length / 1.8 for length in dashes)) if dashes else "solid"  # in widths of the line
    for run in runs(chart.curves[place]):
        borders = [x for n, _ in run for x in (border(chart, n), border(chart, n + 1))]
        over = [up(chart, step.most) for _, step in run for _ in range(2)]
        under = [up(chart, step.least) for _, step in run for _ in range(2)]
        axes.fill_between(borders, over, under, color=colour, alpha=0.13, linewidth=0)
        line = [(across(chart, n), up(chart, step.mean)) for n, step in run]
        if len(line) == 1:
            line = [(x, line[0][1]) for x in borders]
        axes.plot([x for x, _ in line], [y for _, y in line], color=colour, linewidth=_points(1.8), linestyle=style)


def _calendar(axes: "Axes", calendar: Calendar) -> None:
    last = len(calendar.days) - 1
    for place, day in enumerate(calendar.days):
        if (last - place) % 7 == 0:
            words = f"{day:%d}" if place else f"{day:%m-%d}"
            _text(axes, (_NUMBERS + CELL * (place + 0.5), 2), words, "center", "top")
    for row, line in enumerate(calendar.lines):
        y = _HEAD + CELL * (row + 0.5)
        _text(axes, (_NUMBERS - 6, y), str(row + 1), "right", "center", palette.INK)
        for place, state in enumerate(line.states):
            _day(axes, _NUMBERS + CELL * (place + 0.5), y, state)


def _day(axes: "Axes", x: float, y: float, state: State | None) -> None:
    """The same shapes as on a page: a low bar, a triangle, a whole square, an empty one, a dot."""
    if state is None:
        axes.fill(*_box(x, y, 1, 1), color=palette.QUIET, linewidth=0)
        return
    colour = palette.STATES[state]
    match state:
        case State.OK:
            axes.fill(*_box(x, y, 5.5, 2.5), color=colour, linewidth=0)
        case State.WARN:
            axes.fill((x, x + 6, x - 6), (y - 5.5, y + 5.5, y + 5.5), color=colour, linewidth=0)
        case State.CRIT:
            axes.fill(*_box(x, y, 6, 6), color=colour, linewidth=0)
        case State.UNKNOWN:
            axes.fill(*_box(x, y, 5, 5), fill=False, edgecolor=colour, linewidth=_points(1.5), linestyle=(0, (2, 1)))


def _box(x: float, y: float, half_width: float, half_height: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    left, right, upper, lower = x - half_width, x + half_width, y - half_height, y + half_height
    return (left, right, right, left), (upper, upper, lower, lower)


def _text(
    axes: "Axes", at: tuple[float, float], words: str, across: _Across, down: _Down, colour: str = palette.QUIET
) -> None:
    """Digits only, in the type that matplotlib brings along: there need be no other on the machine."""
    size, family = _points(10.5), "DejaVu Sans"
    axes.text(*at, words, ha=across, va=down, color=colour, fontsize=size, family=family, parse_math=False)


def _points(pixels: float) -> float:
    return pixels * 72 / _DPI
