"""A page for each check: its doc block, parameters, metrics and the commands behind it."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from agent.catalogue import CheckPlugin, catalogue
from agent.config import schema
from checks.contract import Params
from docs.pages.keys import HEAD, Keys
from docs.pages.markdown import code, joined, table
from docs.pages.measurements import measurements
from docs.pages.values import seconds

_FIELDS = ("Item", "State", "Why", "What to do", "Manual")


def pages() -> Mapping[Path, str]:
    """The list of checks, and one page for each."""
    plugins = catalogue().checks
    rows = (
        [
            f"[{name}](checks/{name}.md)",
            f"{plugin.check.title.en} {plugin.check.title.zh}",
            plugin.doc_block[""],
            plugin.doc_block["Manual"],
        ]
        for name, plugin in plugins.items()
    )
    index = "# Checks\n\n" + table(("Check", "Title", "What is judged", "Manual"), rows)
    found = {Path("checks.md"): index + "\nThresholds are set under `checks:` in [config.yaml](configuration.md).\n"}
    return found | {Path("checks") / f"{name}.md": _page(plugin) for name, plugin in plugins.items()}


def _page(plugin: CheckPlugin) -> str:
    check = plugin.check
    parts = [f"# {plugin.name}\n", f"**{check.title.en} · {check.title.zh}.** {_prose(plugin.doc_block[''])}\n"]
    parts.append(table(("", ""), ((f"**{field}**", _prose(plugin.doc_block.get(field, ""))) for field in _FIELDS)))
    parts.append(
        table(
            ("Layer", "Section of the daily report", "Facts from", "Asked"),
            [
                (
                    check.layer.value.replace("_", " "),
                    check.section.value,
                    f"[{plugin.collector}](../collectors/{plugin.collector}.md)",
                    f"every {seconds(every)}" if (every := check.reads.every_seconds) else "every round",
                )
            ],
        )
    )
    parts.append(f"## Parameters\n\nUnder `checks: {{{plugin.name}: ...}}`, in a group or in a host.\n")
    parts.append(table(HEAD, _parameters(plugin.name)))
    measured = measurements()[plugin.name]
    if measured:
        parts.append("## Metrics\n\nEach with the labels `host` and `item`, beside `rounds_check_state`.\n")
        parts.append(table(("Metric", "Unit"), ((code(metric), unit or "count") for metric, unit in measured.items())))
    return joined(parts)


def _parameters(name: str) -> Iterator[tuple[str, ...]]:
    """A check's own keys, then those that every check has."""
    whole = _whole()
    keys = Keys(whole)
    model = keys.model(whole["$defs"]["Checks"]["properties"][name])
    return keys.rows(model or {"properties": {}}, last=Params.model_fields)


@cache
def _whole() -> dict[str, Any]:
    return schema()


def _prose(text: str) -> str:
    # Doc blocks quote names as `name`, and may hold commands with what Markdown would take for marks.
    return re.sub(r"([*_])", r"\\\1", text) if "`" not in text else text
