"""What the askers of file systems told, line by line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from collectors.contract import UnreadableOutput
from collectors.contract.reading import decimal_number, whole_number

TICKS_PER_SECOND = 100
"""In which the kernel tells when a process began."""

_ANSWER = re.compile(r"([0-9]+) ([0-9]{1,20}) ([0-9]{1,20}) ([0-9]{1,20}) ([0-9]{1,20})")


@dataclass(frozen=True, slots=True)
class Told:
    """By the number of the mount: its line of the table, since which uptime an asker hangs, and the answer to this one.

    An answer is a block size and how many blocks there are, are free, and are available to an ordinary user. `late`
    says that not all ended in time.
    """

    uptime_seconds: float
    asked: Mapping[str, str]
    automounted: tuple[str, ...]
    hanging_since: Mapping[str, float]
    answers: Mapping[str, tuple[int, int, int, int]]
    errors: Mapping[str, str]
    late: bool


def told(output: str) -> Told:
    """Raises `UnreadableOutput`."""
    lines: dict[str, list[str]] = {word: [] for word in ("uptime", "mount", "automounted", "asker", "answer", "error")}
    for line in output.split("\n"):
        word, _, rest = line.partition(" ")
        if word in lines:
            lines[word].append(rest)
        elif line not in ("", "late"):
            raise UnreadableOutput("a mount, or an answer of stat -f", line)
    if len(lines["uptime"]) != 1:
        raise UnreadableOutput("the uptime", output.partition("\n")[0])
    return Told(
        uptime_seconds=decimal_number(lines["uptime"][0]),
        asked={line.partition(" ")[0]: line for line in lines["mount"]},
        automounted=tuple(lines["automounted"]),
        hanging_since=dict(map(_asker, lines["asker"])),
        answers=dict(map(_answer, lines["answer"])),
        errors=dict(map(_error, lines["error"])),
        late="\nlate" in output,
    )


def _asker(words: str) -> tuple[str, float]:
    """Line of /proc/PID/stat and its arguments."""
    fields, number = words.split(" "), words.rpartition(" -f -c answer ")[2].partition(" ")[0]
    if len(fields) < 22:
        raise UnreadableOutput("a process that asks", words)
    return number, whole_number(fields[21], words) / TICKS_PER_SECOND


def _answer(words: str) -> tuple[str, tuple[int, int, int, int]]:
    match = _ANSWER.fullmatch(words)
    if match is None:
        raise UnreadableOutput("a block size and three counts of blocks", words)
    return match[1], (int(match[2]), int(match[3]), int(match[4]), int(match[5]))


def _error(words: str) -> tuple[str, str]:
    """`45 stat: cannot read file system information for '/srv/share': Stale file handle`."""
    number, _, message = words.partition(" ")
    return number, message.rpartition(": ")[2]
