"""The committed dashboards, as Grafana would read them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from deploy.dashboards.generate import DASHBOARDS

VARIABLES = {
    "$__rate_interval": "1m",
    "$__interval_ms": "900000",
    "$__interval": "15m",
    "$__range_s": "7776000",
    "$__range": "90d",
    "$project": ".*",
    "$group": ".*",
    "$host": ".*",
    "$instance": ".*",
}
"""What stands in a query for each variable when everything is chosen, longer names first."""


@dataclass(frozen=True, slots=True)
class AskedQuery:
    """One query, and where it stands."""

    uid: str
    title: str
    ref: str
    expression: str

    def __str__(self) -> str:
        return f"{self.uid} / {self.title} / {self.ref}"

    @property
    def resolved(self) -> str:
        """As Prometheus gets it: of every host, also where one is to be chosen."""
        found = self.expression.replace('host="$host"', 'host=~".+"')
        for variable, value in VARIABLES.items():
            found = found.replace(variable, value)
        return found


@cache
def committed() -> dict[str, dict[str, Any]]:
    """Every dashboard by its uid."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted(DASHBOARDS.folder.glob("*.json"))]
    return {dashboard["uid"]: dashboard for dashboard in found}


def panels(dashboard: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every panel that shows something, those of collapsed rows too."""
    for panel in dashboard["panels"]:
        yield from panel.get("panels", ())
        if panel["type"] != "row":
            yield panel


def queries() -> list[AskedQuery]:
    """Of panels and annotations."""
    return [query for dashboard in committed().values() for query in _queries(dashboard)]


def _queries(dashboard: dict[str, Any]) -> Iterator[AskedQuery]:
    uid = dashboard["uid"]
    for panel in panels(dashboard):
        for target in panel["targets"]:
            yield AskedQuery(uid, panel["title"], target["refId"], target["expr"])
    for annotation in dashboard["annotations"]["list"]:
        yield AskedQuery(uid, f"mark: {annotation['name']}", "A", annotation["target"]["expr"])
