"""Names in HTML that are broken where a reader would break them, and nowhere else."""

from markupsafe import Markup, escape

from exporters.daily.inert import SENTENCES_LIMIT, plain

LONGEST = 28
"""Characters that may stand on one line, however narrow their column is; what is longer is broken anywhere."""


def host_name(name: str) -> Markup:
    """A server's name, which is broken after its dots."""
    labels = plain(name, SENTENCES_LIMIT).split(".")
    return _kept(labels, Markup(".<wbr>")) if _are_short(labels) else escape(".".join(labels))


def pieces(note: str) -> Markup:
    """A note, each piece of which stays whole: `门户 · 192.0.2.11 · 机房 A-3`."""
    found = plain(note, SENTENCES_LIMIT).split(" · ")
    if len(found) == 1 or not _are_short(found):
        return escape(" · ".join(found))
    return Markup(" · ").join(_kept([piece], Markup()) for piece in found)


def _are_short(words: list[str]) -> bool:
    return all(len(word) <= LONGEST for word in words)


def _kept(words: list[str], between: Markup) -> Markup:
    return Markup('<span class="whole">{}</span>').format(between.join(words))
