"""Strict readers of numbers and parts: what a host prints is read as meant, or refused."""

import math
import re
from collections.abc import Mapping, Sequence

from collectors.contract.errors import NoPermission, UnreadableOutput

_LARGEST = 2**63  # no counter, size or time on a host is beyond it; a float still holds it
_LONGEST = 40  # digits; int() of a longer text is slow, and no kernel prints one
_CERTAIN = 18  # digits that are below 2**63 whatever they are


def whole_number(word: str, line: str = "") -> int:
    """The whole number `word` is, at most 2**63 either way; `line` is shown when it is none.

    Raises `UnreadableOutput` for signs other than a leading `-`, underscores, non-ASCII digits, fractions.
    """
    if len(word) <= _CERTAIN and word.isdecimal() and word.isascii():
        return int(word)
    digits = word.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST):
        raise UnreadableOutput("a whole number", line or word)
    number = int(word)
    if abs(number) > _LARGEST:
        raise UnreadableOutput("a whole number below 2**63", line or word)
    return number


def whole_numbers(words: Sequence[str], line: str = "") -> list[int]:
    """As `whole_number` for each of `words`, in a quarter of the time where they are plain digits, as nearly always."""
    digits = "".join(words)
    if digits.isdecimal() and digits.isascii() and all(words) and max(map(len, words)) <= _CERTAIN:
        return list(map(int, words))
    return [whole_number(word, line) for word in words]


def decimal_number(word: str, line: str = "") -> float:
    """The number `word` is, finite and at most 2**63 either way; `line` is shown when it is none.

    Takes `1`, `-1.5`, `.5`, `1e-06`. Raises `UnreadableOutput` for `nan`, `inf`, underscores, non-ASCII digits.
    """
    if not (word.isascii() and len(word) <= _LONGEST and set(word) <= set("0123456789+-.eE")):
        raise UnreadableOutput("a number", line or word)
    try:
        number = float(word)
    except ValueError:
        raise UnreadableOutput("a number", line or word) from None
    if not math.isfinite(number) or abs(number) > _LARGEST:
        raise UnreadableOutput("a number below 2**63", line or word)
    return number


def blocks(output: str, *required: str) -> Mapping[str, str]:
    """The parts of an output whose probe printed a line `== name` before each, by name, as text.

    What stands before the first such line is the part `""`. A name that comes twice, or one of `required`
    that does not come, raises `UnreadableOutput`.
    """
    # Not splitlines(): a form feed or a Unicode line separator inside a file's name is no new line.
    first, *others = f"\n{output}".split("\n== ")
    parts = {"": first.removeprefix("\n")}
    for other in others:
        name, _, text = other.partition("\n")
        if name.strip() in parts:
            raise UnreadableOutput("each part once", f"== {name}")
        parts[name.strip()] = text
    for name in required:
        if name not in parts:
            raise UnreadableOutput(f"a part {name!r}", output.partition("\n")[0])
    return parts


def pairs(output: str, *required: str) -> Mapping[str, str]:
    """What follows the first word of each line, by that word; blank lines are skipped.

    A word that comes twice, or one of `required` that does not come, raises `UnreadableOutput`.
    """
    found: dict[str, str] = {}
    for line in output.split("\n"):
        key, _, value = line.strip().partition(" ")
        if not key:
            continue
        if key in found:
            raise UnreadableOutput(f"{key!r} once", line)
        found[key] = value.strip()
    for key in required:
        if key not in found:
            raise UnreadableOutput(f"a line {key!r}", output.partition("\n")[0])
    return found


_DENIED = re.compile(r"^== denied (/.*)$", re.MULTILINE)
_PROGRAMS_SHOWN = 3
_LINE_SHOWN = 120  # characters: who needs more prints it


def refuse_denied(output: str) -> None:
    """Raise `NoPermission`, with what `denial` says, where `as_root` was denied a command."""
    if why := denial(output):
        raise NoPermission(why)


def denial(output: str) -> str:
    """What it takes to run the commands `as_root` was denied, with the line for sudoers; empty where it was none.

    A long line is cut: the program is named, and what prints the whole line.
    """
    denied = list(dict.fromkeys(_DENIED.findall(output)))
    if not denied:
        return ""
    programs = list(dict.fromkeys(command.split(" ", 1)[0].rpartition("/")[2] for command in denied))
    named = ", ".join([*programs[:_PROGRAMS_SHOWN], *["..."] * (len(programs) > _PROGRAMS_SHOWN)])
    line = f"LOGIN ALL=(root) NOPASSWD: {', '.join(in_sudoers(command) for command in denied)}"
    if len(line) > _LINE_SHOWN:
        line = line[: _LINE_SHOWN - 4].rpartition(" ")[0] + " ..."
    return f"needs root for {named}: set `sudo: true`, and allow what `rounds sudoers HOST` prints: `{line}`"


def in_sudoers(command: str) -> str:
    """A command and its arguments as sudoers wants them written.

    What separates there, and what would match anything, stands behind a backslash; character classes stay.
    """
    return re.sub(r"([,:=\\*?#])", r"\\\1", command)
