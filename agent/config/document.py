"""Reads YAML into nodes that know their place in the file."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import yaml

from agent.config.problem import ConfigError, Keys, Problem, key_text

try:
    from yaml import CSafeLoader as _SafeLoader
except ImportError:  # PyYAML built without libyaml: the same language, twenty times slower
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

LONGEST = 8 * 1024 * 1024
DEEPEST = 32
ROOM_FOR_ALIASES = 100_000
"""Limits of a file in bytes, of its nesting, and of how many values aliases may add."""

_TAG = "tag:yaml.org,2002:"
# What YAML refuses, and the three line ends that YAML counts and editors do not.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place. `line` and `column` (from 1) are those of its key; 0: not from the file."""

    value: "Mapping[str, Node] | tuple[Node, ...] | Scalar"
    keys: Keys = ()
    line: int = 0
    column: int = 0

    @property
    def children(self) -> "Mapping[str, Node]":
        """The children of a mapping; nothing for any other value."""
        return self.value if isinstance(self.value, Mapping) else {}

    @property
    def entries(self) -> "tuple[Node, ...]":
        """The entries of a list; nothing for any other value."""
        return self.value if isinstance(self.value, tuple) else ()

    def with_children(self, children: "Mapping[str, Node]") -> "Node":
        """The same place with other children."""
        return replace(self, value=children)

    def with_entries(self, entries: "Iterable[Node]") -> "Node":
        """The same list with other entries; anything but a list as it is."""
        return replace(self, value=tuple(entries)) if isinstance(self.value, tuple) else self

    def plain(self) -> Any:
        """The value as dicts, lists and scalars."""
        if isinstance(self.value, Mapping):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, tuple):
            return [entry.plain() for entry in self.value]
        return self.value


class _Loader(_SafeLoader):
    """Safe YAML in which `18:30`, `2026-01-01` and `022` stay text: YAML 1.1 would make them 1110, a date and 18."""


_IMPLICIT: tuple[tuple[str, str, str], ...] = (
    ("bool", r"yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF", "yYnNtTfFoO"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)", "-+0123456789"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("merge", r"<<", "<"),
)
_Loader.yaml_implicit_resolvers = {}
for _name, _pattern, _first in _IMPLICIT:
    _firsts = ["" if letter == "\0" else letter for letter in _first]
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(rf"^(?:{_pattern})$"), _firsts)


def read(path: Path, needs: str = "system: and hosts:") -> tuple[Node, list[Problem]]:
    """The root mapping of a YAML file, and the problems that reading could step over. `needs`: keys at its top.

    Raises `ConfigError` for what leaves nothing to go on with.
    """
    text = _text(path)
    try:
        _bound_depth(text, path)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise ConfigError([_syntax(path, error)]) from error
    if root is None or (isinstance(root, yaml.ScalarNode) and root.value == ""):
        raise ConfigError([Problem(path, None, None, "", f"the file is empty; it needs at least {needs}")])
    if not isinstance(root, yaml.MappingNode):
        line = root.start_mark.line + 1
        raise ConfigError([Problem(path, line, 1, "", f"expected keys such as {needs} at the left margin")])
    composer = _Composer(path, len(text) + ROOM_FOR_ALIASES)
    return composer.node(root, (), root.start_mark), composer.problems


def _text(path: Path) -> str:
    """The file's text. Raises `ConfigError`."""

    def refuse(message: str, line: int | None = None, column: int | None = None) -> ConfigError:
        return ConfigError([Problem(path, line, column, "", message)])

    try:
        with path.open("rb") as file:
            content = file.read(LONGEST + 1)
    except FileNotFoundError as error:
        raise refuse("no such file") from error
    except IsADirectoryError as error:
        inside = f"; did you mean {path / 'config.yaml'}?" if (path / "config.yaml").is_file() else ""
        raise refuse(f"this is a folder, not a file{inside}") from error
    except (OSError, ValueError) as error:
        raise refuse(f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(content) > LONGEST:
        raise refuse(f"larger than {LONGEST // 1024 // 1024} MiB, which no configuration is")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refuse(f"not UTF-8 text (byte 0x{content[error.start]:02x}); save the file as UTF-8", line) from error
    if odd := _UNPRINTABLE.search(text):
        line, column = text.count("\n", 0, odd.start()) + 1, odd.start() - text.rfind("\n", 0, odd.start())
        raise refuse(f"a control character (U+{ord(odd[0]):04X}) does not belong in this file", line, column)
    return text


def _bound_depth(text: str, path: Path) -> None:
    """Refuse deep nesting before `compose`, which recurses in C, meets it."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            line = event.start_mark.line + 1 if event.start_mark else None
            raise ConfigError([Problem(path, line, None, "", f"nested more than {DEEPEST} levels deep")])


def _syntax(path: Path, error: yaml.YAMLError) -> Problem:
    """A person's words for what YAML did not like."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return Problem(path, None, None, "", f"not YAML: {error}")
    said = str(getattr(error, "problem", None) or error)
    context = getattr(error, "context", None)
    words = f"not YAML: {said}" + (f" ({context})" if context else "")
    rest = (_line_of(path, mark.line) or "")[mark.column :]
    if "another document" in said:
        words = "a second document begins here (---); one file holds one configuration"
    elif "undefined alias" in said:
        words = "this alias (*) names no anchor (&) before it; text that begins with * belongs in quotes"
    elif context in ("while scanning an alias", "while scanning an anchor"):
        words = "text that begins with * or & belongs in quotes"
    elif "cannot start any token" in said and rest[:1] == "\t":
        words = "a tab is used to indent; YAML wants spaces"
    elif "cannot start any token" in said and rest[:1] in ("@", "`", "%"):
        words = f"a value that begins with {rest[0]} belongs in quotes"
    elif "mapping values are not allowed" in said:
        words = "not YAML: a second ':' here; is the indentation right, or does the value belong in quotes?"
    return Problem(path, mark.line + 1, mark.column + 1, "", words)


def _line_of(path: Path, number: int) -> str | None:
    lines = _text(path).splitlines()
    return lines[number] if number < len(lines) else None


class _Composer:
    """Turns PyYAML's nodes into ours, aliases written out, and notes what is wrong on the way."""

    def __init__(self, path: Path, room: int) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._constructor = _Loader("")
        self._room = room

    def node(self, raw: yaml.Node, keys: Keys, mark: yaml.Mark) -> Node:
        """Our node for PyYAML's, its place at `mark`. Raises `ConfigError` past the limits."""
        self._room -= 1
        line, column = mark.line + 1, mark.column + 1
        if self._room < 0 or len(keys) > DEEPEST:
            where = key_text(keys[:4])
            raise ConfigError([Problem(self.path, line, column, where, "aliases (*) make this far too big")])
        if isinstance(raw, yaml.MappingNode):
            return Node(self._mapping(raw, keys), keys, line, column)
        if isinstance(raw, yaml.SequenceNode):
            if raw.tag != _TAG + "seq":
                self._refuse(keys, mark, f"the tag {_tag_text(raw.tag)} is not used here")
            entries = (self.node(entry, (*keys, i), entry.start_mark) for i, entry in enumerate(raw.value))
            return Node(tuple(entries), keys, line, column)
        return Node(self._scalar(raw, keys, mark), keys, line, column)

    def _mapping(self, raw: yaml.MappingNode, keys: Keys) -> dict[str, Node]:
        if raw.tag != _TAG + "map":
            self._refuse(keys, raw.start_mark, f"the tag {_tag_text(raw.tag)} is not used here")
        children: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        for key, value in raw.value:
            mark = key.start_mark
            if key.tag == _TAG + "merge":
                for child in self._merged(value, keys, mark):
                    merged.setdefault(str(child.keys[-1]), child)
            elif key.tag != _TAG + "str" or not isinstance(key, yaml.ScalarNode):
                shown = f"{key.value!r} " if isinstance(key, yaml.ScalarNode) and key.value else ""
                self._refuse(keys, mark, f"the key {shown}is not text; put it in quotes if it is meant as text")
            elif key.value in children:
                before = children[key.value].line
                self._refuse((*keys, key.value), mark, f"written twice; it is on line {before} already")
            else:
                children[key.value] = self.node(value, (*keys, key.value), mark)
        return {**merged, **children}

    def _merged(self, value: yaml.Node, keys: Keys, mark: yaml.Mark) -> Iterator[Node]:
        """What `<<:` brings in."""
        sources = value.value if isinstance(value, yaml.SequenceNode) else [value]
        if not all(isinstance(source, yaml.MappingNode) for source in sources):
            self._refuse((*keys, "<<"), mark, "expected keys and values to take over")
            return iter(())
        return chain.from_iterable(self.node(source, keys, mark).children.values() for source in sources)

    def _scalar(self, raw: yaml.Node, keys: Keys, mark: yaml.Mark) -> Scalar:
        kind = raw.tag.removeprefix(_TAG)
        if kind in ("merge", "str"):
            text = str(raw.value)
            if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
                self._refuse(keys, mark, "this text holds a character that no system can store")
            return text
        if kind not in ("bool", "int", "float", "null"):
            self._refuse(keys, mark, f"the tag {_tag_text(raw.tag)} is not used here")
            return None
        try:
            value: Scalar = self._constructor.construct_object(raw)
        except (ValueError, KeyError, IndexError, OverflowError, yaml.YAMLError):
            self._refuse(keys, mark, f"{raw.value[:40]!r} cannot be read as {_tag_text(raw.tag)}")
            return None
        return value

    def _refuse(self, keys: Keys, mark: yaml.Mark, message: str) -> None:
        self.problems.append(Problem(self.path, mark.line + 1, mark.column + 1, key_text(keys), message))


def _tag_text(tag: str) -> str:
    return "!!" + tag.removeprefix(_TAG) if tag.startswith(_TAG) else tag[:60]
