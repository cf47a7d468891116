"""Headers of a mail that every client reads the same: short ASCII lines, whatever their text holds.

A person's words become encoded words (RFC 2047) cut between characters. A file's name is written the three ways that
clients look for it: whole by RFC 2231, whole as encoded words, and as a plain ASCII name.
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from email.utils import parseaddr
from urllib.parse import quote

from exporters.daily.inert import plain

LINE_END = "\r\n"
_WIDTH = 76
_FRAME = len("=?utf-8?B??=")
_LONGEST = 400
_LONGEST_STEM = 80
_UNQUOTED = "!#$&+^`|~"
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*%]+')


def text(name: str, value: str) -> str:
    """A header of a person's words."""
    value = plain(value, _LONGEST)
    column = len(name) + 2
    if value.isascii() and "=?" not in value:
        return f"{name}: {_folded(value, column)}"
    return f"{name}: {_encoded(value, column)}"


def addresses(name: str, values: Sequence[str]) -> str:
    """A header of mail addresses such as `值班 <duty@example.org>`, each on a line of its own."""
    return f"{name}: " + f",{LINE_END} ".join(_address(value, len(name) + 2) for value in values)


def content_type(kind: str, name: str) -> str:
    """`Content-Type` of a file, with its name as Outlook and older clients look for it."""
    label = _quoted(name) if name.isascii() else f'"{_encoded(name, 7)}"'
    return f"Content-Type: {kind};{LINE_END} name={label}"


def disposition(kind: str, name: str, fallback: str) -> str:
    """`Content-Disposition` of a file: `fallback` is its name in ASCII, for clients that know no other."""
    names = [f"filename={_quoted(fallback)}"]
    if name != fallback:
        # On one line, and first: few clients put a name in pieces together, and some take the first they meet.
        names.insert(0, f"filename*=utf-8''{quote(name, safe=_UNQUOTED)}")
    return f";{LINE_END} ".join([f"Content-Disposition: {kind}", *names])


def file_name(stem: str, suffix: str) -> str:
    """A name that every file system takes: no folder, nothing invisible, not too long."""
    words = " ".join(_NOT_IN_NAMES.sub(" ", plain(stem, _LONGEST)).split())
    return f"{words[:_LONGEST_STEM].strip('. ') or 'report'}{suffix}"


def _address(value: str, column: int) -> str:
    display, bare = parseaddr(value)
    if not display:
        return bare
    display = plain(display, _LONGEST)
    named = _quoted(display) if display.isascii() and "=?" not in display else _encoded(display, column)
    return f"{named}{LINE_END} <{bare}>"


def _quoted(value: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", plain(value, _LONGEST)) + '"'


def _folded(value: str, column: int) -> str:
    """ASCII words over as many lines as they need."""
    lines = [""]
    for word in value.split(" "):
        if lines[-1] and column + len(lines[-1]) + 1 + len(word) > _WIDTH:
            lines.append(word)
            column = 1
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    return f"{LINE_END} ".join(lines)


def _encoded(value: str, column: int) -> str:
    """Encoded words, one on each line; what parts two of them is no part of the text."""
    words = (b64encode(chunk).decode("ascii") for chunk in _chunks(value, column))
    return f"{LINE_END} ".join(f"=?utf-8?B?{word}?=" for word in words)


def _chunks(value: str, column: int) -> Iterator[bytes]:
    """UTF-8 of whole characters, as much of it as fits each line."""
    chunk, room = b"", (_WIDTH - _FRAME - column) // 4 * 3
    for letter in value:
        encoded = letter.encode("utf-8")
        if len(chunk) + len(encoded) > room:
            yield chunk
            chunk, room = b"", (_WIDTH - _FRAME - 1) // 4 * 3
        chunk += encoded
    yield chunk
