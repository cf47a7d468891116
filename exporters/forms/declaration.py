"""A record form as people declare it, in one YAML file: its title, what a row is, and what fills each column.

    name: runtime                               # by which config.yaml speaks of it
    number: "8.2"                               # of the manual, in quotes; may be left out
    title: {en: Runtime record, zh: 系统运行监测记录表}
    rows: host                                  # see below
    columns:
      - {name: host, title: {en: Host, zh: 服务器名}, card: name}
      - {name: cpu, title: CPU %, check: cpu_usage}

A title is `{en: ..., zh: ...}`, or one text for readers of both languages.

`rows` says what a row is, and what `field` columns are about:

    rows: host                                  one for each server
    rows: {items: [backup_freshness]}           one for each server and item of any of these checks; `named:` a shell
                                                pattern of items. Fields: item
    rows: {entries: [account]}                  one for each server and entry of these kinds of inventory; `named:` as
                                                above. Fields: kind, name, value
    rows: {fact: packages, path: "updates[]"}   one for each server and element that the JMESPath finds in what the
                                                collector knows. Fields: those of the element. `during:` a JMESPath to
                                                a moment of the element: only those of the day
    rows: {changes: [package, port]}            one for each change of these kinds of inventory that day; `true`: of
                                                all. Fields: kind, name, before, after, at, since
    rows: {by_hand: 6}                          so many empty lines for a pen

With `item: JMESPATH` rows of entries and facts name the item that their check columns then speak of.

A column has `name`, `title`, perhaps `kind` (text, name, wide, number, moment, state, by-hand), and ONE source:

    card: name                                  of config.yaml: name, address, role, owner, location, project, groups,
                                                transport, status
    host: reachable                             of the server's day: reachable, rounds, every, state, reason, checked,
                                                checks
    check: cpu_usage                            of the check's lines, or of several: [disk_usage, inode_usage]; the
                                                worst line counts. `show:` value (default), summary, state, item,
                                                expected, since, count, checked, problem. `measurement:` one name or a
                                                list; default: the one that was judged. `item:` a shell pattern of the
                                                server's items, whatever the row's. `otherwise:` names of
                                                items that, not judged, stand for a row's item without a line:
                                                nobody could read the passwords, say
    entry: system                               of the inventory, one kind or a list. `named:` a shell pattern; `show:`
                                                value (default), name, both, count
    fact: packages                              of what a collector knows (one that keeps its facts), with `path:`, a
                                                JMESPath. `where:` of the elements it finds those of which this is the
                                                row's item, or has it, `show:` what of them, `unit:` of a number. With
                                                `change: true` it finds two, now and before: told is the change in %
    field: name                                 of the row's element, a JMESPath, with `unit:` of a number
                                                `words:` of fields and facts says what to write for a text, in small
                                                letters: {locked: {en: locked, zh: 已锁定}}
    day: period                                 of the day: period, shift (its hours), date, number, system, on_duty
    by_hand: true                               for a person who has to look; `note`: room to write
    tail: result                                of the row as a whole: result, finding, action, remarks

Every row ends in the columns result, finding, action and remarks; `tail: false` leaves them out. Besides:
`out_of_service: true` lists servers that are off rounds too; `applicable: true` leaves out rows of which nothing
applies (no SAN, say), a list of checks those to which none of them does, and counts them below; `blank: 3` ends the
form with so many empty lines for a pen; `note:` says below it what it does not cover; `enabled: false` makes the form
only where config.yaml switches it on.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from collectors.contract import Kind
from exporters.contract import Needs
from exporters.forms.columns import (
    CheckColumn,
    Column,
    Declared,
    EntryColumn,
    FactColumn,
    FieldColumn,
    JmesPath,
    Kinds,
    Names,
    Pattern,
    TailColumn,
    compiled,
)
from exporters.forms.words import Words

MOST_BLANK = 40
TAIL = tuple(
    TailColumn.model_validate({"name": name, "title": {"en": en, "zh": zh}, "tail": name})
    for name, en, zh in (
        ("result", "Result", "结果"),
        ("finding", "Finding", "异常情况"),
        ("action", "Action", "处理情况"),
        ("remarks", "Remarks", "备注"),
    )
)
"""How every row ends."""


class ItemRows(Declared):
    """One row for each server and item that any of these checks has."""

    items: Names = Field(description="the checks")
    named: Pattern | None = Field(None, description="only items that fit this shell pattern")


class EntryRows(Declared):
    """One row for each server and entry of its inventory."""

    entries: Kinds = Field(description="the kinds of inventory")
    named: Pattern | None = Field(None, description="only entries whose name fits this shell pattern")
    item: JmesPath | None = Field(None, description="which item of its checks a row is about")


class FactRows(Declared):
    """One row for each server and element of what a collector knows."""

    fact: str = Field(description="the collector; one that keeps its facts")
    path: JmesPath = Field(description="JMESPath that finds the elements")
    item: JmesPath | None = Field(None, description="which item of its checks a row is about")
    during: JmesPath | None = Field(None, description="a moment of the element: only those of the day")


class ChangeRows(Declared):
    """One row for each change of the day."""

    changes: Literal[True] | Kinds = Field(description="true, or the kinds of inventory")


class BlankRows(Declared):
    """Rows for a pen."""

    by_hand: int = Field(ge=1, le=MOST_BLANK, description="how many")


ROW_MODELS: dict[str, type[Declared]] = {
    "items": ItemRows,
    "entries": EntryRows,
    "fact": FactRows,
    "changes": ChangeRows,
    "by_hand": BlankRows,
}
"""The models by the key that names them."""


def _row_kind(written: Any) -> str | None:
    """The tag of what a row is; None: nothing a row can be."""
    if written == "host":
        return "<host>"
    keys = type(written).model_fields if isinstance(written, Declared) else written if isinstance(written, dict) else ()
    named = [kind for kind in ROW_MODELS if kind in keys]
    return f"<{named[0]}>" if len(named) == 1 else None


Rows = Annotated[
    Annotated[Literal["host"], Tag("<host>")]
    | Annotated[ItemRows, Tag("<items>")]
    | Annotated[EntryRows, Tag("<entries>")]
    | Annotated[FactRows, Tag("<fact>")]
    | Annotated[ChangeRows, Tag("<changes>")]
    | Annotated[BlankRows, Tag("<by_hand>")],
    Discriminator(
        _row_kind,
        custom_error_type="rows",
        custom_error_message=f"expected host, or exactly one of the keys {', '.join(ROW_MODELS)}",
    ),
]

_FIELDS = {
    ItemRows: frozenset({"item"}),
    EntryRows: frozenset({"kind", "name", "value"}),
    ChangeRows: frozenset({"kind", "name", "before", "after", "at", "since"}),
}


class Form(Declared):
    """A whole form."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    number: str = Field("", max_length=20)
    title: Words
    rows: Rows
    columns: tuple[Column, ...] = Field(min_length=1)
    tail: bool = True
    out_of_service: bool = False
    applicable: bool | Names = False
    blank: int = Field(0, ge=0, le=MOST_BLANK)
    note: Words | None = None
    enabled: bool = True

    @model_validator(mode="after")
    def _holds_together(self) -> "Form":
        names = [column.name for column in self.all_columns]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"there are two columns of the name {name}")
        for column in self.columns:
            if isinstance(column, FieldColumn):
                self._refuse_strange_field(column)
        return self

    def _refuse_strange_field(self, column: FieldColumn) -> None:
        if isinstance(self.rows, (str, BlankRows)):
            raise ValueError(f"column {column.name}: its rows have no fields")  # noqa: TRY004 (pydantic's)
        known, written = _FIELDS.get(type(self.rows)), compiled(column.field).parsed
        if known and written.get("type") == "field" and written.get("value") not in known:
            raise ValueError(
                f"column {column.name}: its rows have no field {column.field[:60]!r}; they have"
                f" {', '.join(sorted(known))}"
            )

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The columns with those at the end of each row."""
        return (*self.columns, *TAIL) if self.tail else self.columns

    @property
    def needs(self) -> Needs:
        """What the form wants to find in a day's record."""
        needs = Needs()
        for part in (self.rows, *self.columns):
            needs |= _needs(part)
        return needs


def _needs(part: Any) -> Needs:
    match part:
        case CheckColumn():
            needs = Needs(checks=frozenset(part.check))
        case ItemRows():
            needs = Needs(checks=frozenset(part.items))
        case FactColumn() | FactRows():
            needs = Needs(paths=frozenset({(part.fact, part.path)}))
        case EntryRows():
            needs = _stock(part.entries, part.named)
        case EntryColumn(show="count", named=None):
            needs = Needs(counted=frozenset(part.entry))
        case EntryColumn():
            needs = _stock(part.entry, part.named)
        case _:
            needs = Needs()
    return needs


def _stock(kinds: tuple[Kind, ...], named: str | None) -> Needs:
    if named is None:
        return Needs(kinds=frozenset(kinds))
    return Needs(named=frozenset((kind, named) for kind in kinds))


def places(form: Form) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """The rows and each column of a form, with the keys that lead to them in its YAML."""
    yield ("rows",), form.rows
    for number, column in enumerate(form.columns):
        yield ("columns", number), column
