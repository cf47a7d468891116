"""Briefs as what a mail shows: text, HTML with its styles at the elements, and the pictures that the HTML names."""

import hashlib
from collections.abc import Sequence
from functools import cache

import css_inline
from jinja2 import Environment

from checks.contract import Text
from checks.contract.text import Language
from exporters.contract import DayRecord
from exporters.daily.inert import plain
from exporters.daily.templates import environment
from exporters.daily.words import chinese
from exporters.post import plaintext
from exporters.post.brief import Brief, Illustration
from exporters.post.digest import MOST_SERVERS, digest
from exporters.post.message import Body, Picture

PREHEADER = 140
"""Letters of the conclusion that a list of mails shows beside the subject."""


LARGEST_HTML = 98_000
"""Bytes of a mail's HTML that mail programs show whole; Gmail cuts off what is beyond 102 KB."""

FEWER_SERVERS = (MOST_SERVERS, 5, 2)
"""Servers whose problems are told, as long as there is room."""


def body_of(day: DayRecord, languages: Sequence[Language], remarks: Sequence[Text] = ()) -> Body:
    """The day's digest, one language after the other. `remarks` are about the mail itself, such as what is left out."""
    for most in FEWER_SERVERS:
        body = shown([digest(day, language, most) for language in languages], remarks)
        if len(body.html.encode("utf-8")) <= LARGEST_HTML:
            break
    return body


def shown(briefs: Sequence[Brief], remarks: Sequence[Text] = ()) -> Body:
    """Briefs one after the other."""
    texts = [plaintext.page(brief) for brief in briefs]
    said = [chinese(remark.in_language(brief.language)) for brief in briefs for remark in remarks]
    html = _environment().get_template("mail.html.j2").render(
        briefs=briefs, remarks=said, preheader=_preheader(briefs[0])
    )  # fmt: skip
    inliner = css_inline.CSSInliner(
        keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False, keep_link_tags=False
    )
    return Body("\n\n".join([*texts, *(plain(remark) for remark in said)]), inliner.inline(html), _pictures(briefs))


def _preheader(brief: Brief) -> str:
    return ("" if brief.language == "zh" else " ").join(brief.conclusion)[:PREHEADER]


def _pictures(briefs: Sequence[Brief]) -> tuple[Picture, ...]:
    """Every picture once, although two languages show it."""
    blocks = (block for brief in briefs for section in brief.sections for block in section.blocks)
    found = {cid(block): block.png for block in blocks if isinstance(block, Illustration)}
    return tuple(Picture(name, content) for name, content in found.items())


def tags(languages: Sequence[Language]) -> tuple[str, ...]:
    """The languages as headers and HTML call them."""
    return tuple("zh-CN" if language == "zh" else "en" for language in languages)


def cid(illustration: Illustration) -> str:
    """The name of a picture in its mail, made from what it shows."""
    return f"{hashlib.sha256(illustration.png).hexdigest()[:16]}@rounds"


@cache
def _environment() -> Environment:
    made = environment()
    made.filters["cid"] = cid
    return made
