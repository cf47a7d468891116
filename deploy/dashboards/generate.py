"""The dashboards as the JSON that Grafana imports."""

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from deploy.dashboards.panels import BEAT
from docs.generated import Generated

_NAMES = ("fleet", "host", "disks", "updates", "backups", "accounts", "agent")


def dashboards() -> Mapping[Path, str]:
    """The text of every file, by its name."""
    return {Path(f"rounds-{name}.json"): _text(_maker(name)()) for name in _NAMES}


def _maker(name: str) -> Callable[[], Dashboard]:
    maker: Callable[[], Dashboard] = getattr(import_module(f"deploy.dashboards.{name}"), name)
    return maker


def _text(made: Dashboard) -> str:
    """Numbered panels, keys in order: a change of the code changes only its lines.

    What the SDK writes beyond or beside the schema that Grafana publishes is put right.
    """
    content = json.loads(json.dumps(made.build(), cls=JSONEncoder))
    number = 0
    for panel in content["panels"]:
        for one in (panel, *panel.get("panels", ())):
            number += 1
            one["id"] = number
            one.get("options", {}).pop("footer", None)  # not an option of tables any more
    for variable in content["templating"]["list"]:
        for key in ("auto", "auto_count", "auto_min"):  # only variables that are intervals have these
            variable.pop(key, None)
    for mark in content["annotations"]["list"]:
        mark["target"] = {"expr": mark.pop("expr"), "interval": BEAT, "refId": "Anno"}
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


DASHBOARDS = Generated(Path(__file__).parents[1] / "grafana", "*.json", dashboards, target="dashboards")
