"""The daily log as HTML. Templates see a `Document`; whatever they print is made inert first."""

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from exporters.daily.document import Document
from exporters.daily.inert import SENTENCES_LIMIT, plain


def page(documents: Sequence[Document]) -> str:
    """One self-contained page: nothing is loaded from anywhere, and there is no script."""
    return _environment().get_template("daily.html.j2").render(documents=documents)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("exporters"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_inert,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _inert(value: object) -> object:
    """Strings lose what steers a reader's eye; escaping follows by itself. Our own markup stays."""
    return plain(value, SENTENCES_LIMIT) if isinstance(value, str) and not isinstance(value, Markup) else value
