"""The daily log as HTML. Templates see a `Document`; whatever they print is made inert first."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment
from markupsafe import Markup

from checks.contract import State
from checks.contract.text import Language
from exporters import charts
from exporters.daily.document import Calendar, CalendarLine, Chart, Document
from exporters.daily.templates import environment
from exporters.daily.unbroken import host_name, pieces

if TYPE_CHECKING:
    from exporters.paper.letterhead import Letterhead


def page(documents: Sequence[Document], letterheads: "Mapping[Language, Letterhead] | None" = None) -> str:
    """One self-contained page: nothing is loaded from anywhere, and there is no script."""
    template = _environment().get_template("daily.html.j2")
    return template.render(documents=documents, letterheads=letterheads or {})


@cache
def _environment() -> Environment:
    made = environment()
    made.globals |= {"svg": _svg, "swatch": _swatch, "strip": _strip, "day_numbers": _day_numbers, "key": _key}
    made.filters["literally"] = Markup  # a data URL of base64: longer than any text, and without a character to escape
    made.globals |= {"host_name": host_name, "pieces": pieces}
    return made


# What these return is our own markup: names in it are escaped where it is made.
def _svg(chart: Chart) -> Markup:
    return Markup(charts.svg(chart))


def _swatch(place: int) -> Markup:
    return Markup(charts.swatch(place))


def _strip(calendar: Calendar, line: CalendarLine) -> Markup:
    return Markup(charts.strip(calendar, line))


def _day_numbers(calendar: Calendar) -> Markup:
    return Markup(charts.day_numbers(calendar))


def _key(state: State | None) -> Markup:
    return Markup(charts.key(state))
