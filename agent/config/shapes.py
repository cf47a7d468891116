"""What a pydantic model expects at a place: its keys, and which of its values are paths."""

from collections.abc import Mapping, Sequence, Set
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from agent.config.document import Node
from agent.config.problem import Keys

Kinds = Sequence[Any]
"""The alternatives a place leaves: plain types and generic containers, no unions."""


def kinds(annotation: Any) -> Kinds:
    """The alternatives of an annotation."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return kinds(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return [kind for member in get_args(annotation) for kind in kinds(member)]
    return [annotation]


@cache
def fields(model: type[BaseModel]) -> Mapping[str, Kinds]:
    """What may stand under each key of a model, the keys as config.yaml has them."""
    return {field.alias or name: kinds(field.annotation) for name, field in model.model_fields.items()}


def below(here: Kinds, key: str | int) -> Kinds:
    """What may stand at `key` of one of the alternatives `here`."""
    found: list[Any] = []
    for kind in here:
        origin, arguments = get_origin(kind), get_args(kind)
        if _is_model(kind):
            found += fields(kind).get(str(key), ())
        elif isinstance(origin, type) and issubclass(origin, Mapping):
            found += kinds(arguments[1])
        elif isinstance(origin, type) and issubclass(origin, (Sequence, Set)) and isinstance(key, int):
            found += kinds(arguments[0])
    return found


def known_keys(model: type[BaseModel], keys: Keys = ()) -> Sequence[str]:
    """The keys that may stand below `keys`, each once: those that must first, all in the order of the settings.

    A step that is none, such as the tag of a union, is passed over.
    """
    here: Kinds = [model]
    for key in keys:
        here = below(here, key) or here
    found = [field for kind in here if _is_model(kind) for field in zip(fields(kind), _required(kind), strict=True)]
    return list(dict.fromkeys(name for name, _ in sorted(found, key=lambda field: not field[1])))


def _required(model: type[BaseModel]) -> list[bool]:
    return [field.is_required() for field in model.model_fields.values()]


def anchored(node: Node, here: Kinds, folder: Path) -> Node:
    """`node` with every path made absolute, from `folder` or the home (~); relative default paths are filled in."""
    if isinstance(node.value, str):
        return Node(_absolute(node.value, folder), node.keys, node.line, node.column) if Path in here else node
    if isinstance(node.value, tuple):
        return node.with_entries(anchored(entry, below(here, i), folder) for i, entry in enumerate(node.value))
    if not isinstance(node.value, Mapping):
        return node
    filled = {
        name: Node(str(folder / default), (*node.keys, name))
        for kind in here
        if _is_model(kind)
        for name, default in _relative_defaults(kind).items()
    }
    return node.with_children(
        filled | {key: anchored(child, below(here, key), folder) for key, child in node.children.items()}
    )


@cache
def _relative_defaults(model: type[BaseModel]) -> Mapping[str, Path]:
    defaults = {field.alias or name: field.default for name, field in model.model_fields.items()}
    return {name: path for name, path in defaults.items() if isinstance(path, Path) and not path.is_absolute()}


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _absolute(written: str, folder: Path) -> str:
    try:
        return str(folder / Path(written).expanduser()) if written else written
    except RuntimeError:  # ~somebody who is not on this machine
        return written
