"""Charts for readers that show nothing but text."""

from checks.contract import State
from exporters.daily.document import CalendarLine, Chart, Curve

_BARS = "▁▂▃▄▅▆▇█"
_STATES = {State.OK: "•", State.WARN: "▲", State.CRIT: "■", State.UNKNOWN: "?", None: "–"}
_GAP = "·"


def sparkline(chart: Chart, curve: Curve) -> str:
    """`▃▃▄▅▇`: one sign for the most of each step, a dot where nothing was measured."""
    return "".join(_GAP if step is None else _BARS[_height(step.most, chart.top)] for step in curve.steps)


def calendar_signs(line: CalendarLine) -> str:
    """`••▲■?–`: one sign for each day."""
    return "".join(_STATES[state] for state in line.states)


def sign(state: State | None) -> str:
    """The sign of one state, for the legend."""
    return _STATES[state]


def _height(value: float, top: float) -> int:
    share = value / top if top > 0 else 0.0
    return min(len(_BARS) - 1, max(0, int(share * len(_BARS))))
