"""Values as people write them in config.yaml."""

from enum import Enum
from typing import Any

from pydantic import BaseModel

_UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


def written(value: Any) -> str:
    """A value as it may stand in config.yaml, in one line."""
    match value:
        case None:
            text = "null"
        case bool():
            text = "true" if value else "false"
        case Enum():
            text = str(value.value)
        case BaseModel():
            text = written(value.model_dump())
        case dict():
            text = "{" + ", ".join(f"{key}: {written(part)}" for key, part in value.items()) + "}"
        case list() | tuple():
            text = "[" + ", ".join(map(written, value)) + "]"
        case float():
            text = f"{value:.15g}"
        case _:
            text = str(value) or '""'
    return text


def seconds(value: float) -> str:
    """`15m` from 900; what is no whole number of anything stays in seconds."""
    for length, unit in _UNITS:
        if value >= 2 * length and value % length == 0:
            return f"{value / length:g}{unit}"
    return f"{value:g}s"


def size(value: float) -> str:
    """`10GiB` from 10737418240."""
    for power, unit in ((3, "GiB"), (2, "MiB"), (1, "KiB")):
        if value >= 1024**power and value % 1024**power == 0:
            return f"{value / 1024**power:g}{unit}"
    return str(value)
