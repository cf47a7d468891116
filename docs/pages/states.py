"""The closed lists: states, kinds of transition, reasons, layers, sections, units."""

from collections.abc import Mapping
from enum import Enum
from pathlib import Path

from agent.cli.nagios import EXIT_CODES
from agent.problems import REACHABLE, Kind
from checks.contract import Layer, Section, State, Unit
from collectors.contract import Reason
from docs.pages.markdown import code, joined, table
from exporters.contract import Lane
from exporters.daily import REASONS


def pages() -> Mapping[Path, str]:
    """One page."""
    states = ((code(state.name), str(state.value), str(EXIT_CODES[state])) for state in State)
    reasons = (
        (code(reason.value), REASONS[reason].en, REASONS[reason].zh, "yes" if reason.is_harmless else "")
        for reason in Reason
    )
    parts = [
        "# States and reasons\n",
        "What they mean together is told in [states and problems](../explanation/states-and-problems.md).\n",
        "## States\n",
        table(("State", "In metrics", "Exit code of `rounds check`"), states),
        "## Reasons\n",
        "Why something was not checked. Harmless is still not OK: it counts as not applicable, never as normal.\n",
        table(("Reason", "In English", "In Chinese", "Harmless"), reasons),
        "## Other closed lists\n",
        table(
            ("List", "Values"),
            [
                ("kind of a transition", _values(Kind)),
                ("lane of a round", _values(Lane)),
                ("layer of a check", _values(Layer)),
                ("section of the daily report", _values(Section)),
                ("unit of a measurement", ", ".join(code(u.value) if u.value else "none (a count)" for u in Unit)),
            ],
        ),
        f"The host itself is followed like a check named `{REACHABLE.name}`.\n",
    ]
    return {Path("states-and-reasons.md"): joined(parts)}


def _values(kind: type[Enum]) -> str:
    return ", ".join(code(one.value) for one in kind)
