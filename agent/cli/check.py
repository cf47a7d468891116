"""`rounds check`: one round now."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from agent.catalogue import catalogue
from agent.cli import nagios
from agent.cli.logs import quiet_logs
from agent.cli.options import ConfigOption, choose_hosts, err, fail, out, read_config, unknown
from agent.cli.tables import results_table, summary_line
from agent.config import Config, HostConfig
from agent.once import make_rounds
from checks.contract import State
from exporters.contract import HostReport

_MANY_HOSTS = 4
"""From so many hosts on a progress bar is worth its line."""


class Format(StrEnum):
    """How the round is printed."""

    TABLE = "table"
    JSON = "json"
    NAGIOS = "nagios"


def check(
    host: Annotated[
        list[str] | None, typer.Argument(help="Default: every host in service.", show_default=False)
    ] = None,
    check: Annotated[list[str] | None, typer.Option("--check", help="Only this check; may be repeated.")] = None,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.TABLE,
    everything: Annotated[bool, typer.Option("--all", help="Also list what is fine, on however many hosts.")] = False,
    config: ConfigOption = None,
) -> None:
    """Make one round now and print it.

    The exit code is the worst state as Nagios has them: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.
    What could not be checked is never OK.
    """
    quiet_logs()
    read = read_config(config)
    known = catalogue().checks
    for name in check or ():
        if name not in known:
            fail(unknown("check", name, known))
    hosts = choose_hosts(read, host or ())
    for chosen in hosts:
        if check and not set(check) & set(read.checks_for(chosen.name)):
            fail(f"none of the checks asked for is made on {chosen.name}: they are disabled there")
    reports = _with_progress(read, hosts, check or ())
    match format:
        case Format.JSON:
            typer.echo(_REPORTS.dump_json(tuple(reports), indent=2, exclude=_LEFT_OUT).decode())
        case Format.NAGIOS:
            typer.echo(nagios.text(reports))
        case Format.TABLE:
            table = results_table(reports, everything=True if everything else None)
            if table.row_count:
                out.print(table)
            out.print(summary_line(reports))
    worst = max((state for report in reports if (state := report.state) is not None), default=State.UNKNOWN)
    raise typer.Exit(nagios.EXIT_CODES[worst])


_REPORTS = TypeAdapter(tuple[HostReport, ...])
_LEFT_OUT = {"__all__": {"facts", "samples"}}


def _with_progress(config: Config, hosts: Sequence[HostConfig], checks: Sequence[str]) -> list[HostReport]:
    if len(hosts) < _MANY_HOSTS or not sys.stderr.isatty():
        return make_rounds(config, catalogue(), hosts, checks)
    columns = (TextColumn("rounds"), BarColumn(), MofNCompleteColumn(), TextColumn("hosts"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        bar = progress.add_task("rounds", total=len(hosts))
        return make_rounds(config, catalogue(), hosts, checks, told=lambda _: progress.advance(bar))
