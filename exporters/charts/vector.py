"""Pictures as SVG, to stand in a page: no script, no style of its own, nothing loaded.

Colours are attributes, which the style sheet of a page overrules by class: so a page may be dark, and a printer that
knows no style sheet still prints them.
"""

from collections.abc import Iterator
from html import escape

from checks.contract import State
from exporters.charts import palette
from exporters.charts.layout import (
    BOTTOM,
    CELL,
    HEIGHT,
    LEFT,
    RIGHT,
    WIDTH,
    Run,
    across,
    border,
    ends,
    hours,
    runs,
    scale,
    up,
)
from exporters.daily.document import Calendar, CalendarLine, Chart
from exporters.daily.inert import SENTENCES_LIMIT, plain


def svg(chart: Chart) -> str:
    """A chart, with its title and what it shows in words for those who do not see it."""
    body = [*_grid(chart), *_levels(chart), *_curves(chart), *_numbers(chart)]
    told = "; ".join(f"{n}: {curve.name} {curve.note} {curve.value}" for n, curve in enumerate(chart.curves, 1))
    return _picture("plot", WIDTH, HEIGHT, chart.title, told, body)


def swatch(place: int) -> str:
    """A piece of the line of the curve at `place`, for the legend."""
    line = f'<line x1="0" y1="5" x2="24" y2="5" {_stroke(place)} stroke-width="2"/>'
    return f'<svg class="swatch" viewBox="0 0 24 10" width="24" height="10" aria-hidden="true">{line}</svg>'


def strip(calendar: Calendar, line: CalendarLine) -> str:
    """The days of one line, side by side; its words name every day that was not well."""
    words = dict(calendar.legend)
    odd = [
        f"{day:%m-%d} {words.get(state, '')}"
        for day, state in zip(calendar.days, line.states, strict=True)
        if state not in (State.OK, None)
    ]
    well = sum(state == State.OK for state in line.states)
    told = ", ".join([f"{words.get(State.OK, '')} {well}/{len(line.states)}", *odd])
    body = [_day(place, state) for place, state in enumerate(line.states)]
    return _picture("strip", CELL * len(line.states), CELL, line.name, told, body)


def key(state: State | None) -> str:
    """One day in a state, for the legend."""
    box = f'viewBox="0 0 {CELL:g} {CELL:g}" width="{CELL:g}" height="{CELL:g}"'
    return f'<svg class="swatch" {box} aria-hidden="true">{_day(0, state)}</svg>'


def day_numbers(calendar: Calendar) -> str:
    """The head over the strips: the number of every seventh day, counted back from the last."""
    last = len(calendar.days) - 1
    texts = [
        _text(CELL * (place + 0.5), 10, f"{day:%d}" if place else f"{day:%m-%d}", "middle" if place else "start")
        for place, day in enumerate(calendar.days)
        if (last - place) % 7 == 0
    ]
    box = f'viewBox="0 0 {CELL * len(calendar.days):g} 13"'
    return f'<svg class="strip" {box} aria-hidden="true">{"".join(texts)}</svg>'


def _picture(kind: str, width: float, height: float, title: str, told: str, body: list[str]) -> str:
    return (
        f'<svg class="{kind}" viewBox="0 0 {width:g} {height:g}" role="img">'
        f"<title>{_inert(title)}</title><desc>{_inert(told)}</desc>{''.join(body)}</svg>"
    )


def _grid(chart: Chart) -> Iterator[str]:
    right = WIDTH - RIGHT
    levels = (chart.warn, chart.crit)
    for value, words in scale(chart):
        y = up(chart, value)
        if value not in levels:
            yield _line(LEFT, y, right, y, f'class="rule" stroke="{palette.RULE}"')
        yield _text(LEFT - 5, y + 3.5, words, "end")
    for place, tick in hours(chart):
        x = border(chart, place)
        yield _line(x, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 3, f'class="rule" stroke="{palette.QUIET}"')
        yield _text(x, HEIGHT - BOTTOM + 14, tick, "middle")


def _levels(chart: Chart) -> Iterator[str]:
    for level, kind, colour in ((chart.warn, "warning", palette.WARN), (chart.crit, "critical", palette.CRIT)):
        if level is not None and 0 < level <= chart.top:
            y = up(chart, level)
            yield _line(LEFT, y, WIDTH - RIGHT, y, f'class="level {kind}" stroke="{colour}" stroke-dasharray="1 2"')


def _curves(chart: Chart) -> Iterator[str]:
    for place, curve in enumerate(chart.curves):
        for run in runs(curve):
            yield _band(chart, place, run)
            yield _course(chart, place, run)


def _band(chart: Chart, place: int, run: Run) -> str:
    """Between the least and the most of each hour, as wide as the hour is."""
    over = [point for n, step in run for point in _ledge(chart, n, step.most)]
    under = [point for n, step in reversed(run) for point in reversed(_ledge(chart, n, step.least))]
    colour, _ = palette.of_curve(place)
    return f'<polygon class="band c{_kind(place)}" points="{" ".join(over + under)}" fill="{colour}" opacity="0.13"/>'


def _ledge(chart: Chart, step: int, value: float) -> list[str]:
    y = up(chart, value)
    return [f"{border(chart, step):.1f},{y:.1f}", f"{border(chart, step + 1):.1f},{y:.1f}"]


def _course(chart: Chart, place: int, run: Run) -> str:
    points = [f"{across(chart, n):.1f},{up(chart, step.mean):.1f}" for n, step in run]
    if len(points) == 1:  # an hour between two gaps: a line from nowhere to nowhere would not be seen
        points = _ledge(chart, run[0][0], run[0][1].mean)
    joined = " ".join(points)
    return f'<polyline points="{joined}" fill="none" {_stroke(place)} stroke-width="1.8" stroke-linejoin="round"/>'


def _numbers(chart: Chart) -> Iterator[str]:
    for place, x, y in ends(chart):
        colour, _ = palette.of_curve(place)
        yield (
            f'<text class="t{_kind(place)}" x="{x:.1f}" y="{y + 3.5:.1f}" font-size="11" font-weight="700"'
            f' fill="{colour}">{place + 1}</text>'
        )


def _day(place: int, state: State | None) -> str:
    """A shape for each state: a low bar, a triangle, a whole square, an empty one, a dot."""
    x, colour = place * CELL, palette.STATES.get(state, palette.QUIET) if state is not None else palette.QUIET
    kind = f'class="d {palette.CLASSES[state]}"'
    match state:
        case State.OK:
            return f'<rect {kind} x="{x + 1.5:g}" y="5" width="11" height="5" rx="1.5" fill="{colour}"/>'
        case State.WARN:
            points = f"{x + 7:g},1.5 {x + 13:g},12.5 {x + 1:g},12.5"
            return f'<polygon {kind} points="{points}" fill="{colour}"/>'
        case State.CRIT:
            return f'<rect {kind} x="{x + 1:g}" y="1" width="12" height="12" rx="1" fill="{colour}"/>'
        case State.UNKNOWN:
            return (
                f'<rect {kind} x="{x + 2:g}" y="2" width="10" height="10" rx="1" fill="none" stroke="{colour}"'
                ' stroke-width="1.5" stroke-dasharray="2 1.5"/>'
            )
        case _:
            return f'<circle {kind} cx="{x + 7:g}" cy="7" r="1.2" fill="{colour}"/>'


def _line(x1: float, y1: float, x2: float, y2: float, how: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {how}/>'


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return (
        f'<text class="axis" x="{x:.1f}" y="{y:.1f}" font-size="10.5" text-anchor="{anchor}"'
        f' fill="{palette.QUIET}">{_inert(words)}</text>'
    )


def _stroke(place: int) -> str:
    colour, dashes = palette.of_curve(place)
    dashed = f' stroke-dasharray="{" ".join(f"{length:g}" for length in dashes)}"' if dashes else ""
    return f'class="c{_kind(place)}" stroke="{colour}"{dashed}'


def _kind(place: int) -> int:
    return place % len(palette.CURVES) + 1


def _inert(words: str) -> str:
    return escape(plain(words, SENTENCES_LIMIT))
