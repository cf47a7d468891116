"""The daily log as HTML. Templates see a `Document`; whatever they print is made inert first."""

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from checks.contract import State
from exporters import charts
from exporters.daily.document import Calendar, CalendarLine, Chart, Document
from exporters.daily.templates import environment
from exporters.daily.unbroken import host_name, pieces


def page(documents: Sequence[Document]) -> str:
    """One self-contained page: nothing is loaded from anywhere, and there is no script."""
    return _environment().get_template("daily.html.j2").render(documents=documents)


@cache
def _environment() -> Environment:
    made = environment()
    made.globals |= {"svg": _svg, "swatch": _swatch, "strip": _strip, "day_numbers": _day_numbers, "key": _key}
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
