"""`rounds changes`."""

import json
import time
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.text import Text as Rich

from agent.cli.columns import print_rows
from agent.cli.completion import host_names
from agent.cli.logs import quiet_logs
from agent.cli.options import ConfigOption, choose_hosts, fail, out, read_config
from agent.cli.when import moment, shown
from agent.history import HistoryError
from agent.memory import opened_history
from collectors.contract import Kind
from exporters.contract import Change
from exporters.daily.inert import plain
from exporters.daily.quantities import iso
from exporters.daily.words import counted

_TITLES = ("Seen", "Host", "Kind", "What", "Before", "After")


def changes(
    hosts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[HOST]...", help="Default: every host on rounds.", autocompletion=host_names),
    ] = None,
    since: Annotated[
        str, typer.Option(help="How long ago (36h, 7d) or a moment (2026-11-20, 2026-11-20 18:00, yesterday).")
    ] = "today",
    until: Annotated[str, typer.Option(help="The same for the end.")] = "now",
    kind: Annotated[list[Kind] | None, typer.Option(help="Only of this kind; may be given again.")] = None,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs; with when it was last as before.")] = False,
) -> None:
    """Show what changed on hosts: packages, ports, accounts, settings. Default: since the last round of yesterday.

    Each change stands at the look that found it; it was made some time after the look before.
    """
    quiet_logs()
    read = read_config(config, check_files=False)
    chosen = [host.name for host in choose_hosts(read, hosts or ())]
    now = time.time()
    begin, end = (moment(f"--{name}", at, now, read.zone) for name, at in (("since", since), ("until", until)))
    if begin > end:
        fail(f"--since ({shown(begin, read.zone)}) is after --until ({shown(end, read.zone)})")
    try:
        with opened_history(read) as history:
            found = [c for name in chosen for c in history.changes(begin, end, name, kind or ())]
            known_since = history.known_since(now)
    except HistoryError as error:
        fail(str(error))
    found.sort(key=lambda change: change.at)
    if as_json:
        typer.echo(json.dumps([_in_json(change, read.zone) for change in found], indent=2, ensure_ascii=False))
    else:
        print_rows(out, _TITLES, [_cells(change, read.zone) for change in found], whole=("Seen", "Kind"))
    known = [name for name in chosen if known_since.get(name, end) < end]
    for name in chosen:
        if name not in known:
            typer.echo(f"{name}: nothing is known of it at that time: it was not looked at by then", err=True)
        elif known_since[name] > begin:
            since_when = shown(known_since[name], read.zone)
            typer.echo(f"{name}: known since {since_when} only; what changed before is not known", err=True)
    if known and not as_json:
        number = counted(len(found), "change") if found else "nothing changed"
        out.print(f"{number}, {shown(begin, read.zone)} to {shown(end, read.zone)}", markup=False, soft_wrap=True)


def _cells(change: Change, zone: ZoneInfo) -> tuple[Rich, ...]:
    went, came = change.after is None, change.before is None
    return (
        Rich(shown(change.at, zone)),
        Rich(change.host),
        Rich(change.kind.replace("_", " ")),
        Rich(plain(change.name)),
        Rich(_value(change.before), style="red" if went else "dim"),
        Rich(_value(change.after), style="green" if came else ""),
    )


def _value(value: str | None) -> str:
    """Something is there even where there is no more to say of it."""
    return "-" if value is None else plain(value) or "there"


def _in_json(change: Change, zone: ZoneInfo) -> dict[str, object]:
    return {
        "host": change.host,
        "kind": change.kind,
        "name": change.name,
        "before": change.before,
        "after": change.after,
        "not_before": iso(change.since, zone.key),
        "seen_at": iso(change.at, zone.key),
    }
