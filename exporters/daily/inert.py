"""Text that hosts wrote, made harmless: no control characters, no invisible ones, no endless lines."""

import re
import unicodedata

TEXT_LIMIT = 400
"""Characters of one piece of text that reach a reader; the JSON record has the rest."""

SENTENCES_LIMIT = 4000
"""The same for what we wrote ourselves around such pieces."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKDOWN = re.compile(r"[\\`*\[\]<>#|~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|(?<=[A-Za-z])(?=://)|(?<=www)(?=\.)")
_LINE_START = re.compile(r"^(\d{1,9}(?=[.)](\s|$))|(?=[-+=:]))")


def plain(text: str, limit: int = TEXT_LIMIT) -> str:
    """One line of visible characters: what steers a terminal, a reader's eye or a file becomes `\\u001b`."""
    if len(text) <= limit and text.isprintable() and "  " not in text:
        return text.strip()  # nearly all texts, and reports have hundreds of thousands
    one_line = re.sub(r"[ \t\r\n]+", " ", text).strip()
    if len(one_line) > limit:
        one_line = one_line[: limit - 1] + "…"
    return one_line if one_line.isascii() and one_line.isprintable() else visible(one_line)


def visible(text: str) -> str:
    """`text` with each invisible character written as its number. Line ends count as invisible."""
    return "".join(_escaped(c) if unicodedata.category(c) in _INVISIBLE else c for c in text)


def markdown(text: str, limit: int = TEXT_LIMIT) -> str:
    """One line that Markdown shows as it is: no markup, no table cell's end, no HTML, no link."""
    escaped = _MARKDOWN.sub(lambda match: "\\" + match[0], plain(text, limit))
    return _LINE_START.sub(lambda match: match[0] + "\\", escaped)


def _escaped(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
