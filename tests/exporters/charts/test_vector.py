"""Charts as SVG: well-formed, inert, told in words too."""

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from exporters import charts
from exporters.charts.layout import HEIGHT, LINE_HEIGHT, WIDTH, ends
from exporters.daily.document import Stretch
from tests.exporters.charts.sample import calendar, chart, curve
from tests.exporters.daily.test_inert import HOSTILE


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)


def test_a_gap_is_not_bridged_and_an_hour_alone_is_seen() -> None:
    lines = re.findall(r'<polyline points="([^"]+)"', charts.svg(chart()))
    assert len(lines) == 2 + 3 + 1
    assert all(len(line.split()) >= 2 for line in lines)


def test_it_is_told_in_words() -> None:
    root = parsed(charts.svg(chart()))
    assert root.get("role") == "img"
    assert root.findtext("title") == "磁盘使用率"
    assert "1: db-01 /var peak 93.2 %" in (root.findtext("desc") or "")
    told = parsed(charts.strip(calendar(), calendar().lines[0])).findtext("desc")
    assert told == "normal 20/28, 11-19 warning, 11-20 critical, 11-21 not checked"


def test_numbers_of_curves_that_end_together_do_not_stand_on_each_other() -> None:
    crowd = chart(*(curve(f"h{n}", 0.95) for n in range(5)))
    heights = sorted(y for _, _, y in ends(crowd))
    assert all(after - before >= LINE_HEIGHT - 0.01 for before, after in pairwise(heights))
    low = chart(*(curve(f"h{n}", 0.0) for n in range(5)))
    assert all(0 < y < HEIGHT for _, _, y in (*ends(crowd), *ends(low)))


def test_names_stand_beside_the_picture_not_in_it() -> None:
    root = parsed(charts.svg(chart()))
    drawn = "".join(text.text or "" for text in root.iter("text"))
    assert drawn.isascii()
    assert "db" not in drawn


def test_hostile_names_are_inert() -> None:
    for name in HOSTILE:
        for text in (charts.svg(chart(curve(name, 0.5))), charts.strip(calendar(name), calendar(name).lines[0])):
            root = parsed(text)
            assert {element.tag for element in root.iter()} <= {
                "svg", "title", "desc", "line", "text", "polygon", "polyline", "rect", "circle",
            }  # fmt: skip
            assert "\u202e" not in text


numbers = st.floats(allow_nan=False, allow_infinity=False)
steps = st.lists(st.none() | st.builds(Stretch, numbers, numbers, numbers), min_size=1, max_size=30)


@given(steps, numbers, st.none() | numbers)
def test_whatever_was_measured_stays_within_the_picture(given_steps: list[Stretch | None], top: float, warn) -> None:
    odd = replace(curve("x", 0.5), steps=tuple(given_steps))
    ticks = tuple(f"{hour % 24:02d}" for hour in range(len(given_steps)))
    text = charts.svg(replace(chart(odd), ticks=ticks, top=top, warn=warn))
    for points in re.findall(r'points="([^"]*)"', text):
        for point in points.split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT
    parsed(text)


def test_no_curve_is_an_empty_picture() -> None:
    parsed(charts.svg(replace(chart(), curves=())))
    parsed(charts.svg(replace(chart(), ticks=(), curves=(replace(curve("x", 0.5), steps=()),))))
