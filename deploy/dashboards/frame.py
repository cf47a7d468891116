"""What all dashboards have in common: how they are named, refreshed, linked, and marked."""

from collections.abc import Iterable, Sequence

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.models import dashboard as models

from deploy.dashboards.links import TAG, across
from deploy.dashboards.palette import CRITICAL, PLAIN, UNKNOWN
from deploy.dashboards.panels import Panel
from deploy.dashboards.scope import SOURCE, agent_url_variable, source_variable, within

PROBLEMS_OPENED = (
    "Problems opened",
    CRITICAL,
    "{{host}}: {{check}} is {{severity}}",
    "count by (host, check, severity) ("
    + within("rounds_problem_start_timestamp_seconds > time() - $__interval_ms / 1000")
    + ")",
)
CHANGES = (
    "Changes",
    PLAIN,
    "{{host}}: {{kind}} changed",
    "sum by (host, kind) (" + within("increase(rounds_inventory_changes_total[$__rate_interval])") + ") > 0",
)
RESTARTS = (
    "Agent started",
    UNKNOWN,
    "the agent {{instance}} was started",
    "rounds_start_timestamp_seconds > time() - $__interval_ms / 1000",
)

Mark = tuple[str, str, str, str]
"""A name, a colour, what is said of each series, and a query whose series are marked where they have a value."""


def frame(
    uid: str, title: str, description: str, variables: Sequence[builders.QueryVariable], marks: Iterable[Mark] = ()
) -> builders.Dashboard:
    """A dashboard without panels."""
    made = builders.Dashboard(title).uid(uid).description(description).tags([TAG]).timezone("browser")
    made.time("now-6h", "now").refresh("1m").tooltip(models.DashboardCursorSync.CROSSHAIR).editable()
    made.with_variable(source_variable())
    for variable in variables:
        made.with_variable(variable)
    made.with_variable(agent_url_variable())
    for mark in marks:
        made.annotation(_annotation(*mark))
    for link in across():
        made.link(link)
    return made


def row(title: str, *panels: Panel, collapsed: bool = True) -> builders.Row:
    """Panels below a heading. Those of a collapsed row ask nothing until it is opened."""
    made = builders.Row(title).collapsed(collapsed)
    for panel in panels:
        made.with_panel(panel)
    return made


def _annotation(name: str, colour: str, said: str, expression: str) -> builders.AnnotationQuery:
    mark = builders.AnnotationQuery()
    mark._internal = _Mark(said)
    return mark.name(name).datasource(SOURCE).enable(False).icon_color(colour).expr(expression)


class _Mark(models.AnnotationQuery):
    """With the words that Grafana's data source for Prometheus shows, which the SDK does not know of."""

    def __init__(self, said: str) -> None:
        super().__init__()
        self._said = said

    def to_json(self) -> dict[str, object]:
        """As it stands in the file."""
        return {**super().to_json(), "titleFormat": self._said}
