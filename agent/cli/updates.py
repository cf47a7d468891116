"""`rounds updates`."""

import json
from collections.abc import Sequence
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.text import Text as Rich

from agent.catalogue import catalogue
from agent.cli.columns import print_rows
from agent.cli.completion import host_names
from agent.cli.logs import quiet_logs
from agent.cli.options import ConfigOption, choose_hosts, fail, out, read_config
from agent.cli.when import shown
from agent.history import HistoryError
from agent.memory import opened_history
from collectors.packages import Obstacle, Packages, Update
from exporters.daily.inert import plain
from exporters.daily.quantities import iso
from exporters.daily.words import counted

_TITLES = ("Host", "Package", "Installed", "Available", "For", "Advisory", "Waits since", "Held back")


def updates(
    hosts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[HOST]...", help="Default: every host on rounds.", autocompletion=host_names),
    ] = None,
    security: Annotated[bool, typer.Option("--security", help="Only what is for security.")] = False,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs; with where each comes from.")] = False,
) -> None:
    """List the updates that wait, package by package, with their advisories and since when each was seen to wait.

    They are those of the agent's last look, at most an hour old unless you say otherwise.
    """
    quiet_logs()
    read = read_config(config, check_files=False)
    facts = catalogue().collectors["packages"].facts
    known: dict[str, Packages] = {}
    chosen = [host.name for host in choose_hosts(read, hosts or ())]
    try:
        with opened_history(read) as history:
            for name in chosen:
                if (kept := history.kept(name).get("packages")) is not None:
                    known[name] = facts.validate_json(kept)
    except HistoryError as error:
        fail(str(error))
    except ValueError as error:  # another version of rounds kept them
        fail(f"what is kept of the last look cannot be read; it will be after the next one: {error}")
    found = [(name, one) for name, of in known.items() for one in of.updates if one.security or not security]
    found.sort(key=lambda pair: (pair[0], not pair[1].security, pair[1].first_seen, pair[1].package))
    if as_json:
        typer.echo(json.dumps([_in_json(*pair, read.zone) for pair in found], indent=2, ensure_ascii=False))
    else:
        print_rows(out, _TITLES, [_cells(*pair, read.zone) for pair in found], whole=("Waits since",))
    _sum_up(found, chosen, known, quiet=as_json)


def _cells(host: str, update: Update, zone: ZoneInfo) -> tuple[Rich, ...]:
    advisories = ", ".join(" ".join(filter(None, (one.id, one.severity))) for one in update.advisories)
    held = "" if update.obstacle is Obstacle.NONE else update.obstacle.replace("_", " ")
    words = (
        host,
        update.package,
        update.installed,
        update.available,
        "security" if update.security else "",
        advisories,
        shown(update.first_seen, zone),
        held,
    )
    return tuple(Rich(plain(word)) for word in words)


def _sum_up(
    found: Sequence[tuple[str, Update]], chosen: Sequence[str], known: dict[str, Packages], *, quiet: bool
) -> None:
    for name in chosen:
        if name not in known:
            typer.echo(f"{name}: nothing is known of its updates: no look was made yet, or it could not be", err=True)
    if not quiet and known:
        urgent = sum(update.security for _, update in found)
        hosts = counted(len(known), "host")
        out.print(f"{len(found)} waiting on {hosts}, {urgent} of them for security", markup=False, soft_wrap=True)


def _in_json(host: str, update: Update, zone: ZoneInfo) -> dict[str, object]:
    return {
        "host": host,
        "package": update.package,
        "architecture": update.architecture,
        "installed": update.installed,
        "available": update.available,
        "origin": update.origin,
        "security": update.security,
        "advisories": [{"id": one.id, "severity": one.severity} for one in update.advisories],
        "obstacle": update.obstacle,
        "waits_since": iso(update.first_seen, zone.key),
    }
