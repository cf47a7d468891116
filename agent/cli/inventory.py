"""`rounds inventory`."""

import json
import time
from typing import Annotated

import typer
from rich.text import Text as Rich

from agent.cli.columns import print_rows
from agent.cli.completion import host_names
from agent.cli.logs import quiet_logs
from agent.cli.options import ConfigOption, choose_host, fail, out, read_config
from agent.cli.when import moment, shown
from agent.config import Config
from agent.history import HistoryError, Stock
from agent.memory import opened_history
from collectors.contract import Entry, Kind
from exporters.daily.inert import plain
from exporters.daily.quantities import iso

_MISSED_SECONDS = 86400.0
"""A collector that told nothing for so long, while others did, asks about something that is not there any more."""


def inventory(
    host: Annotated[str, typer.Argument(help="The host's name in the configuration.", autocompletion=host_names)],
    at: Annotated[
        str, typer.Option(help="As it was then: 7d ago, 2026-11-20 (as that day began), 2026-11-20 18:00.")
    ] = "now",
    kind: Annotated[list[Kind] | None, typer.Option(help="Only of this kind; may be given again.")] = None,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs; with when each was last seen.")] = False,
) -> None:
    """Show what a host is made of, as it was last seen or on any day: hardware, packages, ports, accounts, settings."""
    quiet_logs()
    read = read_config(config, check_files=False)
    chosen = choose_host(read, host).name
    now = time.time()
    when = moment("--at", at, now, read.zone)
    try:
        with opened_history(read) as history:
            found, since = history.inventory(chosen, when), history.known_since(now).get(chosen)
    except HistoryError as error:
        fail(str(error))
    if not found or since is None or when < since:
        first = "it was never looked at" if since is None else f"it is known since {shown(since, read.zone)}"
        fail(f"{chosen}: nothing is known of it at {shown(when, read.zone)}: {first}")
    entries = [(entry, stock) for stock in found for entry in stock.entries if not kind or entry.kind in kind]
    order = list(Kind)
    entries.sort(key=lambda pair: (order.index(pair[0].kind), pair[0].name))
    if as_json:
        typer.echo(json.dumps([_in_json(read, *pair) for pair in entries], indent=2, ensure_ascii=False))
        return
    rows = [tuple(map(Rich, (e.kind.replace("_", " "), plain(e.name), plain(e.value)))) for e, _ in entries]
    print_rows(out, ("Kind", "What", "Value"), rows, whole=("Kind",))
    oldest = min(stock.seen_at for stock in found)
    newest = max(stock.seen_at for stock in found)
    entries_shown = f"{len(entries)} entr{'y' if len(entries) == 1 else 'ies'}"
    out.print(
        f"{entries_shown}, looked at between {shown(oldest, read.zone)} and {shown(newest, read.zone)}",
        markup=False,
        soft_wrap=True,
    )
    for stock in found:
        if stock.seen_at < newest - _MISSED_SECONDS:
            words = f"{stock.collector}: told last {shown(stock.seen_at, read.zone)}; what it told may be gone since"
            out.print(words, markup=False, soft_wrap=True)


def _in_json(config: Config, entry: Entry, stock: Stock) -> dict[str, object]:
    return {**entry._asdict(), "collector": stock.collector, "seen_at": iso(stock.seen_at, config.timezone)}
