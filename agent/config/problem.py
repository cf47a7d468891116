"""What is wrong with a configuration, and where."""

import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_KEYS_SHOWN = 12

Keys = tuple[str | int, ...]
"""The way to a place in the file: `("hosts", 1, "port")`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `line` and `column` count from 1; None: the file as a whole."""

    file: Path
    line: int | None
    column: int | None
    key: str
    message: str

    def __str__(self) -> str:
        place = str(self.file) if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class ConfigError(Exception):
    """The configuration cannot be used. `problems` holds all that was found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(dict.fromkeys(problems), key=_order))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def _order(problem: Problem) -> tuple[int, int, str, str]:
    return problem.line or 0, problem.column or 0, problem.key, problem.message


def key_text(keys: Keys) -> str:
    """`hosts[1].port`; a key that is not a plain word stands in quotes."""
    text = ""
    for key in keys:
        if isinstance(key, int):
            text += f"[{key}]"
            continue
        word = key if re.fullmatch(r"[\w-]{1,80}", key) else json.dumps(key[:80], ensure_ascii=False)
        text += f".{word}" if text else word
    return text


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """`, did you mean "port"?`, or what there is when nothing is near and the list is short."""
    names = sorted(known)
    near = difflib.get_close_matches(written[:80], names, n=1, cutoff=0.6)
    near = near or [name for name in names if len(written) >= 3 and name.startswith(written)]
    if near:
        return f', did you mean "{near[0]}"?'
    return f"; known here: {', '.join(names)}" if 0 < len(names) <= 24 else ""


def keys_below(known: Iterable[str]) -> str:
    """` (warn, crit)`: the keys that may stand at a place, in their order; those of a long list not all."""
    names = list(known)
    more = ["..."] if len(names) > _KEYS_SHOWN else []
    return f" ({', '.join([*names[:_KEYS_SHOWN], *more])})" if names else ""
