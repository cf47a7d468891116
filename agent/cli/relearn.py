"""`rounds relearn`."""

import getpass
from typing import Annotated

import typer

from agent.catalogue import Catalogue, catalogue
from agent.cli.completion import host_names
from agent.cli.logs import quiet_logs
from agent.cli.options import ConfigOption, choose_host, fail, out, read_config, unknown
from agent.history import HistoryError
from agent.memory import opened_history


def relearn(
    host: Annotated[str, typer.Argument(help="The host's name in the configuration.", autocompletion=host_names)],
    names: Annotated[list[str], typer.Argument(metavar="CHECK...", help="Checks, or the collectors they read.")],
    config: ConfigOption = None,
) -> None:
    """Take what a host shows now as what is right: forget what was seen first, and learn it anew.

    For checks that compare with the first sight, after a change that was meant: a slower link, a replaced disk, another
    open port. A running agent does it within seconds, one that starts later does it then. Who asked is kept.
    """
    quiet_logs()
    read = read_config(config)
    chosen = choose_host(read, host)
    collectors = tuple(dict.fromkeys(_collector(catalogue(), name) for name in names))
    try:
        with opened_history(read) as history:
            history.ask_to_relearn(chosen.name, collectors, getpass.getuser())
    except HistoryError as error:
        fail(str(error))
    out.print(f"{chosen.name}: {', '.join(collectors)} will be learned anew", markup=False, soft_wrap=True)


def _collector(known: Catalogue, name: str) -> str:
    """The collector that a check reads, or of that very name; it must be one that remembers."""
    remembering = {name for name, plugin in known.collectors.items() if plugin.collector.keep_facts}
    checks = {check: plugin.collector for check, plugin in known.checks.items() if plugin.collector in remembering}
    if name in known.checks and name not in checks:
        fail(f"{name} compares with nothing that was seen first; these do: {', '.join(sorted(checks))}")
    if name not in checks and name not in remembering:
        fail(unknown("check", name, {*checks, *remembering}))
    return checks.get(name, name)
