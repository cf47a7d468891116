"""Charts in plain text."""

from dataclasses import replace

from checks.contract import Unit
from exporters import charts
from exporters.daily.document import Chart, Curve, Stretch
from tests.exporters.charts.sample import calendar, chart


def test_a_sparkline_goes_from_nothing_to_the_top_and_shows_gaps() -> None:
    steps = tuple(None if n == 4 else Stretch(n / 8, n / 8, n / 8) for n in range(9))
    one = Chart("x", Unit.RATIO, tuple("012345678"), (Curve("a", "", "", steps),), 1.0)
    assert charts.sparkline(one, one.curves[0]) == "▁▂▃▄·▆▇██"


def test_values_beyond_the_scale_stand_at_its_end() -> None:
    steps = (Stretch(-1, -1, -1), Stretch(9, 9, 9))
    one = replace(chart(), curves=(Curve("a", "", "", steps),))
    assert charts.sparkline(one, one.curves[0]) == "▁█"
    assert charts.sparkline(replace(one, top=0.0), one.curves[0]) == "▁▁"


def test_a_calendar_has_a_sign_for_each_state() -> None:
    assert charts.calendar_signs(calendar().lines[0]) == "–" * 5 + "•" * 20 + "▲■?"
