"""Reports as tables: for a terminal, however narrow, and as lines for a pipe."""

from collections.abc import Sequence
from itertools import groupby

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from agent.cli.columns import aligned
from agent.cli.findings import Row, rows
from checks.contract import State
from collectors.contract import Reason
from exporters.contract import HostReport
from exporters.daily.words import counted

STYLES: dict[State | None, str] = {
    State.OK: "green",
    State.WARN: "yellow",
    State.UNKNOWN: "magenta",
    State.CRIT: "bold red",
    None: "dim",
}

_WIDE = 120
"""Columns from which on every line has room for its host's name."""


def print_results(console: Console, reports: Sequence[HostReport], *, everything: bool | None = None) -> None:
    """Print what was found, then one line that sums it up.

    On a terminal as a table; elsewhere one line for each finding, whole, for grep and awk.
    """
    found = rows(reports, everything=everything)
    several = len({report.host.name for report in reports}) > 1
    if not console.is_terminal:
        lines = [(row.host, row.state_word, row.check, row.item, row.finding) for row in found]
        for line in aligned([("HOST", "STATE", "CHECK", "ITEM", "FINDING"), *lines]) if lines else ():
            console.print(line, markup=False, soft_wrap=True)
    elif several and console.width < _WIDE:
        _print_by_host(console, found)
    elif found:
        console.print(_table(found, console.width, with_host=several))
    console.print(summary_line(reports), soft_wrap=not console.is_terminal)


def summary_line(reports: Sequence[HostReport]) -> Rich:
    """`2 of 3 hosts checked, 41 items: 39 OK, 1 WARN, 1 CRIT; 4 checks not checked`."""
    outcomes = [outcome for report in reports for outcome in report.outcomes]
    states = [result.state for outcome in outcomes for result in outcome.results]
    hosts = {report.host.name for report in reports}
    down = {report.host.name for report in reports if report.failure is not None}
    line = Rich(f"{len(hosts) - len(down)} of {counted(len(hosts), 'host')} checked, ")
    line.append(f"{counted(len(states), 'item')}: " if states else "no items")
    for position, state in enumerate(sorted(set(states))):
        line.append(", " if position else "")
        line.append(f"{states.count(state)} {state.name}", style=STYLES[state])
    reasons = [outcome.reason for outcome in outcomes if outcome.reason is not None]
    harmful = sum(not reason.is_harmless for reason in reasons)
    if harmful:
        line.append(f"; {counted(harmful, 'check')} not checked", style=STYLES[State.UNKNOWN])
    for reason, words in ((Reason.NOT_APPLICABLE, "not applicable"), (Reason.FIRST_LOOK, "to be judged next time")):
        if count := reasons.count(reason):
            line.append(f"; {count} {words}", style="dim")
    return line


def _table(found: Sequence[Row], width: int, *, with_host: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", expand=True)
    if with_host:
        table.add_column("Host", overflow="fold", max_width=max(12, width // 6))
    _add_columns(table, found, width)
    for row in found:
        table.add_row(*((row.host,) if with_host else ()), *_cells(row))
    return table


def _print_by_host(console: Console, found: Sequence[Row]) -> None:
    """Each host's name above what was found on it, so that the finding keeps its room."""
    for host, its in groupby(found, key=lambda row: row.host):
        console.print(Rich(host, style="bold"))
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        _add_columns(table, found, console.width)
        for row in its:
            if row.check == "host":  # about the host as a whole: a sentence, not a row
                console.print(Padding(Rich(row.finding, style=STYLES[row.state]), (0, 0, 0, 2)))
            else:
                table.add_row(*_cells(row))
        if table.row_count:
            console.print(Padding(table, (0, 0, 0, 2)))
    if found:
        console.print()


def _add_columns(table: Table, found: Sequence[Row], width: int) -> None:
    """The finding gets what is left, and that is never less than the item has: it is what people read."""
    longest = max((cell_len(row.check) for row in found), default=0)
    table.add_column("State", no_wrap=True, min_width=7)
    table.add_column("Check", overflow="fold", min_width=min(longest, width // 4), max_width=max(10, width // 4))
    item = max((cell_len(row.item) for row in found), default=0)
    table.add_column("Item", overflow="fold", min_width=min(item, width // 6), max_width=max(8, width // 5))
    table.add_column("Finding", overflow="fold", ratio=1)


def _cells(row: Row) -> tuple[Rich, ...]:
    return Rich(row.state_word, style=STYLES[row.state]), Rich(row.check), Rich(row.item), Rich(row.finding)
