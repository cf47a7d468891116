"""The daily log and the mail as HTML. Templates see a `Document`; whatever they print is made inert first."""

from collections.abc import Sequence
from functools import cache

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from exporters.daily.document import Document
from exporters.daily.inert import SENTENCES_LIMIT, plain


def page(documents: Sequence[Document]) -> str:
    """One self-contained page: nothing is loaded from anywhere, and there is no script."""
    return _environment().get_template("daily.html.j2").render(documents=documents)


def mail(documents: Sequence[Document]) -> str:
    """The page for mail readers: styles stand at each element, because many drop a style sheet."""
    text = _environment().get_template("mail.html.j2").render(documents=documents)
    inliner = css_inline.CSSInliner(
        keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False, keep_link_tags=False
    )
    return inliner.inline(text)


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
