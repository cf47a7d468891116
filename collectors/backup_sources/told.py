"""Reads off what every tool tells in the same words: what it could not see."""

from collections.abc import Sequence

from collectors.backup_sources.copies import Obstacle, Obstruction

_LONGEST = 200  # characters of a tool's own words
_DENIED = "== denied "


def told_by_lines(lines: Sequence[str]) -> tuple[tuple[Obstruction, ...], tuple[str, ...]]:
    """What stood in the way, each once, and the other lines, without empty ones."""
    found: dict[Obstruction, None] = {}
    others = []
    for line in lines:
        word, _, rest = line.partition(" ")
        if line.startswith(_DENIED):
            found[Obstruction(Obstacle.DENIED, line.removeprefix(_DENIED)[:_LONGEST])] = None
        elif word in (Obstacle.ABSENT, Obstacle.CLOSED, Obstacle.FAILED) and rest.strip():
            found[Obstruction(Obstacle(word), rest.strip()[:_LONGEST])] = None
        elif line:
            others.append(line)
    return tuple(found), tuple(others)
