"""`rounds log`."""

import json
import time
from enum import StrEnum
from typing import Annotated

import typer

from agent.catalogue import catalogue
from agent.cli.columns import print_rows
from agent.cli.completion import check_names, host_names
from agent.cli.logs import quiet_logs
from agent.cli.looked_up import FINDERS, Lookup
from agent.cli.options import ConfigOption, err, fail, out, read_config, unknown
from agent.cli.when import moment, shown
from agent.config import Config
from agent.history import HistoryError, Sought
from agent.memory import opened_history
from agent.problems import REACHABLE
from agent.web.answers import StateName
from checks.contract import State
from exporters.daily.words import counted


class What(StrEnum):
    """What is looked through."""

    CHANGES = "changes"
    ROUNDS = "rounds"
    REPORTS = "reports"
    LINES = "lines"


def log(
    show: Annotated[
        What,
        typer.Option(
            help="changes: confirmed changes of state. rounds: each round. reports: the daily records that tell of it."
            " lines: their lines."
        ),
    ] = What.CHANGES,
    host: Annotated[
        list[str] | None, typer.Option(help="Only this host; may be given again.", autocompletion=host_names)
    ] = None,
    check: Annotated[
        list[str] | None, typer.Option(help="Only this check; may be given again.", autocompletion=check_names)
    ] = None,
    item: Annotated[str, typer.Option(help="Only items like this: /var, or 'eth*'.")] = "",
    since: Annotated[
        str, typer.Option("--from", "--since", help="How long ago (36h, 7d) or a moment (2026-11-20, yesterday).")
    ] = "7d",
    until: Annotated[str, typer.Option("--to", "--until", help="The same for the end.")] = "now",
    state: Annotated[
        list[StateName] | None,
        typer.Option(help="Only this state, a change by what it led to; may be given again.", case_sensitive=False),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what was not confirmed, and what was normal at its first sight.")
    ] = False,
    most: Annotated[int, typer.Option(min=1, max=100_000, help="Of more than these, the last.")] = 200,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Search what happened: past changes of state, rounds and daily records, by host, check, time and state."""
    quiet_logs()
    read = read_config(config, check_files=False)
    now = time.time()
    begin, end = (moment(option, at, now, read.zone) for option, at in (("--from", since), ("--to", until)))
    if begin > end:
        fail(f"--from ({shown(begin, read.zone)}) is after --to ({shown(end, read.zone)})")
    if show is What.ROUNDS and (check or item):
        fail("a round is of a host, not of a check: leave out --check and --item, or say --show changes or lines")
    states = tuple(State[name] for name in state or ())
    sought = Sought(begin, end, tuple(host or ()), tuple(check or ()), item, states, most)
    finder = FINDERS[show]
    try:
        with opened_history(read) as history:
            found = finder.find(Lookup(history, sought, read.zone, everything))
    except HistoryError as error:
        fail(str(error))
    if not found.found:
        _refuse_unknown(read, sought)
    if as_json:
        typer.echo(json.dumps([finder.in_json(one, read.zone) for one in found.found], indent=2, ensure_ascii=False))
    else:
        rows = [finder.cells(one, read.zone) for one in found.found]
        print_rows(out, finder.titles, rows, whole=finder.whole)
        number = counted(len(rows), finder.noun) if rows else f"no {finder.noun}"
        said = f"{number}, {shown(begin, read.zone)} to {shown(end, read.zone)}"
        out.print(said, markup=False, soft_wrap=True)
    if found.total > len(found.found):
        err.print(f"only the last {most}; there are more: see --from, --to and --most", soft_wrap=True)


def _refuse_unknown(config: Config, sought: Sought) -> None:
    """A name that was never heard of is a slip; one that is no longer configured may well be searched for."""
    for kind, names, known in (
        ("host", sought.hosts, [host.name for host in config.hosts]),
        ("check", sought.checks, [*catalogue().checks, REACHABLE.name]),
    ):
        for name in names:
            if name not in known:
                fail(unknown(kind, name, known))
