"""Charts as PNG: the same bytes each time, at twice their size, loaded only when one is drawn."""

import io
import subprocess
import sys
from dataclasses import replace

from PIL import Image

from checks.contract import State
from exporters import charts
from tests.exporters.charts.sample import calendar, chart, curve


def image(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def test_the_same_chart_gives_the_same_bytes() -> None:
    for picture in (chart(), calendar()):
        assert charts.png(picture) == charts.png(picture)
    assert charts.png(chart()) != charts.png(chart(curve("db-01", 0.3)))


def test_it_is_twice_as_large_as_it_stands_in_a_page() -> None:
    for picture in (chart(), calendar()):
        width, height = charts.size(picture)
        assert image(charts.png(picture)).size == (2 * width, 2 * height)


def test_names_do_not_change_the_picture() -> None:
    """They stand beside it: no type for them need be on the machine."""
    assert charts.png(chart(curve("甲", 0.5))) == charts.png(chart(curve("<b>$x^2$", 0.5)))
    assert charts.png(calendar("甲")) == charts.png(calendar("乙"))


def test_what_is_drawn_is_there() -> None:
    colours = set(image(charts.png(calendar())).get_flattened_data())
    assert {(0xB3, 0x26, 0x1E), (0xB5, 0x76, 0x00), (0x3A, 0x9D, 0x6E)} <= colours
    calm = replace(calendar(), lines=calendar().lines[1:])
    assert all(state is State.OK for line in calm.lines for state in line.states)
    assert (0xB3, 0x26, 0x1E) not in set(image(charts.png(calm)).get_flattened_data())


def test_nothing_is_loaded_before_a_picture_is_drawn() -> None:
    code = "import sys, exporters.charts, exporters.daily; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
