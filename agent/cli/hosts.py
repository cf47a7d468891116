"""`rounds hosts`."""

import json
from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from agent.cli.options import ConfigOption, out, read_config

_SHOWN = {
    "name", "transport", "address", "port", "user", "jump", "status", "groups", "role", "owner", "location", "project",
}  # fmt: skip


def hosts(
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """List the configured hosts, how each is reached and how many checks are made on it. Everything with --json."""
    read = read_config(config)
    if as_json:
        rows = [host.model_dump(mode="json", include=_SHOWN) for host in read.hosts]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column("Host", no_wrap=True)
    for title in ("Reached by", "Groups", "Role", "Owner"):
        table.add_column(title, overflow="fold")
    table.add_column("Checks", justify="right", no_wrap=True)
    for host in read.hosts:
        way = "local" if host.transport == "local" else f"{host.user}@{host.address}:{host.port}"
        way += f" via {host.jump}" if host.jump else ""
        checks = str(len(read.checks_for(host.name))) if host.in_service else "out of service"
        table.add_row(host.name, escape(way), ", ".join(host.groups), escape(host.role), escape(host.owner), checks)
    out.print(table)
