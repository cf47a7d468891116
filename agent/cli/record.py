"""`rounds record`: raw answers of a host as recordings."""

from pathlib import Path
from typing import Annotated

import typer

from agent.catalogue import catalogue
from agent.cli.completion import host_names
from agent.cli.logs import quiet_logs
from agent.cli.options import ConfigOption, choose_host, fail, out, read_config
from agent.recording import record_host
from collectors.contract import TransportError


def record(
    host: Annotated[str, typer.Argument(help="The host's name in the configuration.", autocompletion=host_names)],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder; one sub-folder per collector is made in it.")],
    config: ConfigOption = None,
) -> None:
    """Keep what a host's commands print, as recordings for tests and bug reports.

    Host names, addresses, ids, e-mail addresses and home folders are replaced; names in free text are not: read the
    files before you give them away.
    """
    quiet_logs()
    read = read_config(config)
    chosen = choose_host(read, host)
    try:
        written = record_host(read, catalogue(), chosen, output)
    except TransportError as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot write {error.filename}: {error.strerror}")
    for path in written:
        out.print(str(path), markup=False, soft_wrap=True)
    out.print(f"{len(written)} recordings; names and addresses were replaced, read them before you give them away")
