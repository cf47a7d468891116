"""Reports as tables for a terminal."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.table import Table
from rich.text import Text as Rich

from checks.contract import State
from exporters.contract import CheckOutcome, HostReport

_STYLES: dict[State | None, str] = {
    State.OK: "green",
    State.WARN: "yellow",
    State.UNKNOWN: "magenta",
    State.CRIT: "bold red",
    None: "dim",
}
_FEW_HOSTS = 3
"""Up to so many hosts every item has its row; with more, what is fine is only counted."""


def state_text(state: State | None, words: str = "") -> Rich:
    """A state by word and colour."""
    return Rich(words or ("-" if state is None else state.name), style=_STYLES[state])


def results_table(reports: Sequence[HostReport], *, everything: bool | None = None) -> Table:
    """One row per item; with many hosts only what is not fine."""
    hosts = {report.host.name for report in reports}
    everything = len(hosts) <= _FEW_HOSTS if everything is None else everything
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    if len(hosts) > 1:
        table.add_column("Host", no_wrap=True)
    table.add_column("State", no_wrap=True)
    table.add_column("Check", no_wrap=True)
    table.add_column("Item", overflow="fold", max_width=36)
    table.add_column("Finding", overflow="fold", ratio=1)
    for host, state, check, item, finding in _rows(reports):
        if everything or state not in (State.OK, None):
            cells = (state, Rich(check), Rich(_plain(item)), Rich(_plain(finding)))
            row = (_state_cell(cells[0]), *cells[1:])
            table.add_row(*((Rich(host),) if len(hosts) > 1 else ()), *row)
    return table


def summary_line(reports: Sequence[HostReport]) -> Rich:
    """`2 of 3 hosts checked, 41 items: 39 OK, 1 WARN, 1 CRIT; 4 checks not checked`."""
    outcomes = [outcome for report in reports for outcome in report.outcomes]
    states = [result.state for outcome in outcomes for result in outcome.results]
    hosts = {report.host.name for report in reports}
    down = {report.host.name for report in reports if report.failure is not None}
    line = Rich(f"{len(hosts) - len(down)} of {len(hosts)} {_plural(len(hosts), 'host')} checked, ")
    line.append(f"{len(states)} {_plural(len(states), 'item')}: " if states else "no items")
    counts = [(state, states.count(state)) for state in sorted(State, reverse=False) if states.count(state)]
    for position, (state, count) in enumerate(counts):
        line.append(", " if position else "")
        line.append(f"{count} {state.name}", style=_STYLES[state])
    harmless = [o for o in outcomes if o.reason is not None and o.reason.is_harmless]
    unchecked = [o for o in outcomes if o.reason is not None and not o.reason.is_harmless]
    if unchecked:
        line.append(f"; {len(unchecked)} {_plural(len(unchecked), 'check')} not checked", style=_STYLES[State.UNKNOWN])
    if harmless:
        line.append(f"; {len(harmless)} not applicable", style="dim")
    return line


def _plural(count: int, noun: str) -> str:
    return noun if count == 1 else noun + "s"


def _state_cell(state: State | None) -> Rich:
    return state_text(state)


def _rows(reports: Iterable[HostReport]) -> Iterable[tuple[str, State | None, str, str, str]]:
    for report in sorted(reports, key=lambda r: r.host.name):
        if report.failure is not None:
            hint = f" - {report.failure.hint}" if report.failure.hint else ""
            words = f"not checked: {report.failure.message}{hint}"
            yield report.host.name, State.UNKNOWN, "host", report.host.address, words
            continue
        for outcome in sorted(report.outcomes, key=lambda o: (-(o.state if o.state is not None else -1), o.check.name)):
            yield from _outcome_rows(report.host.name, outcome)


def _outcome_rows(host: str, outcome: CheckOutcome) -> Iterable[tuple[str, State | None, str, str, str]]:
    if outcome.reason is not None:
        words = outcome.reason.value.replace("_", " ")
        detail = f": {outcome.detail}" if outcome.detail else ""
        yield host, outcome.state, outcome.check.name, "", words + detail
    for result in sorted(outcome.results, key=lambda r: (-r.state, r.item)):
        yield host, result.state, outcome.check.name, result.item, result.summary.en


def _plain(words: str) -> str:
    """Control characters of a hostile host made visible: they must not reach the terminal."""
    return "".join(c if c.isprintable() or c == " " else f"\\x{ord(c):02x}" for c in words)
