"""Writes the dashboards as the JSON that Grafana imports, or says which files are not what the code makes."""

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from deploy.dashboards.panels import BEAT

FOLDER = Path(__file__).parents[1] / "grafana"

_NAMES = ("fleet", "host", "disks", "updates", "backups", "accounts", "agent")


def dashboards() -> Mapping[Path, str]:
    """The text of every file, by its name."""
    return {Path(f"rounds-{name}.json"): _text(_maker(name)()) for name in _NAMES}


def stale(folder: Path = FOLDER) -> list[Path]:
    """The files in `folder` that are missing, are not what the code makes, or that nothing makes any more."""
    wanted = {folder / path: text for path, text in dashboards().items()}
    differing = [path for path, text in wanted.items() if not path.is_file() or path.read_text("utf-8") != text]
    return sorted([*differing, *(path for path in folder.glob("*.json") if path not in wanted)])


def write(folder: Path = FOLDER) -> None:
    """Write every file; remove those that nothing makes."""
    wanted = {folder / path: text for path, text in dashboards().items()}
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.json"):
        if path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        path.write_text(text, "utf-8")


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
