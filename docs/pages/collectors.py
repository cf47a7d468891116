"""A page for each collector: its probe, its limits, and the samples it gives."""

from collections.abc import Mapping
from pathlib import Path

from agent.catalogue import CollectorPlugin, catalogue
from docs.pages.markdown import block, cell, code, joined, table
from docs.pages.replay import samples
from docs.pages.values import seconds


def pages() -> Mapping[Path, str]:
    """The list of collectors, and one page for each."""
    plugins = catalogue().collectors
    rows = (
        [f"[{name}](collectors/{name}.md)", plugin.doc.partition("\n")[0], *_beat(plugin)]
        for name, plugin in plugins.items()
    )
    index = "# Collectors\n\n" + table(("Collector", "Facts", "Asked", "At most", "Needs"), rows)
    return {Path("collectors.md"): index} | {
        Path("collectors") / f"{name}.md": _page(plugin) for name, plugin in plugins.items()
    }


def _beat(plugin: CollectorPlugin) -> tuple[str, str, str]:
    collector = plugin.collector
    return (
        f"every {seconds(collector.every_seconds)}" if collector.every_seconds else "every round",
        seconds(collector.timeout_seconds) if collector.timeout_seconds else "the round's deadline",
        code(collector.needs_command or ""),
    )


def _page(plugin: CollectorPlugin) -> str:
    summary, _, rest = plugin.doc.partition("\n")
    readers = [name for name, check in catalogue().checks.items() if check.collector == plugin.name]
    parts = [f"# {plugin.name}\n", f"{cell(summary)}\n"]
    if rest.strip():
        parts.append(block(rest, "text"))
    parts.append(table(("Asked", "At most", "Needs the command"), [_beat(plugin)]))
    if readers:
        parts.append(f"Read by {', '.join(f'[{name}](../checks/{name}.md)' for name in readers)}.\n")
    parts.append("## What runs on the server\n")
    if plugin.collector.files:
        files = ", ".join(code(path) for path in plugin.collector.files)
        parts.append(f"Read by the one process that reads the files of all collectors: {files}.\n")
    if plugin.collector.probe.strip():
        parts.append('POSIX sh, the body of a function; `"$@"` are its arguments.\n')
        parts.append(block(plugin.collector.probe, "sh"))
    if plugin.collector.read_local:
        parts.append("On the agent's own machine psutil is read instead.\n")
    if made := samples(plugin.name):
        parts.append("## Samples\n\nServed at `/hosts/NAME/metrics`, as node_exporter names them.\n")
        rows = ((code(s.name), s.type.value, ", ".join(code(k) for k, _ in s.labels), s.help) for s in made)
        parts.append(table(("Metric", "Type", "Labels", "Help"), rows))
    return joined(parts)
