"""The kinds of error a host is known for, and which of them are new."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from collectors.log_lines.kind import kind_of
from collectors.log_lines.line import LogLine
from collectors.log_lines.shown import shown

REMEMBERED = 300
"""How many kinds are carried from look to look."""

FORGOTTEN_AFTER = 30 * 86400.0
"""Seconds after which a kind that did not come again is new again."""

_NUMBER = re.compile(r"[0-9]{3,}")  # as in backup-20261121


@dataclass(frozen=True, slots=True)
class Kind:
    """Errors of a program that differ only in numbers, names and addresses; times are the host's, in epoch seconds.

    `count` is how many came in the last hour. `first_at` is when a new kind was first seen; None when it was there
    already at the first look. `example` is its newest line, shortened, without secrets.
    """

    program: str
    text: str
    example: str
    count: int
    first_at: float | None
    last_at: float


def kinds_in(lines: Iterable[LogLine], recent_after: float) -> tuple[Kind, ...]:
    """The kinds among these lines, the latest first; `first_at` is that of the earliest line."""
    found: dict[tuple[str, str], Kind] = {}
    for line in sorted(lines, key=lambda line: line.at):
        program = _NUMBER.sub("#", shown(line.program, 40))
        text = kind_of(shown(line.message, 400))
        before = found.get((program, text))
        count = (before.count if before else 0) + (line.at > recent_after)
        first_at = before.first_at if before else line.at
        found[program, text] = Kind(program, text, shown(line.message), count, first_at, line.at)
    return _bounded(found)


def known_before(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """The same, none of them new."""
    return tuple(replace(kind, first_at=None) for kind in kinds)


def carried_on(previous: Iterable[Kind], current: Iterable[Kind], now: float) -> tuple[Kind, ...]:
    """The kinds of now, as old as they were known before, and those of before that did not come again."""
    known = {(kind.program, kind.text): kind for kind in previous if now - kind.last_at < FORGOTTEN_AFTER}
    for kind in current:
        before = known.get((kind.program, kind.text))
        known[kind.program, kind.text] = replace(kind, first_at=before.first_at) if before else kind
    seen_now = {(kind.program, kind.text) for kind in current}
    return _bounded({key: kind if key in seen_now else replace(kind, count=0) for key, kind in known.items()})


def _bounded(kinds: Mapping[tuple[str, str], Kind]) -> tuple[Kind, ...]:
    return tuple(sorted(kinds.values(), key=lambda kind: (-kind.last_at, kind.program, kind.text))[:REMEMBERED])
