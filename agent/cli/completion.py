"""Names that the shell completes."""

from collections.abc import Iterator
from pathlib import Path

import typer

from agent.catalogue import catalogue
from agent.cli.options import find_config
from agent.config import ConfigError, load


def host_names(context: typer.Context, incomplete: str) -> Iterator[str]:
    """The configured hosts that begin so; none when the configuration cannot be read."""
    written = context.params.get("config")
    path = find_config(Path(written) if written else None)
    if path is None:
        return
    try:
        hosts = load(path, check_files=False).hosts
    except ConfigError:
        return
    taken = context.params.get("host") or ()
    yield from (host.name for host in hosts if host.name.startswith(incomplete) and host.name not in taken)


def check_names(incomplete: str) -> Iterator[tuple[str, str]]:
    """The checks that begin so, each with what it is about."""
    for name, plugin in catalogue().checks.items():
        if name.startswith(incomplete):
            yield name, plugin.doc_block[""]
