"""`rounds explain` and `rounds script`: what is done on a server, and why, for whoever must allow it."""

import time
from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from agent.catalogue import CheckPlugin, catalogue
from agent.cli.options import ConfigOption, choose_host, choose_hosts, fail, out, read_config, unknown
from agent.config import Config
from agent.once import task_for
from agent.runner import sections
from collectors.transport.script import assemble
from exporters.contract import Lane


def explain(
    check: Annotated[str, typer.Argument(help="The check's name; without one, all are listed.")] = "",
    host: Annotated[
        str, typer.Option(help="Show what is in force on this host. Default: the first that makes the check.")
    ] = "",
    config: ConfigOption = None,
) -> None:
    """Explain a check: what it judges and why, its parameters, the levels in force and the exact commands that run."""
    known = catalogue().checks
    if not check:
        for name, plugin in known.items():
            out.print(f"[bold]{name:24}[/] {escape(plugin.doc_block[''])}")
        return
    if check not in known:
        fail(unknown("check", check, known))
    plugin = known[check]
    collector = catalogue().collectors[plugin.collector].collector
    out.print(f"[bold]{check}[/] {plugin.check.title.en} {plugin.check.title.zh}\n")
    out.print(plugin.doc, markup=False, soft_wrap=True)
    read = read_config(config, check_files=False)
    place = host or next((h.name for h in read.on_rounds if check in read.checks_for(h.name)), "")
    if place:
        choose_host(read, place)
    _parameters(plugin, read, place)
    every = collector.every_seconds
    out.print(f"\n[bold]How often[/] {f'every {every:g} s' if every else 'every round'}, unless `every` says otherwise")
    if collector.timeout_seconds:
        out.print(f"[bold]At most[/] {collector.timeout_seconds:g} s on the host")
    if collector.read_local:
        out.print("[bold]On the agent's own machine[/] psutil is read instead of the commands below")
    out.print(f"\n[bold]Commands[/] of the collector {plugin.collector}, in POSIX sh:\n")
    out.print(collector.probe.strip(), markup=False, soft_wrap=True)
    if place and plugin.check.arguments and check in read.checks_for(place):
        arguments = plugin.check.arguments(read.checks_for(place)[check])
        out.print(
            f"\n[bold]Arguments[/] on {place}: {escape(' '.join(map(repr, arguments)) or 'none')}", soft_wrap=True
        )


def script(
    host: Annotated[str, typer.Argument(help="The host's name in the configuration.")],
    lane: Annotated[Lane, typer.Option(help="The round of every minute, or the slow one.")] = Lane.FAST,
    config: ConfigOption = None,
) -> None:
    """Print the script that a round sends to a host, byte for byte but for marker and time."""
    read = read_config(config, check_files=False)
    (chosen,) = choose_hosts(read, [host])
    task = task_for(read, catalogue(), chosen, lane)
    typer.echo(
        assemble(sections(task, catalogue(), task.collectors), "@rounds-0000000000000000", time.time()), nl=False
    )


def _parameters(plugin: CheckPlugin, config: Config, host: str) -> None:
    model = plugin.check.params
    params = config.checks_for(host).get(plugin.name) if host else None
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for title in ("Parameter", "Default", f"In force on {host}" if host else "In force", "Meaning"):
        table.add_column(title, overflow="fold")
    usual = model()
    for name, field in model.model_fields.items():
        now = "disabled" if params is None else _shown(getattr(params, name))
        table.add_row(name, escape(_shown(getattr(usual, name))), escape(now), escape(field.description or ""))
    out.print()
    out.print(table)


def _shown(value: object) -> str:
    if hasattr(value, "model_dump"):
        return ", ".join(f"{key}: {_shown(part)}" for key, part in value.model_dump().items())
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (list, tuple)):
        return "; ".join(_shown(part) for part in value) or "none"
    return "-" if value is None else str(value)
