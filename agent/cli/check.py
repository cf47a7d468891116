"""`rounds check`: one round now."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from agent.board import Board
from agent.catalogue import catalogue
from agent.cli import nagios
from agent.cli.completion import check_names, host_names
from agent.cli.logs import quiet_logs
from agent.cli.options import ConfigOption, choose_hosts, err, fail, out, read_config, unknown
from agent.cli.tables import print_results
from agent.cli.textfile import TextfileOption, refuse_what_nobody_reads, write_textfile
from agent.config import Config, HostConfig
from agent.memory import recollected
from agent.once import make_rounds
from agent.recollection import Recollection
from agent.web.answers import HostDetailOut, host_detail_out
from exporters.contract import HostReport

_MANY_HOSTS = 4
"""From so many hosts on a progress bar is worth its line."""

_JSON = TypeAdapter(tuple[HostDetailOut, ...])


class Format(StrEnum):
    """How the round is printed."""

    TABLE = "table"
    JSON = "json"
    NAGIOS = "nagios"


def check(
    host: Annotated[
        list[str] | None,
        typer.Argument(help="Default: every host in service.", show_default=False, autocompletion=host_names),
    ] = None,
    check: Annotated[
        list[str] | None,
        typer.Option("--check", help="Only this check; may be repeated.", autocompletion=check_names),
    ] = None,
    format: Annotated[
        Format,
        typer.Option(help="table; json: a list of hosts, each as /api/v1/hosts/NAME answers; nagios: as a plugin."),
    ] = Format.TABLE,
    everything: Annotated[
        bool, typer.Option("--all", help="Also list what is fine, on however many hosts, and why checks do not apply.")
    ] = False,
    textfile: TextfileOption = None,
    config: ConfigOption = None,
) -> None:
    """Make one round now and print it.

    The exit code is the worst state as Nagios has them: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.
    What could not be checked is never OK. Bad input ends with 2 too, and prints nothing on standard output;
    so does a --textfile that cannot be written.
    """
    quiet_logs()
    read = read_config(config)
    hosts = choose_hosts(read, host or ())
    _refuse_checks_not_made(read, hosts, check or ())
    if textfile is not None:
        refuse_what_nobody_reads(textfile)
    reports = _with_progress(read, hosts, check or ())
    if textfile is not None:
        write_textfile(textfile, reports)
    match format:
        case Format.JSON:
            typer.echo(_JSON.dump_json(tuple(map(_answer, reports)), indent=2))
        case Format.NAGIOS:
            typer.echo(nagios.text(reports))
        case Format.TABLE:
            print_results(out, reports, everything=True if everything else None)
    raise typer.Exit(nagios.EXIT_CODES[nagios.worst_state(reports)])


def _refuse_checks_not_made(config: Config, hosts: Sequence[HostConfig], checks: Sequence[str]) -> None:
    """End with exit code 2 when a check does not exist, or none of those asked for is made on a host."""
    known = catalogue().checks
    for name in checks:
        if name not in known:
            fail(unknown("check", name, known))
    for host in hosts:
        if checks and not set(checks) & set(config.checks_for(host.name)):
            which = f"{checks[0]} is" if len(checks) == 1 else "the checks asked for are"
            fail(f"{which} not made on {host.name}: disabled, or nothing to look for is configured")


def _answer(report: HostReport) -> HostDetailOut:
    board = Board()
    board.observe(report)
    return host_detail_out(report.host, board.standing(report.host.name))


def _with_progress(config: Config, hosts: Sequence[HostConfig], checks: Sequence[str]) -> list[HostReport]:
    with recollected(config, catalogue()) as recollection:
        return _rounds(config, hosts, checks, recollection)


def _rounds(
    config: Config, hosts: Sequence[HostConfig], checks: Sequence[str], recollection: Recollection
) -> list[HostReport]:
    if len(hosts) < _MANY_HOSTS or not err.is_terminal:
        return make_rounds(config, catalogue(), hosts, checks, recollection=recollection)
    columns = (TextColumn("rounds"), BarColumn(), MofNCompleteColumn(), TextColumn("hosts"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        bar = progress.add_task("rounds", total=len(hosts))
        return make_rounds(
            config, catalogue(), hosts, checks, told=lambda _: progress.advance(bar), recollection=recollection
        )
