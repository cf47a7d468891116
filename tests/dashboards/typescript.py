"""A dashboard as TypeScript: each part with the type that Grafana publishes for it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.dashboards.dashboards_on_disk import panels

_RAW = "@grafana/schema/dist/esm/raw"
_PLUGINS = {
    "bargauge": "BarGauge",
    "stat": "Stat",
    "state-timeline": "StateTimeline",
    "table": "Table",
    "timeseries": "TimeSeries",
}
_MARKS = "Plain<(AnnotationQuery<DataQuery & { expr: string; interval: string }> & { titleFormat: string })[]>"
"""The last is read by the data source for Prometheus."""
_HEAD = """\
import type { AnnotationQuery, Dashboard, DataQuery, FieldConfig } from "@grafana/schema";
import type { Plain, Some } from "./plain";
"""


def typescript(dashboard: Mapping[str, Any]) -> str:
    """A module that compiles if the dashboard is what Grafana expects."""
    return "\n".join((_HEAD, *_imports(), *_declarations(dashboard)))


def _imports() -> Iterator[str]:
    for kind, name in _PLUGINS.items():
        place = kind.replace("-", "")
        yield f'import type * as {name} from "{_RAW}/composable/{place}/panelcfg/x/{name}PanelCfg_types.gen";'


def _declarations(dashboard: Mapping[str, Any]) -> Iterator[str]:
    rest = {key: value for key, value in dashboard.items() if key != "annotations"}
    yield _typed("dashboard", "Plain<Dashboard>", rest)
    yield _typed("marks", _MARKS, dashboard["annotations"]["list"])
    for panel in panels(dict(dashboard)):
        number, plugin = panel["id"], _PLUGINS[panel["type"]]
        yield _typed(f"options{number}", f"Some<{plugin}.Options>", panel["options"])
        defaults = panel["fieldConfig"]["defaults"]
        if "custom" in defaults:
            yield _typed(f"custom{number}", f"Some<{plugin}.FieldConfig>", defaults["custom"])
        properties = [p for override in panel["fieldConfig"]["overrides"] for p in override["properties"]]
        for place, one in enumerate(properties):
            owner, key = _owner(plugin, one["id"])
            yield _typed(f"override{number}_{place}", f'Plain<NonNullable<{owner}["{key}"]>>', one["value"])


def _owner(plugin: str, name: str) -> tuple[str, str]:
    """The type that has the property of an override, and what it is called there."""
    if name.startswith("custom."):
        return f"{plugin}.FieldConfig", name.removeprefix("custom.")
    return "FieldConfig", name


def _typed(name: str, kind: str, value: object) -> str:
    return f"export const {name}: {kind} = {json.dumps(value, ensure_ascii=True)};"
