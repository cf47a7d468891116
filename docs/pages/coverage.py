"""The manual clause by clause: which checks carry it out, and what is left to a person."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

from agent.catalogue import catalogue
from agent.coverage import Coverage, coverage
from docs.pages.markdown import joined, table

_INTRODUCTION = """\
# Coverage of the maintenance manual

Every part of every clause, the checks that carry it out, and what is still left to a person. It is made from the line
`Manual` of each check's doc block. `rounds coverage` prints the same, and puts in parentheses what your configuration
does not make. *not applicable* on a host (no RAID controller, no SAN) is said in the report, and never counts as OK.
"""


def pages() -> Mapping[Path, str]:
    """The one page."""
    parts = [_INTRODUCTION]
    for clause, its in groupby(coverage(catalogue()), key=lambda part: part.clause):
        number = f"{clause.clause} " if clause.clause[0].isdigit() else ""
        parts.append(f"## {number}{clause.title.en} · {clause.title.zh}\n\nDue: {clause.due.en}.\n")
        parts.append(table(("Part", "", "Carried out by", "Left to a person"), _rows(its)))
    return {Path("coverage.md"): joined(parts)}


def _rows(parts: Iterator[Coverage]) -> Iterator[tuple[str, ...]]:
    for part in parts:
        checks = ", ".join(f"[{name}](checks/{name}.md)" for name in part.checks)
        done_by = part.part.done_by.en if part.part.done_by else ""
        by_hand = part.part.by_hand.en if part.part.by_hand else ""
        yield part.part.part, part.part.zh, checks or done_by, by_hand
