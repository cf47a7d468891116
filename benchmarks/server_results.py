"""What a round costs servers, as tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

GOAL = 2.0
"""Scrapes of node_exporter that a fast round may cost."""


@dataclass(frozen=True, slots=True)
class ServerCost:
    """Milliseconds of a server's processor time.

    fast_ms      one fast round with `sections` collectors
    empty_ms     of it, a round that asks for nothing: sshd, sh, the script's head
    scrape_ms    one scrape of node_exporter; None where it is not installed
    slow_ms      each collector of the slow lane alone, without `empty_ms`
    """

    name: str
    system: str
    sections: int
    fast_ms: float
    empty_ms: float
    scrape_ms: float | None
    slow_ms: Mapping[str, float]

    @property
    def met(self) -> bool:
        """Whether the goal is met, as far as it could be measured."""
        return self.scrape_ms is None or self.fast_ms <= GOAL * self.scrape_ms


def as_markdown(costs: Sequence[ServerCost]) -> str:
    """One table of the fast round, one of the slow sections."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    lines = [
        f"Measured {today}, milliseconds of the server's processor time.",
        "",
        "| server | fast round | of it for an empty round | scrape of node_exporter | a round is |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(_row(cost) for cost in costs),
        "",
        f"| section of the slow lane | {' | '.join(cost.name for cost in costs)} |",
        f"| --- |{' ---: |' * len(costs)}",
    ]
    for name in dict.fromkeys(name for cost in costs for name in cost.slow_ms):
        cells = (f"{cost.slow_ms[name]:.1f} ms" if name in cost.slow_ms else "" for cost in costs)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _row(cost: ServerCost) -> str:
    beside = ("not installed", "") if cost.scrape_ms is None else _beside(cost.fast_ms, cost.scrape_ms)
    cells = (f"{cost.name}: {cost.system}", f"**{cost.fast_ms:.1f} ms**", f"{cost.empty_ms:.1f} ms", *beside)
    return f"| {' | '.join(cells)} |"


def _beside(fast_ms: float, scrape_ms: float) -> tuple[str, str]:
    return f"{scrape_ms:.1f} ms", f"**{fast_ms / scrape_ms:.1f} scrapes**"
