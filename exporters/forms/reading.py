"""Reads declarations of forms from YAML; what is wrong is said with file, line, key and what was expected."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from exporters.contract import Fault
from exporters.forms.columns import COLUMN_MODELS
from exporters.forms.declaration import ROW_MODELS, Form

try:
    from yaml import CSafeLoader as _SafeLoader
except ImportError:  # PyYAML built without libyaml: the same language, twenty times slower
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

OWN = Path(__file__).parent / "data"
LONGEST = 256 * 1024
"""Bytes of one file."""

Keys = tuple[str | int, ...]
Place = tuple[int, int]
"""Line and column, from 1."""


class FormsError(Exception):
    """Forms cannot be made as they are declared; `faults` says all that is wrong."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True)
class DeclaredForm:
    """A form with the file it is declared in, and where in it what stands."""

    form: Form
    file: Path
    lines: dict[Keys, Place] = field(default_factory=dict, repr=False)

    def fault(self, keys: Keys, message: str) -> Fault:
        """Something wrong at a place of it."""
        line, column = _place(self.lines, keys)
        return Fault(keys, message, self.file, line, column)


@cache
def own_forms() -> tuple[DeclaredForm, ...]:
    """The forms of the manual, as they come with rounds."""
    return read_folder(OWN)


def read_folder(folder: Path) -> tuple[DeclaredForm, ...]:
    """Every `*.yaml` in a folder, in the order of their names. Raises `FormsError` with all that is wrong."""
    found: list[DeclaredForm] = []
    faults: list[Fault] = []
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
    except OSError as error:
        raise FormsError([Fault((), f"cannot read the folder: {error.strerror}", folder)]) from error
    for file in files:
        try:
            declared = read_form(file)
        except FormsError as error:
            faults += error.faults
            continue
        twin = next((one for one in found if one.form.name == declared.form.name), None)
        if twin is not None:
            faults.append(declared.fault(("name",), f"{declared.form.name} is declared in {twin.file.name} already"))
        found.append(declared)
    if faults:
        raise FormsError(faults)
    return tuple(found)


def read_form(file: Path) -> DeclaredForm:
    """One form. Raises `FormsError`."""
    written, lines = _yaml(file)
    try:
        return DeclaredForm(Form.model_validate(written), file, lines)
    except ValidationError as error:
        faults = []
        for details in _first_causes(error):
            keys = _keys(details["loc"], lines)
            line, column = _place(lines, keys)
            faults.append(Fault(keys, _words(details), file, line, column))
        raise FormsError(faults) from None


def _first_causes(error: ValidationError) -> Iterator[ErrorDetails]:
    """All that is wrong, without what is only said because of another: a list is short of entries that are wrong."""
    found = error.errors(include_url=False)
    for details in found:
        loc = details["loc"]
        if details["type"] != "too_short" or not any(one["loc"][: len(loc)] == loc != one["loc"] for one in found):
            yield details


def nearest(written: str, known: Iterable[str]) -> str:
    """`, did you mean "runtime"?`, or what there is when nothing is near and the list is short."""
    names = sorted(known)
    near = difflib.get_close_matches(written[:80], names, n=1, cutoff=0.6)
    if near:
        return f', did you mean "{near[0]}"?'
    return f"; known here: {', '.join(names)}" if 0 < len(names) <= 24 else ""


def _yaml(file: Path) -> tuple[Any, dict[Keys, Place]]:
    try:
        content = file.read_bytes()[: LONGEST + 1]
    except OSError as error:
        raise FormsError([Fault((), f"cannot be read: {error.strerror}", file)]) from error
    if len(content) > LONGEST:
        raise FormsError([Fault((), f"longer than {LONGEST // 1024} KiB: no form is", file)])
    lines: dict[Keys, Place] = {}
    try:
        text = content.decode("utf-8")
        _refuse_aliases(text)
        document = yaml.compose(text, Loader=_SafeLoader)
        return (_plain(document, (), lines) if document else None), lines
    except UnicodeDecodeError as error:
        raise FormsError([Fault((), "is not UTF-8 text", file)]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise FormsError([Fault((), error.problem or "is not YAML", file, line, column)]) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise FormsError([Fault((), f"is not YAML: {str(error).splitlines()[0][:200]}", file)]) from error


def _refuse_aliases(text: str) -> None:
    """A few lines of aliases can mean more than there is memory."""
    for event in yaml.parse(text, Loader=_SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            at = f"line {event.start_mark.line + 1}: " if event.start_mark else ""
            raise yaml.YAMLError(f"{at}aliases (*name) are not used here")


def _plain(node: yaml.Node, keys: Keys, lines: dict[Keys, Place]) -> Any:
    """The node as dicts, lists and scalars; `lines` learns where each stands."""
    mark = node.start_mark
    lines.setdefault(keys, (mark.line + 1, mark.column + 1))
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*keys, number), lines) for number, child in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return _scalar(node)
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
            raise yaml.MarkedYAMLError(problem="a key is not text", problem_mark=key.start_mark)
        if key.value in found:
            raise yaml.MarkedYAMLError(problem=f"{key.value} is written twice", problem_mark=key.start_mark)
        lines[*keys, key.value] = (key.start_mark.line + 1, key.start_mark.column + 1)
        found[key.value] = _plain(value, (*keys, key.value), lines)
    return found


def _scalar(node: yaml.Node) -> Any:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise yaml.MarkedYAMLError(problem="this value cannot be read", problem_mark=node.start_mark) from error
    finally:
        loader.dispose()


def _keys(loc: Keys, lines: dict[Keys, Place]) -> Keys:
    """What pydantic calls `loc`, without the tags of unions; the last step stays, though it may be missing."""
    keys: Keys = ()
    for number, step in enumerate(loc):
        if (*keys, step) in lines or number == len(loc) - 1:
            keys = (*keys, step)
    return keys


def _place(lines: dict[Keys, Place], keys: Keys) -> Place:
    return next((lines[keys[:depth]] for depth in range(len(keys), -1, -1) if keys[:depth] in lines), (0, 0))


def _words(details: ErrorDetails) -> str:
    match details["type"]:
        case "missing":
            return "missing"
        case "extra_forbidden":
            return "unknown key" + nearest(str(details["loc"][-1]), _known_keys(details["loc"]))
        case "string_type":
            return f"expected text, not {details['input']!r}"[:200] + "; put it in quotes if it is meant as text"
        case "model_type" | "model_attributes_type":
            return "expected keys with values below it"
        case "tuple_type":
            return "expected a list"
        case _:
            message = details["msg"].removeprefix("Value error, ").replace("Input should", "must")
            written = details.get("input")
            return f"{message}, not {written!r}"[:300] if isinstance(written, (str, int, float)) else message


def _known_keys(loc: Keys) -> Iterator[str]:
    """The keys that may stand where an unknown one does: of a column or of rows their tag says which."""
    models: Mapping[str, type[BaseModel]] = ROW_MODELS if loc[0] == "rows" else COLUMN_MODELS
    tag = str(loc[-2]) if len(loc) > 1 else ""
    return iter(models.get(tag.strip("<>"), Form).model_fields)
