"""Tables: one or several queries, joined on the labels they share, each column with its unit, look and link."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial

from grafana_foundation_sdk.builders import common, table
from grafana_foundation_sdk.models import common as models
from grafana_foundation_sdk.models.dashboard import DataTransformerConfig, DynamicConfigValue, ValueMapping

from deploy.dashboards.links import HOST_OF_ROW
from deploy.dashboards.palette import ABSENT, NEUTRAL, TEXT, Steps, nothing, severities, states, thresholds, yes_or_no
from deploy.dashboards.panels import HALF, Size, table_query
from deploy.dashboards.scope import SOURCE

HOW_MANY = 200
"""Rows a table has at most: nobody reads on, and a browser should not have to."""
_NARROW = 64
"""Pixels: room for the word of a state."""


class Look(Enum):
    """How a column's cells are drawn."""

    PLAIN = auto()
    STATE = auto()
    """A number 0 to 3 as its word, in its colour."""
    SEVERITY = auto()
    """The word of a severity, in its colour."""
    COLOURED = auto()
    """A number in the colour of its threshold."""
    YES_OR_NO = auto()
    """1 or 0 as a word."""
    BAR = auto()
    """A number from 0 to 1 as a bar."""


@dataclass(frozen=True, slots=True)
class Column:
    """A label, or the value of a query: `A` is the first one's, `B` the second's."""

    source: str
    title: str
    unit: str = "string"
    look: Look = Look.PLAIN
    steps: Steps = NEUTRAL
    width: int | None = None
    decimals: int | None = None

    @property
    def is_value(self) -> bool:
        """Whether it is the value of a query, and not a label."""
        return len(self.source) == 1

    @property
    def field(self) -> str:
        """The name Grafana gives it."""
        return f"Value #{self.source}" if self.is_value else self.source


def rows(
    title: str,
    description: str,
    expressions: Sequence[str],
    columns: Sequence[Column],
    *,
    sort_by: Sequence[str] = (),
    size: Size = HALF,
    missing: str = "nothing is known",
) -> table.Panel:
    """What is so now, one row for each set of labels. Labels that are no column are left out."""
    panel = _empty(title, description, size, missing)
    for ref, expression in zip("ABCDEFGH", expressions, strict=False):
        panel.with_target(table_query(expression).ref_id(ref))
    panel.with_transformation(DataTransformerConfig(id_val="merge", options={}))
    panel.with_transformation(DataTransformerConfig(id_val="organize", options=_organized(columns)))
    for column in columns:
        panel.override_by_name(column.title, list(_properties(column)))
    panel.sort_by([_sorted_by(column) for column in sort_by])
    return panel


def matrix(
    title: str,
    description: str,
    expression: str,
    *,
    row: str,
    column: str,
    columns: Sequence[str] = (),
    size: Size = HALF,
    missing: str = "nothing is known",
) -> table.Panel:
    """States, one row for each value of the label `row` and one narrow column for each of the label `column`.

    Rows stand in the order of the query's answer, columns in that of `columns`; their names get blanks, at which a
    heading can be broken.
    """
    corner, heading = f"{row}\\{column}", row.capitalize()
    names = {corner: heading} | {name: name.replace("_", " ") for name in columns}
    panel = _pivoted(_empty(title, description, size, missing), expression, row, column)
    panel.with_transformation(DataTransformerConfig(id_val="organize", options=_in_order(names)))
    panel.mappings(states(short=True)).thresholds(thresholds(((None, ABSENT),)))
    panel.cell_options(models.TableColoredBackgroundCellOptions(mode=models.TableCellBackgroundDisplayMode.BASIC))
    panel.align(models.FieldTextAlignment.CENTER).min_width(_NARROW).filterable(False)
    panel.override_by_regexp(f"/^(?!{heading}$)/", [DynamicConfigValue("custom.wrapHeaderText", True)])
    left = DynamicConfigValue("custom.align", models.FieldTextAlignment.LEFT)
    first = (*_properties(Column(row, heading, width=180)), _cell(models.TableCellDisplayMode.AUTO), left)
    panel.override_by_name(heading, [*first, DynamicConfigValue("mappings", [])])
    return panel


def counts(
    title: str,
    description: str,
    expression: str,
    *,
    row: str,
    column: str,
    columns: Sequence[Column],
    sort_by: Sequence[str] = (),
    size: Size = HALF,
    missing: str = "nothing is known",
) -> table.Panel:
    """Numbers, one row for each value of the label `row`, and a column for each value of the label `column`.

    One query for all columns: of several, Grafana tells the only one that has data from the others by nothing.
    """
    panel = _pivoted(_empty(title, description, size, missing), expression, row, column)
    names = {f"{row}\\{column}": row.capitalize(), **{one.source: one.title for one in columns}}
    panel.with_transformation(DataTransformerConfig(id_val="organize", options=_in_order(names)))
    for one in columns:
        panel.override_by_name(one.title, list(_properties(one)))
    return panel.sort_by([_sorted_by(one) for one in sort_by])


def _pivoted(panel: table.Panel, expression: str, row: str, column: str) -> table.Panel:
    options = {"rowField": row, "columnField": column, "valueField": "Value", "emptyValue": "null"}
    panel.with_target(table_query(expression))
    return panel.with_transformation(DataTransformerConfig(id_val="groupingToMatrix", options=options))


def _empty(title: str, description: str, size: Size, missing: str) -> table.Panel:
    return (
        table.Panel()
        .title(title)
        .description(description)
        .datasource(SOURCE)
        .unit("short")
        .no_value(missing)
        .span(size.width)
        .height(size.height)
        .show_header(True)
        .cell_height(models.TableCellHeight.SM)
        .filterable(True)
        .override_by_regexp("/.*/", [DynamicConfigValue("noValue", "–")])
    )


def _sorted_by(column: str) -> common.TableSortByFieldState:
    """A column's title; with a minus before it, the highest first."""
    return common.TableSortByFieldState().display_name(column.removeprefix("-")).desc(column.startswith("-"))


def _organized(columns: Sequence[Column]) -> Mapping[str, object]:
    """Names and order of the columns, without any other."""
    fields = [(column.field, column.title) for column in columns]
    fields += [
        ("Value", title) for field, title in fields if field == "Value #A"
    ]  # what it is called where it is alone
    return {
        **_renamed(dict(fields)),
        "indexByName": {field: number for number, (field, _) in enumerate(fields)},
        "includeByName": {field: True for field, _ in fields},
    }


def _in_order(names: Mapping[str, str]) -> Mapping[str, object]:
    return {**_renamed(names), "indexByName": {name: number for number, name in enumerate(names)}}


def _renamed(names: Mapping[str, str]) -> Mapping[str, object]:
    return {"renameByName": names, "indexByName": {}, "excludeByName": {}}


def _properties(column: Column) -> Iterator[DynamicConfigValue]:
    yield DynamicConfigValue("unit", column.unit)
    if column.width is not None:
        yield DynamicConfigValue("custom.width", column.width)
    if column.decimals is not None:
        yield DynamicConfigValue("decimals", column.decimals)
    if column.source == "host":
        yield DynamicConfigValue("links", [HOST_OF_ROW])
    if column.look in _MAPPINGS:
        yield DynamicConfigValue("mappings", _MAPPINGS[column.look]())
    if column.look in (Look.COLOURED, Look.BAR):
        yield DynamicConfigValue("thresholds", thresholds(column.steps).build())
        yield DynamicConfigValue("color", {"mode": "thresholds"})
    if column.look is Look.BAR:
        yield DynamicConfigValue("min", 0)
        yield DynamicConfigValue("max", 1)
    if column.look in _CELLS:
        yield _cell(_CELLS[column.look])


def _cell(kind: models.TableCellDisplayMode) -> DynamicConfigValue:
    """How a cell is drawn."""
    options: dict[str, str] = {"type": kind}
    if kind is models.TableCellDisplayMode.GAUGE:
        options |= {"mode": models.BarGaugeDisplayMode.BASIC, "valueDisplayMode": models.BarGaugeValueMode.TEXT}
    if kind is models.TableCellDisplayMode.COLOR_BACKGROUND:
        options |= {"mode": models.TableCellBackgroundDisplayMode.BASIC}
    return DynamicConfigValue("custom.cellOptions", options)


_MAPPINGS: Mapping[Look, Callable[[], Sequence[ValueMapping]]] = {
    Look.STATE: states,
    Look.SEVERITY: severities,
    Look.YES_OR_NO: partial(yes_or_no, "yes", "no"),
    Look.COLOURED: partial(nothing, TEXT),
}
_CELLS = {
    Look.STATE: models.TableCellDisplayMode.COLOR_BACKGROUND,
    Look.SEVERITY: models.TableCellDisplayMode.COLOR_BACKGROUND,
    Look.COLOURED: models.TableCellDisplayMode.COLOR_TEXT,
    Look.BAR: models.TableCellDisplayMode.GAUGE,
}
