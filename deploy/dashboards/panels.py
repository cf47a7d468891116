"""The kinds of panels that the dashboards are made of: a number, lines over time, bars, states over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from grafana_foundation_sdk.builders import bargauge, common, prometheus, stat, statetimeline, timeseries
from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import common as models
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue, FieldColorModeId, ValueMapping
from grafana_foundation_sdk.models.dashboard import Panel as BuiltPanel
from grafana_foundation_sdk.models.prometheus import PromQueryFormat, QueryEditorMode

from deploy.dashboards.links import DataLink
from deploy.dashboards.palette import ABSENT, NEUTRAL, TEXT, Steps, colour, nothing, states, thresholds
from deploy.dashboards.scope import SOURCE

Panel = Builder[BuiltPanel]
"""Any panel that a dashboard takes."""

_Panel = TypeVar("_Panel", stat.Panel, timeseries.Panel, bargauge.Panel, statetimeline.Panel)

_LEGEND_AS_TABLE_FROM = 10
"""Panels of at least this height have room for a legend that is a table."""


@dataclass(frozen=True, slots=True)
class Size:
    """Columns of 24, and rows of about 30 pixels."""

    width: int
    height: int


_BACKGROUND = models.BigValueColorMode.BACKGROUND_SOLID
_CODE = QueryEditorMode.CODE
_UNKNOWN = "nothing is known"
"""In an empty panel, unless it can say more. It cannot say that all is well: perhaps nobody looked."""

BEAT = "1m"
"""How often a round is made. What is scraped more often stands still meanwhile: a rate over less sees nothing, or too
much."""

TILE = Size(4, 4)
HALF = Size(12, 8)
THIRD = Size(8, 8)
WHOLE = Size(24, 10)


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of Prometheus, and what its series are called."""

    expression: str
    legend: str = "__auto"


def number(
    title: str,
    description: str,
    expression: str,
    *,
    unit: str = "short",
    steps: Steps = NEUTRAL,
    mappings: Sequence[ValueMapping] = (),
    missing: str = "–",
    size: Size = TILE,
) -> stat.Panel:
    """What is so now, in large digits; the whole tile has the colour when it has something to say."""
    plain = steps == NEUTRAL and not mappings
    panel = (
        stat.Panel()
        .color_mode(models.BigValueColorMode.VALUE if plain else _BACKGROUND)
        .graph_mode(models.BigValueGraphMode.NONE)
        .text_mode(models.BigValueTextMode.VALUE)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .no_value(missing)
        .thresholds(thresholds(steps))
        .color_scheme(colour(FieldColorModeId.THRESHOLDS))
        .mappings([*mappings, *nothing(TEXT if plain else ABSENT)])
        .with_target(instant(expression))
    )
    return _titled(panel, title, description, unit, size)


def word(
    title: str, description: str, expression: str, label: str, *, digits: int = 18, size: Size = TILE
) -> stat.Panel:
    """The value of a label, as text of `digits` pixels."""
    panel = (
        stat.Panel()
        .color_mode(models.BigValueColorMode.NONE)
        .graph_mode(models.BigValueGraphMode.NONE)
        .text_mode(models.BigValueTextMode.NAME)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .text(common.VizTextDisplayOptions().title_size(digits).value_size(digits))
        .no_value("–")
        .with_target(instant(expression).legend_format(f"{{{{{label}}}}}"))
    )
    return _titled(panel, title, description, "none", size)


def lines(
    title: str,
    description: str,
    *queries: Query,
    unit: str = "short",
    size: Size = HALF,
    stacked: bool = False,
    shades_of: str = "",
    colours: Mapping[str, str] | None = None,
    maximum: float | None = None,
    missing: str = _UNKNOWN,
) -> timeseries.Panel:
    """How it went: one line for each series, those below zero where a query says so."""
    panel = (
        timeseries.Panel()
        .line_width(1)
        .fill_opacity(30 if stacked else 0)
        .show_points(models.VisibilityMode.NEVER)
        .span_nulls(False)
        .color_scheme(_series_colour(shades_of))
        .tooltip(common.VizTooltipOptions().mode(models.TooltipDisplayMode.MULTI).sort(models.SortOrder.DESCENDING))
        .legend(_legend(size))
        .no_value(missing)
    )
    if stacked:
        panel.stacking(common.StackingConfig().mode(models.StackingMode.NORMAL).group("A"))
    panel.axis_soft_min(0)
    if unit == "short":
        panel.axis_soft_max(5)
    if maximum is not None:
        panel.max(maximum)
    for name, fixed in (colours or {}).items():
        panel.override_by_name(name, [DynamicConfigValue("color", {"mode": "fixed", "fixedColor": fixed})])
    for ref, query in zip("ABCDEFGH", queries, strict=False):
        panel.with_target(over_time(query.expression).legend_format(query.legend).ref_id(ref))
    return _titled(panel, title, description, unit, size)


def bars(
    title: str,
    description: str,
    query: Query,
    *,
    unit: str = "short",
    steps: Steps = NEUTRAL,
    maximum: float | None = None,
    decimals: int | None = None,
    size: Size = HALF,
    missing: str = _UNKNOWN,
) -> bargauge.Panel:
    """What is so now, compared: one bar for each series."""
    panel = (
        bargauge.Panel()
        .orientation(models.VizOrientation.HORIZONTAL)
        .display_mode(models.BarGaugeDisplayMode.BASIC)
        .value_mode(models.BarGaugeValueMode.TEXT)
        .show_unfilled(True)
        .sizing(models.BarGaugeSizing.MANUAL)
        .min_viz_height(16)
        .max_viz_height(28)
        .text(common.VizTextDisplayOptions().value_size(16))
        .min(0)
        .no_value(missing)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .thresholds(thresholds(steps))
        .color_scheme(colour(FieldColorModeId.THRESHOLDS))
        .with_target(instant(query.expression).legend_format(query.legend))
    )
    if maximum is not None:
        panel.max(maximum)
    if decimals is not None:
        panel.decimals(decimals)
    return _titled(panel, title, description, unit, size)


def timeline(
    title: str,
    description: str,
    query: Query,
    *,
    size: Size = WHOLE,
    page: int = 25,
    links: Sequence[DataLink] = (),
    missing: str = _UNKNOWN,
) -> statetimeline.Panel:
    """States over time: one row for each series, `page` of them at once."""
    panel = (
        statetimeline.Panel()
        .mappings(states())
        .color_scheme(colour(FieldColorModeId.FIXED).fixed_color("text"))
        .merge_values(True)
        .show_value(models.VisibilityMode.NEVER)
        .row_height(0.7)
        .fill_opacity(90)
        .line_width(0)
        .per_page(page)
        .legend(common.VizLegendOptions().show_legend(False).display_mode(models.LegendDisplayMode.LIST).calcs([]))
        .tooltip(common.VizTooltipOptions().mode(models.TooltipDisplayMode.SINGLE))
        .max_data_points(240)
        .no_value(missing)
        .with_target(over_time(query.expression).legend_format(query.legend))
    )
    if links:
        panel.override_by_query("A", [DynamicConfigValue("links", list(links))])
    return _titled(panel, title, description, "short", size)


def instant(expression: str) -> prometheus.Dataquery:
    """Asked once, for the end of the time range."""
    return prometheus.Dataquery().expr(expression).instant().ref_id("A").datasource(SOURCE).editor_mode(_CODE)


def table_query(expression: str) -> prometheus.Dataquery:
    """Asked once, with the labels as columns."""
    return instant(expression).format(PromQueryFormat.TABLE)


def over_time(expression: str) -> prometheus.Dataquery:
    """Asked for the whole time range."""
    query = prometheus.Dataquery().expr(expression).range().ref_id("A").datasource(SOURCE).editor_mode(_CODE)
    return query.interval(BEAT) if "$__rate_interval" in expression else query


def _series_colour(shades_of: str) -> builders.FieldColor:
    if shades_of:
        return colour(FieldColorModeId.SHADES).fixed_color(shades_of)
    return colour(FieldColorModeId.PALETTE_CLASSIC)


def _legend(size: Size) -> common.VizLegendOptions:
    legend = common.VizLegendOptions().show_legend(True).placement(models.LegendPlacement.BOTTOM)
    if size.height < _LEGEND_AS_TABLE_FROM:
        return legend.display_mode(models.LegendDisplayMode.LIST).calcs([])
    return (
        legend.display_mode(models.LegendDisplayMode.TABLE)
        .calcs(["mean", "max", "lastNotNull"])
        .sort_by("Max")
        .sort_desc(True)
    )


def _titled(panel: _Panel, title: str, description: str, unit: str, size: Size) -> _Panel:
    panel.title(title).description(description).datasource(SOURCE).unit(unit)
    return panel.span(size.width).height(size.height)
