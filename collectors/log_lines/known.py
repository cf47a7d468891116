"""The kinds of error a host is known for, and which of them are new."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from collectors.log_lines.kind import kind_of
from collectors.log_lines.line import LogLine
from collectors.log_lines.shown import shown

REMEMBERED = 300
"""How many kinds are carried from look to look."""

FORGOTTEN_AFTER = 184 * 86400.0
"""Seconds after which a kind that did not come again is new again: servers are started anew twice a year at least."""

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
    by_kind: dict[tuple[str, str], list[LogLine]] = {}
    for line in lines:
        by_kind.setdefault((line.program, kind_of(line.message)), []).append(line)
    found: dict[tuple[str, str], Kind] = {}
    for (program, text), alike in by_kind.items():
        latest = max(alike, key=lambda line: line.at)
        kind = Kind(
            program=_NUMBER.sub("#", shown(program, 40)),
            text=shown(text),
            example=shown(latest.message),
            count=sum(line.at > recent_after for line in alike),
            first_at=min(line.at for line in alike),
            last_at=latest.at,
        )
        known = found.get((kind.program, kind.text))
        found[kind.program, kind.text] = _joined(known, kind) if known else kind
    return _bounded(found)


def _joined(one: Kind, another: Kind) -> Kind:
    """Of two that differed only in what is not shown."""
    latest = max(one, another, key=lambda kind: kind.last_at)
    first_at = min(at for at in (one.first_at, another.first_at) if at is not None)
    return replace(latest, count=one.count + another.count, first_at=first_at)


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
