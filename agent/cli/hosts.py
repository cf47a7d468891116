"""`rounds hosts`."""

import json
from typing import Annotated

import typer
from rich.text import Text as Rich

from agent.cli.columns import print_rows
from agent.cli.options import ConfigOption, out, read_config
from agent.config import Config, HostConfig

_IN_JSON = (
    "name", "address", "transport", "port", "user", "jump", "status", "groups", "role", "owner", "location", "project",
)  # fmt: skip


def hosts(
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs; with everything there is to say.")] = False,
) -> None:
    """List the configured hosts, how each is reached and how many checks are made on it."""
    read = read_config(config, check_files=False)
    if as_json:
        typer.echo(json.dumps([_in_json(read, host) for host in read.hosts], indent=2, ensure_ascii=False))
        return
    rows = [tuple(map(Rich, _cells(read, host))) for host in read.hosts]
    print_rows(out, ("Host", "Reached by", "Groups", "Role", "Owner", "Checks"), rows, whole=("Host", "Checks"))


def _cells(config: Config, host: HostConfig) -> tuple[str, ...]:
    address = f"[{host.address}]" if ":" in host.address else host.address
    way = "local" if host.transport == "local" else f"{host.user}@{address}:{host.port}"
    way += f" via {host.jump}" if host.jump and host.transport == "ssh" else ""
    checks = str(len(config.checks_for(host.name))) if host.in_service else "out of service"
    return host.name, way, ", ".join(host.groups), host.role, host.owner, checks


def _in_json(config: Config, host: HostConfig) -> dict[str, object]:
    fields = host.model_dump(mode="json", include=set(_IN_JSON))
    checks = list(config.checks_for(host.name)) if host.in_service else []
    return {**{key: fields[key] for key in _IN_JSON}, "checks": checks}
