"""Values as people write them into config.yaml: `26h` where the code holds 93600 seconds."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

_PLAIN = re.compile(r"[A-Za-z/][^\s,:#\[\]{}\"']*(?: [^\s,:#\[\]{}\"']+)*")
_OTHER_THAN_TEXT = {"null", "true", "false", "yes", "no", "on", "off", "~", "y", "n"}


@dataclass(frozen=True, slots=True)
class WrittenAs:
    """Stands in the annotation of a quantity and says how its values are written."""

    write: Callable[[float], str]


def write_duration(seconds: float) -> str:
    """`26h` from 93600: the largest unit, up to days, that needs no fraction; below a second `200ms`."""
    for length, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds and seconds % length == 0:
            return f"{seconds / length:.0f}{unit}"
    milliseconds = Decimal(repr(float(seconds))) * 1000
    if 0 < seconds < 1 and milliseconds == int(milliseconds):
        return f"{int(milliseconds)}ms"
    return f"{_decimal(seconds)}s"


def write_size(size: float) -> str:
    """`10GiB` or `500MB`: the largest unit, binary or decimal, that needs no fraction."""
    powers = [(base**power, prefix, base) for power, prefix in enumerate("kMGTP", 1) for base in (1000, 1024)]
    for length, prefix, base in sorted(powers, reverse=True):
        if size and size % length == 0:
            return f"{size / length:.0f}{prefix.upper() + 'i' if base == 1024 else prefix}B"
    return f"{_decimal(size)}B"


def write_percent(percent: float) -> str:
    """`80%`."""
    return f"{_decimal(percent)}%"


def written(value: Any, annotation: Any = None) -> str:
    """A value as it may stand in config.yaml, in one line; `annotation` is what its field is declared as."""
    writer = _writer(annotation)
    match value:
        case None:
            text = "null"
        case bool():
            text = "true" if value else "false"
        case Enum():
            text = written(value.value)
        case int() | float():
            text = writer(value) if writer else _decimal(value)
        case str():
            text = _quoted(value)
        case BaseModel():
            fields = ((name, info, getattr(value, name)) for name, info in type(value).model_fields.items())
            text = _mapping(
                (info.alias or name, written_field(part, info))
                for name, info, part in fields
                if not (info.exclude_if and info.exclude_if(part))
            )
        case Mapping():
            text = _mapping((str(key), written(part, _element(annotation))) for key, part in value.items())
        case Iterable():
            text = "[" + ", ".join(written(part, _element(annotation)) for part in value) + "]"
        case _:
            text = _quoted(str(value))
    return text


def written_field(value: Any, info: FieldInfo) -> str:
    """The value of a pydantic model's field."""
    marks = [mark for mark in info.metadata if isinstance(mark, WrittenAs)]
    return written(value, Annotated[info.annotation, marks[0]] if marks else info.annotation)


def _mapping(parts: Iterable[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{_quoted(key)}: {text}" for key, text in parts) + "}"


def _writer(annotation: Any) -> Callable[[float], str] | None:
    """How numbers under `annotation` are written, if it says so; unions are looked into."""
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        return next((mark.write for mark in marks if isinstance(mark, WrittenAs)), None) or _writer(inner)
    if get_origin(annotation) in (Union, UnionType):
        return next((writer for member in get_args(annotation) if (writer := _writer(member))), None)
    return None


def _element(annotation: Any) -> Any:
    """What the entries of a list, or the values of a mapping, are declared as."""
    if get_origin(annotation) is Annotated:
        return _element(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return next((kind for member in get_args(annotation) if (kind := _element(member)) is not None), None)
    arguments = [argument for argument in get_args(annotation) if argument is not Ellipsis]
    return arguments[-1] if arguments else None


def _decimal(value: float) -> str:
    """The shortest digits that mean the number, without an exponent."""
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _quoted(text: str) -> str:
    """In quotes where YAML would take the text for something else."""
    if _PLAIN.fullmatch(text) and text.isprintable() and text.lower() not in _OTHER_THAN_TEXT:
        return text
    escaped = "".join(c if c.isprintable() and c not in '"\\' else _escape(c) for c in text)
    return f'"{escaped}"'


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\{character}" if character in '"\\' else f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
