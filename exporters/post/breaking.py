"""Where lines of plain text end, and how a long name is shortened: ideographs take two columns, and part anywhere."""

import re
from collections.abc import Iterator

from exporters.workbook.widths import text_width

_WIDE = (
    "\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\U00020000-\U0003fffd"
)
_OPENING, _CLOSING = "（《〈“「『【", "，。；：！？、）》〉”」』】"
# A number stays with its unit; no line begins with what closes, nor ends with what opens.
_WORD = rf"(?:[\d.]+ (?:%|[{_WIDE}]{{1,2}})|[^\s{_WIDE}]+|[{_WIDE}])"
_PIECES = re.compile(rf"(\s*)([{_OPENING}]*{_WORD}[{_CLOSING}]*)")


def wrapped(text: str, width: int, bullet: str = "") -> list[str]:
    """Lines of at most `width` columns, at least one; all after the first are indented as far as `bullet`."""
    indent = " " * len(bullet)
    lines, line = [], ""
    for gap, piece in _PIECES.findall(text):
        for number, part in enumerate(_cut(piece, width - len(bullet))):
            longer = line + (gap if number == 0 else "") + part if line else part
            if line and text_width(longer) > width - len(bullet):
                lines.append(line)
                longer = part
            line = longer
    return [f"{indent if place else bullet}{line}" for place, line in enumerate([*lines, line])]


def abridged(name: str, width: int) -> str:
    """The name in at most `width` columns: what is too long loses its middle, since both ends tell it from others."""
    if text_width(name) <= width:
        return name
    half = (width - 1) // 2
    head, tail = next(_cut(name, half)), next(_cut(name[::-1], half))[::-1]
    return f"{head.rstrip()}…{tail.lstrip()}"


def _cut(word: str, width: int) -> Iterator[str]:
    """The word in parts that fit a line: nearly always whole."""
    while text_width(word) > width:
        fits = width // 2
        while fits < len(word) and text_width(word[: fits + 1]) <= width:
            fits += 1
        yield word[:fits]
        word = word[fits:]
    yield word
