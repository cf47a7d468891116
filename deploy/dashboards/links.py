"""Ways from one dashboard to the others, and to the agent's own pages."""

from collections.abc import Mapping

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.models.dashboard import DashboardLinkType

TAG = "rounds"
"""Every dashboard of rounds has it."""

REPORT = "${agent_url:raw}/reports/latest"
"""The daily log, as the agent shows it."""

_KEPT = "${__url_time_range}&var-datasource=${datasource}&var-agent_url=${agent_url:percentencode}"

_HOST = f"/d/rounds-host?{_KEPT}&var-host="
DataLink = Mapping[str, str]
"""A link from a value: its title and address."""

HOST_OF_ROW: DataLink = {"title": "Dashboard of this host", "url": _HOST + "${__value.text:percentencode}"}
"""From a cell of a table that holds the name of a host."""

HOST_OF_SERIES: DataLink = {"title": "Dashboard of this host", "url": _HOST + "${__field.labels.host:percentencode}"}
"""From a series that has the label `host`."""


def across() -> list[builders.DashboardLink]:
    """Above every dashboard: the others, and the daily log."""
    others = builders.DashboardLink("Dashboards of rounds").type(DashboardLinkType.DASHBOARDS).tags([TAG])
    report = builders.DashboardLink("Daily log").type(DashboardLinkType.LINK).url(REPORT).icon("doc")
    return [
        others.as_dropdown(True).include_vars(True).keep_time(True).icon("external link"),
        report.target_blank(True).tooltip("The newest maintenance log, on the agent's own page"),
    ]
