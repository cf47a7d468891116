"""Validates nodes against pydantic models, and says what is wrong in a person's words, at its line."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from agent.config.document import Node
from agent.config.kept import SECRET_WORDS
from agent.config.problem import Keys, Problem, did_you_mean, key_text, keys_below
from agent.config.shapes import known_keys

M = TypeVar("M", bound=BaseModel)

_WORDS = {
    "string_type": "expected text",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "float_parsing": "expected a number",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "path_type": "expected a path",
    "tuple_type": "expected a list, such as [one, two]",
    "list_type": "expected a list, such as [one, two]",
    "set_type": "expected a list, such as [one, two]",
    "frozen_set_type": "expected a list, such as [one, two]",
}
_OF_A_MAPPING = ("dict_type", "mapping_type", "model_type", "model_attributes_type")


def validate(
    model: type[M], node: Node, file: Path, problems: list[Problem], *, also_known: Iterable[str] = ()
) -> M | None:
    """An instance made from `node`; or None, and what is wrong added to `problems`.

    `also_known` are further keys to suggest for an unknown one at the top.
    """
    try:
        return model.model_validate(node.plain())
    except ValidationError as error:
        found = error.errors(include_url=False)
        problems += [
            _problem(model, node, file, one, also_known) for one in found if not _follows_from_another(one, found)
        ]
        return None


def _follows_from_another(details: ErrorDetails, found: list[ErrorDetails]) -> bool:
    """Whether this is only said because of another error: a list is short of the entries that are wrong, say."""
    if details["type"] == "too_short":
        depth = len(details["loc"])
        return any(len(other["loc"]) > depth and other["loc"][:depth] == details["loc"] for other in found)
    return details["type"] == "default_factory_not_called"


def _problem(
    model: type[BaseModel], node: Node, file: Path, details: ErrorDetails, also_known: Iterable[str]
) -> Problem:
    keys, line, column = locate(node, details["loc"], missing=details["type"] == "missing")
    if details["type"] == "extra_forbidden":
        more = also_known if len(details["loc"]) == 1 else ()
        known = {*known_keys(model, details["loc"][:-1]), *more}
        message = unknown_key(str(details["loc"][-1]), known)
    elif details["type"] in _OF_A_MAPPING:
        message = wants_keys(known_keys(model, details["loc"]), details.get("input"))
    else:
        message = _words(details)
    return Problem(file, line or None, column or None, key_text(keys), message)


def locate(node: Node, loc: Keys, *, missing: bool = False) -> tuple[Keys, int, int]:
    """The keys, line and column of what pydantic calls `loc`; what is not in the file stands where its parent does."""
    placed, rest = node, list[str | int]()
    here = node
    for step in loc:
        child: Node | None = None
        if isinstance(step, str):
            child = here.children.get(step)
        elif 0 <= step < len(here.entries):
            child = here.entries[step]
        if child is None:  # the tag of a union, or a missing key
            continue
        here = child
        if here.line:
            placed, rest = here, []
        else:
            rest.append(step)
    if missing:
        rest.append(loc[-1])
    return (*placed.keys, *rest), placed.line, placed.column


def unknown_key(key: str, known: Iterable[str]) -> str:
    """What to say of a key nobody knows; a secret written in plain is told where it belongs instead."""
    names = sorted(known)
    if key.lower() in SECRET_WORDS:
        places = [name for name in names if name.rpartition("_")[2] in ("file", "env", "credential")]
        own = [name for name in places if name.startswith(f"{key.lower()}_")]
        if own or places:
            return f"a secret is not written into this file; say where it is kept with {_either(own or places)}"
    return f"unknown key{did_you_mean(key, names)}"


def wants_keys(known: Iterable[str], value: object) -> str:
    """What to say of a value that stands where only `known` keys may, or any where there are none."""
    return f"expected keys with values below it{keys_below(known)}, not {shown(value)}"


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _words(details: ErrorDetails) -> str:
    kind, value = details["type"], details.get("input")
    if kind == "missing":
        return "missing"
    if kind in ("value_error", "assertion_error"):
        return details["msg"].partition(", ")[2] or details["msg"]
    if kind in _WORDS:
        quotes = "; put it in quotes if it is meant as text" if kind == "string_type" and _is_bare(value) else ""
        return f"{_WORDS[kind]}, not {shown(value)}{quotes}"
    if kind in ("literal_error", "enum"):
        expected = str((details.get("ctx") or {}).get("expected", ""))
        guess = (
            did_you_mean(value, expected.replace("'", "").replace(" or ", ", ").split(", "))
            if isinstance(value, str)
            else ""
        )
        near = guess if guess.startswith(", did") else ""
        return f"expected {expected.replace(chr(39), '')}, not {shown(value)}{near}"
    if kind in ("too_short", "string_too_short") and not value:
        return "must not be empty"
    return f"{details['msg'].replace('Input should be', 'must be').replace('Input should', 'must')}, not {shown(value)}"


def _is_bare(value: object) -> bool:
    return isinstance(value, (bool, int, float))


def shown(value: Any) -> str:
    """A value as it stands in the file, short."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "keys and values"
    if isinstance(value, (list, tuple)):
        return "a list"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
