"""`rounds explain` and `rounds script`: what is done on a server, and why, for whoever must allow it."""

import shlex
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer
from pydantic.fields import FieldInfo
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from agent.catalogue import CheckPlugin, catalogue
from agent.cli.completion import check_names, host_names
from agent.cli.options import ConfigOption, choose_host, err, fail, find_config, out, read_config, unknown
from agent.once import task_for
from agent.runner import sections
from checks.contract import Params
from checks.contract.written import write_duration, written_field
from collectors.transport.script import assemble
from exporters.contract import Lane

InForce = Mapping[str, Params | None]
"""The parameters of a check by host; None where it is not made."""

_WHY_NOT = "disabled, or nothing to look for is configured"

_HOSTS_NAMED = 3


def explain(
    check: Annotated[
        str, typer.Argument(help="The check's name; without one, all are listed.", autocompletion=check_names)
    ] = "",
    host: Annotated[
        str, typer.Option(help="Show what is in force on this host. Default: on all.", autocompletion=host_names)
    ] = "",
    config: ConfigOption = None,
) -> None:
    """Explain a check: what it judges and why, its parameters, the levels in force and the exact commands that run.

    Without a configuration the defaults are shown.
    """
    known = catalogue().checks
    if check and check not in known:
        fail(unknown("check", check, known))
    if not check:
        table = Table.grid(padding=(0, 2))
        for name, plugin in known.items():
            table.add_row(Rich(name, style="bold"), Rich(plugin.doc_block[""]))
        out.print(table)
        return
    plugin = known[check]
    in_force = _in_force(check, host, config)
    out.print(Rich(check, style="bold"), plugin.check.title.en, plugin.check.title.zh)
    out.print()
    out.print(Rich(plugin.doc_block[""]))
    out.print()
    out.print(_pairs((heading, words) for heading, words in plugin.doc_block.items() if heading))
    _print_parameters(plugin, in_force)
    _print_commands(plugin)
    _print_arguments(plugin, in_force)


def script(
    host: Annotated[str, typer.Argument(help="The host's name in the configuration.", autocompletion=host_names)],
    lane: Annotated[Lane, typer.Option(help="The round of every minute, or the slow one.")] = Lane.FAST,
    config: ConfigOption = None,
) -> None:
    """Print the script that a round sends to a host, byte for byte but for its marker and the time.

    It reads only, and runs in any POSIX shell: `rounds script web-01 | sh` shows what it would answer here.
    """
    read = read_config(config, check_files=False)
    chosen = choose_host(read, host)
    task = task_for(read, catalogue(), chosen, lane)
    asked = task.collectors
    if chosen.transport == "local":
        asked = tuple(name for name in asked if catalogue().collectors[name].collector.read_local is None)
        err.print(f"{host} is this machine: the rest of its facts is read through psutil", markup=False, soft_wrap=True)
    if not asked:
        fail(f"no command runs on {host} in its {lane} lane")
    how = {"idly": lane is Lane.SLOW, "by_sudo": chosen.sudo}
    text = assemble(sections(task, catalogue(), asked), "@rounds-0000000000000000", time.time(), **how)
    typer.echo(text, nl=False)


def _in_force(check: str, host: str, config: Path | None) -> InForce:
    """The parameters on the host named, or on every host on rounds; nothing when there is no configuration."""
    if find_config(config) is None:
        if host:
            fail(f"no configuration: what is in force on {host} is not known; name one with --config")
        return {}
    read = read_config(config, check_files=False)
    hosts = [choose_host(read, host)] if host else read.on_rounds
    return {chosen.name: read.checks_for(chosen.name).get(check) for chosen in hosts}


def _print_parameters(plugin: CheckPlugin, in_force: InForce) -> None:
    _heading("Parameters", "and what is in force" if in_force else "(defaults: there is no configuration here)")
    off = [name for name, params in in_force.items() if params is None]
    if off:
        out.print(
            Padding(
                Rich(f"not made on {_named(off)}: {_WHY_NOT}", style="yellow"),
                (0, 0, 0, 2),
            )
        )
    usual = plugin.check.params()
    table = Table.grid(padding=(0, 2))
    for name, info in _own_first(type(usual)):
        default = written_field(getattr(usual, name), info)
        hosts_by_value: dict[str, list[str]] = {}
        for host, params in in_force.items():
            if params is not None:
                hosts_by_value.setdefault(written_field(getattr(params, name), info), []).append(host)
        cell = Rich(default)
        cell.append("  (default)", style="dim")
        for value, hosts in hosts_by_value.items():
            if value != default:
                cell.append(f"\n{value}", style="bold")
                cell.append(f"  on {_named(hosts)}", style="dim")
        cell.append(f"\n{info.description}", style="italic" if out.is_terminal else "")
        table.add_row("", Rich(name, style="bold"), cell)
    out.print(table)


def _print_commands(plugin: CheckPlugin) -> None:
    collector = catalogue().collectors[plugin.collector].collector
    every = f"every {write_duration(collector.every_seconds)}" if collector.every_seconds else "every round"
    about = {"How often": f"{every}, unless `every` says otherwise"}
    if collector.timeout_seconds:
        about["At most"] = f"{write_duration(collector.timeout_seconds)} on the host"
    if collector.needs_command:
        about["Needs"] = f"the command {collector.needs_command}; where it is missing, the check is not applicable"
    if collector.read_local:
        about["This machine"] = "is asked through psutil instead of the commands below"
    if collector.files:
        about["Reads"] = " ".join(collector.files)
    out.print()
    out.print(_pairs(about.items()))
    if not collector.probe.strip():
        return
    _heading("Commands", f"of the collector {plugin.collector}, in POSIX sh:")
    out.print()
    out.print(collector.probe.strip(), markup=False, soft_wrap=True)


def _print_arguments(plugin: CheckPlugin, in_force: InForce) -> None:
    if plugin.check.arguments is None:
        return
    hosts_by_arguments: dict[str, list[str]] = {}
    for host, params in in_force.items():
        if params is not None:
            text = shlex.join(plugin.check.arguments(params))
            hosts_by_arguments.setdefault(text, []).append(host)
    for text, hosts in hosts_by_arguments.items():
        _heading("Arguments", f"on {_named(hosts)}: {text or 'none'}")


def _own_first(model: type[Params]) -> list[tuple[str, FieldInfo]]:
    """The fields of a check's parameters, those that every check has last."""
    return sorted(model.model_fields.items(), key=lambda field: field[0] in Params.model_fields)


def _pairs(pairs: Iterable[tuple[str, str]]) -> Table:
    """Words beside their heading."""
    table = Table.grid(padding=(0, 2))
    for heading, words in pairs:
        table.add_row(Rich(heading, style="bold"), Rich(words))
    return table


def _heading(title: str, words: str) -> None:
    out.print()
    out.print(Rich(title, style="bold"), Rich(words), soft_wrap=not out.is_terminal)


def _named(hosts: Iterable[str]) -> str:
    """`web-01, web-02, web-03 and 9 more`."""
    names = list(hosts)
    more = len(names) - _HOSTS_NAMED
    return ", ".join(names[:_HOSTS_NAMED]) + (f" and {more} more" if more > 0 else "")
