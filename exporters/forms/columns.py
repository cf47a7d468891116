"""What may stand in a column of a form: one model for each source it can be filled from."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema

from checks.contract import Unit
from collectors.contract import Kind
from exporters.forms.filled import ColumnKind
from exporters.forms.words import Words


class Declared(BaseModel):
    """A part of a declaration: frozen, and no key but the known ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@cache
def compiled(path: str) -> ParsedResult:
    """A JMESPath, ready to search with. Raises `JMESPathError`."""
    return jmespath.compile(path)


def first_names(path: str) -> frozenset[str]:
    """The names that a JMESPath looks for in what it is given itself, not in what it finds there."""
    return frozenset(_first_names(compiled(path).parsed))


def _first_names(node: Mapping[str, Any]) -> Iterator[str]:
    if node["type"] == "field":
        yield node["value"]
    elif node["type"] != "expref":  # which is about each element of a list
        of_the_same = node["children"] if node["type"] in _OF_THE_SAME else node["children"][:1]
        for child in of_the_same:
            yield from _first_names(child)


_OF_THE_SAME = frozenset(
    {
        "or_expression",
        "and_expression",
        "comparator",
        "function_expression",
        "multi_select_list",
        "multi_select_dict",
    }
)
"""Kinds of nodes all of whose parts look at the same thing; of others the first does, the next at what that found."""


def _path(written: str) -> str:
    try:
        compiled(written)
    except JMESPathError as error:
        raise ValueError(f"{written[:60]!r} is not a JMESPath: {str(error).splitlines()[0]}") from None
    return written


def _one_or_many(written: object) -> object:
    return (written,) if isinstance(written, str) else written


def _schema_of_many(of: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [of, {"type": "array", "items": of, "minItems": 1}]})


JmesPath = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_path)]
"""An expression such as `updates[].package`, see https://jmespath.org."""

Names = Annotated[
    tuple[str, ...], BeforeValidator(_one_or_many), Field(min_length=1), _schema_of_many({"type": "string"})
]
"""One name, or a list of them."""

Kinds = Annotated[
    tuple[Kind, ...],
    BeforeValidator(_one_or_many),
    Field(min_length=1),
    _schema_of_many({"enum": [kind.value for kind in Kind]}),
]
"""One kind of inventory, or a list of them."""

Pattern = Annotated[str, Field(min_length=1, max_length=200)]
"""A shell pattern such as `/var*`."""

ColumnName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,39}$")]


class Show(StrEnum):
    """What a column shows of the lines of a check."""

    VALUE = "value"  # the measurement that was judged, or those named, of the worst item
    SUMMARY = "summary"  # the check's own words
    STATE = "state"
    ITEM = "item"  # what was looked at, by name
    EXPECTED = "expected"  # the levels that applied
    SINCE = "since"  # since when it is not normal
    COUNT = "count"  # how many items were judged
    CHECKED = "checked"  # when it was last looked at
    PROBLEM = "problem"  # the check's own words where it is not normal


class _Column(Declared):
    name: ColumnName = Field(description="by which the column is renamed, dropped and ordered")
    title: Words = Field(description="its heading")
    kind: ColumnKind | None = Field(None, description="how it is set and sorted; default: as fits its source")


class CardColumn(_Column):
    """What the configuration says of the row's host."""

    card: Literal["name", "address", "role", "owner", "location", "project", "groups", "transport", "status"] = Field(
        description="of the host, as config.yaml has it"
    )


class HostColumn(_Column):
    """How the row's host fared as a whole."""

    host: Literal["reachable", "rounds", "every", "state", "reason", "checked", "checks"] = Field(
        description="of the host's day: share of rounds that reached it, their number, how often, and so on"
    )


class CheckColumn(_Column):
    """What checks say of the row's host, or of the row's item on it."""

    check: Names = Field(description="the check, or several of which the worst line counts")
    show: Show = Field(Show.VALUE, description="what of it")
    measurement: Names | None = Field(None, description="which measurements; default: the one that was judged")
    item: Pattern | None = Field(None, description="the host's items that fit this shell pattern, not the row's")
    otherwise: Names = Field(
        (), description="where there is no line of the row's item: the host's items of these names, if not judged"
    )


class EntryColumn(_Column):
    """What the inventory has of the row's host."""

    entry: Kinds = Field(description="the kind of inventory, or several")
    named: Pattern | None = Field(None, description="only entries whose name fits this shell pattern")
    show: Literal["value", "name", "both", "count"] = Field("value", description="what of each entry")


class FactColumn(_Column):
    """What a collector knows of the row's host."""

    fact: str = Field(description="the collector; one that keeps its facts")
    path: JmesPath = Field(description="JMESPath on its facts")
    where: JmesPath | None = Field(
        None, description="of the elements that `path` finds only those of which this is the row's item"
    )
    show: JmesPath | None = Field(None, description="what of each element that `path` finds; default: all of it")
    change: bool = Field(False, description="true: the path finds two numbers, now and before; told is the change in %")
    unit: Unit | None = Field(None, description="of a number: how it is written")
    words: Mapping[str, Words] | None = Field(None, description="what to say for texts that are no words of people's")


class FieldColumn(_Column):
    """What the row itself is about: its element, entry, change or item."""

    field: JmesPath = Field(description="JMESPath on the row's own element")
    unit: Unit | None = Field(None, description="of a number: how it is written")
    words: Mapping[str, Words] | None = Field(None, description="what to say for texts that are no words of people's")


class DayColumn(_Column):
    """The same in every row."""

    day: Literal["period", "shift", "date", "number", "system", "on_duty"] = Field(description="of the day")


class ByHandColumn(_Column):
    """For a person. `true`: something to look at, so the row awaits a person; `note`: room to write, nothing more."""

    by_hand: Literal[True, "note"] = Field(description="true: a person has to look; note: room to write")


class TailColumn(_Column):
    """What the row comes to: result and finding from all lines it shows, action from notes of their incidents."""

    tail: Literal["result", "finding", "action", "remarks"] = Field(description="of the row as a whole")


COLUMN_MODELS: dict[str, type[_Column]] = {
    "card": CardColumn,
    "host": HostColumn,
    "check": CheckColumn,
    "entry": EntryColumn,
    "fact": FactColumn,
    "field": FieldColumn,
    "day": DayColumn,
    "by_hand": ByHandColumn,
    "tail": TailColumn,
}
"""The models by the key that names their source."""


def _source(written: Any) -> str | None:
    """The tag of the source a column names; None: it names none, or more than one."""
    keys = type(written).model_fields if isinstance(written, _Column) else written if isinstance(written, dict) else ()
    named = [source for source in COLUMN_MODELS if source in keys]
    return f"<{named[0]}>" if len(named) == 1 else None


Column = Annotated[
    Annotated[CardColumn, Tag("<card>")]
    | Annotated[HostColumn, Tag("<host>")]
    | Annotated[CheckColumn, Tag("<check>")]
    | Annotated[EntryColumn, Tag("<entry>")]
    | Annotated[FactColumn, Tag("<fact>")]
    | Annotated[FieldColumn, Tag("<field>")]
    | Annotated[DayColumn, Tag("<day>")]
    | Annotated[ByHandColumn, Tag("<by_hand>")]
    | Annotated[TailColumn, Tag("<tail>")],
    Discriminator(
        _source,
        custom_error_type="source",
        custom_error_message=f"expected a column with exactly one of the keys {', '.join(COLUMN_MODELS)}",
    ),
]
"""A column, told apart by the one key that names its source."""
