"""What the maintenance manual asks, and which checks carry it out: clause by clause, with what is left to a person."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from agent.catalogue import Catalogue
from checks.contract import Text


class Part(BaseModel):
    """One thing that a clause asks to be looked at. `part` is its English name, `zh` its Chinese one.

    `by_hand` is what is left to a person, `done_by` what carries it out where that is no check.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    part: str
    zh: str
    by_hand: Text | None = None
    done_by: Text | None = None


class Clause(BaseModel):
    """A clause of the manual: its number, its title, how often it is due."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clause: str
    title: Text
    due: Text
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """A part of a clause, and the names of the checks that carry it out."""

    clause: Clause
    part: Part
    checks: tuple[str, ...]

    @property
    def name(self) -> str:
        """How a doc block names the part: `2.1 CPU`."""
        return f"{self.clause.clause} {self.part.part}"


@cache
def manual() -> tuple[Clause, ...]:
    """The manual's clauses, in its order."""
    text = files("agent").joinpath("manual.yaml").read_text("utf-8")
    return TypeAdapter(tuple[Clause, ...]).validate_python(yaml.safe_load(text))


def coverage(catalogue: Catalogue) -> tuple[Coverage, ...]:
    """Every part of every clause, with the checks whose doc block names it."""
    claims: dict[str, list[str]] = {}
    for check, named in claimed(catalogue).items():
        for part in named:
            claims.setdefault(part, []).append(check)
    return tuple(
        Coverage(clause, part, tuple(claims.get(f"{clause.clause} {part.part}", ())))
        for clause in manual()
        for part in clause.parts
    )


def claimed(catalogue: Catalogue) -> Mapping[str, tuple[str, ...]]:
    """The parts of the manual that each check names in its doc block, whether or not they exist."""
    return {name: tuple(_parts(plugin.doc_block.get("Manual", ""))) for name, plugin in catalogue.checks.items()}


def _parts(line: str) -> Iterator[str]:
    for words in line.split(";"):
        if re.match(r"\d|other manuals ", named := words.strip()):
            yield named
