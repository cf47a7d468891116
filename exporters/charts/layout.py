"""Where things stand in a picture, the same in every format. Lengths are in pixels of the page."""

from collections.abc import Iterator, Sequence

from checks.contract import Unit
from exporters.daily.document import Chart, Curve, Stretch

WIDTH, HEIGHT = 440.0, 160.0
LEFT, RIGHT, TOP, BOTTOM = 42.0, 20.0, 8.0, 20.0

LINE_HEIGHT = 12.0
"""Numbers closer than this would stand on each other."""

HOURS_NAMED = 8
"""About so many hours are written under the axis."""

CELL = 14.0
"""Width and height of one day in a calendar."""

Run = list[tuple[int, Stretch]]
"""Steps that follow each other without a gap, with their places."""


def across(chart: Chart, step: int) -> float:
    """The middle of a step."""
    return LEFT + (WIDTH - LEFT - RIGHT) * (step + 0.5) / max(1, len(chart.ticks))


def border(chart: Chart, step: int) -> float:
    """Where a step begins."""
    return LEFT + (WIDTH - LEFT - RIGHT) * step / max(1, len(chart.ticks))


def up(chart: Chart, value: float) -> float:
    """The height of a value, from the top edge; what is beyond the scale stands at its end."""
    share = min(1.0, max(0.0, value / chart.top if chart.top > 0 else 0.0))
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)


def runs(curve: Curve) -> Iterator[Run]:
    """The stretches of a curve between its gaps."""
    run: Run = []
    for place, step in enumerate(curve.steps):
        if step is not None:
            run.append((place, step))
        elif run:
            yield run
            run = []
    if run:
        yield run


def hours(chart: Chart) -> list[tuple[int, str]]:
    """The hours that are written under the axis, with their places."""
    every = max(1, -(-len(chart.ticks) // HOURS_NAMED))
    return [(place, tick) for place, tick in enumerate(chart.ticks) if place % every == 0]


def scale(chart: Chart) -> list[tuple[float, str]]:
    """The values written beside the axis: both ends, the middle, and the levels before them all."""
    wanted = [level for level in (chart.crit, chart.warn) if level is not None and 0 < level <= chart.top]
    for value in (0.0, chart.top, chart.top / 2):
        if all(abs(up(chart, value) - up(chart, other)) >= LINE_HEIGHT for other in wanted):
            wanted.append(value)
    return [(value, short(value, chart.unit)) for value in sorted(wanted)]


def short(value: float, unit: Unit) -> str:
    """A value of the scale in a few signs."""
    return f"{value * 100:.3g} %" if unit is Unit.RATIO else f"{value:.3g}"


def ends(chart: Chart) -> list[tuple[int, float, float]]:
    """Where the number of each curve stands, at its last step: place of the curve, across and up, none on another."""
    found = []
    for place, curve in enumerate(chart.curves):
        last = next((n for n in range(len(curve.steps) - 1, -1, -1) if curve.steps[n] is not None), None)
        step = None if last is None else curve.steps[last]
        if last is not None and step is not None:
            found.append((place, across(chart, last) + 8, up(chart, step.mean)))
    return _apart(found)


def _apart(found: Sequence[tuple[int, float, float]]) -> list[tuple[int, float, float]]:
    """From the bottom up, each pushed just as far as it must be, and all pushed down again from the top edge."""
    placed: list[tuple[int, float, float]] = []
    below = HEIGHT - BOTTOM + LINE_HEIGHT
    for place, x, y in sorted(found, key=lambda one: -one[2]):
        below = min(y, below - LINE_HEIGHT)
        placed.append((place, x, below))
    above = TOP - LINE_HEIGHT
    settled = []
    for place, x, y in reversed(placed):
        above = max(y, above + LINE_HEIGHT)
        settled.append((place, x, above))
    return sorted(settled)
