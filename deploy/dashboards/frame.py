"""What all dashboards have in common: how they are named, refreshed, linked, and marked."""

from collections.abc import Iterable, Sequence

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync

from deploy.dashboards.links import TAG, across
from deploy.dashboards.palette import CRITICAL, PLAIN, UNKNOWN
from deploy.dashboards.panels import Panel
from deploy.dashboards.scope import SOURCE, agent_url_variable, source_variable, within

PROBLEMS_OPENED = (
    "Problems opened",
    CRITICAL,
    "count by (host, severity) ("
    + within("rounds_problem_start_timestamp_seconds > time() - $__interval_ms / 1000")
    + ")",
)
CHANGES = (
    "Changes",
    PLAIN,
    "sum by (host, kind) (" + within("increase(rounds_inventory_changes_total[$__interval])") + ") > 0",
)
RESTARTS = ("Agent started", UNKNOWN, "rounds_start_timestamp_seconds > time() - $__interval_ms / 1000")

Mark = tuple[str, str, str]
"""A name, a colour, and a query whose series are marked where they have a value."""


def frame(
    uid: str, title: str, description: str, variables: Sequence[builders.QueryVariable], marks: Iterable[Mark] = ()
) -> builders.Dashboard:
    """A dashboard without panels."""
    made = builders.Dashboard(title).uid(uid).description(description).tags([TAG]).timezone("browser")
    made.time("now-6h", "now").refresh("1m").tooltip(DashboardCursorSync.CROSSHAIR).editable()
    made.with_variable(source_variable())
    for variable in variables:
        made.with_variable(variable)
    made.with_variable(agent_url_variable())
    for name, colour, expression in marks:
        made.annotation(_annotation(name, colour, expression))
    for link in across():
        made.link(link)
    return made


def row(title: str, *panels: Panel, collapsed: bool = True) -> builders.Row:
    """Panels below a heading. Those of a collapsed row ask nothing until it is opened."""
    made = builders.Row(title).collapsed(collapsed)
    for panel in panels:
        made.with_panel(panel)
    return made


def _annotation(name: str, colour: str, expression: str) -> builders.AnnotationQuery:
    return builders.AnnotationQuery().name(name).datasource(SOURCE).enable(False).icon_color(colour).expr(expression)
