"""The templates: whatever they print is made inert first, and then escaped."""

from collections.abc import Callable

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from exporters.daily.inert import SENTENCES_LIMIT, plain


def _short(text: str) -> str:
    return plain(text, SENTENCES_LIMIT)


def environment(inert: Callable[[str], str] = _short) -> Environment:
    """A new environment. `inert` takes from a text what steers a reader's eye; our own markup stays as it is."""

    def finalize(value: object) -> object:
        return inert(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    return Environment(
        loader=PackageLoader("exporters"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
