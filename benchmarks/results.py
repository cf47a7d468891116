"""The results as a table, and their place in the README."""

import platform
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.client import Cost

README = Path(__file__).with_name("README.md")

GOAL_MS = 6.0
GOAL_RATIO = 20.0


@dataclass(frozen=True, slots=True)
class Results:
    """One run of everything."""

    simulated: Cost
    real: Cost
    ansible_ms: float | None
    check_by_ssh_ms: float | None

    @property
    def met(self) -> bool:
        """Whether the goals are met, as far as they could be measured."""
        quick = max(self.simulated.whole_ms, self.real.whole_ms) <= GOAL_MS
        return quick and (self.ansible_ms is None or self.ansible_ms >= GOAL_RATIO * self.real.whole_ms)

    def as_markdown(self) -> str:
        """The tables."""
        s, r = self.simulated, self.real
        lines = [
            f"Measured {datetime.now(UTC):%Y-%m-%d} with Python {platform.python_version()} and paramiko "
            f"{version('paramiko')} on {platform.system()} {platform.machine()}. One round is {r.sections} sections: "
            f"a script of {r.script_bytes / 1000:.1f} kB, an answer of {s.answer_bytes / 1000:.1f} kB (simulated) "
            f"or {r.answer_bytes / 1000:.1f} kB (real), {s.results} and {r.results} results.",
            "",
            "| client CPU for each host and round | simulated servers | real sshd |",
            "| --- | ---: | ---: |",
            f"| hosts, rounds | {s.hosts}, {s.rounds} | {r.hosts}, {r.rounds} |",
            f"| transport alone | {s.transport_ms:.2f} ms | {r.transport_ms:.2f} ms |",
            f"| **everything, from send to rendered metric** | **{s.whole_ms:.2f} ms** | **{r.whole_ms:.2f} ms** |",
            f"| first round: connecting, two looks | {s.connect_ms:.2f} ms | {r.connect_ms:.2f} ms |",
            f"| an open, idle connection, each second | {s.idle_ms:.3f} ms | {r.idle_ms:.3f} ms |",
            f"| memory for each host | {s.host_kib:.0f} KiB | {r.host_kib:.0f} KiB |",
            "",
            "| the same real hosts | client CPU | against rounds |",
            "| --- | ---: | ---: |",
            f"| rounds: every check of a round, judged and rendered | {r.whole_ms:.1f} ms | 1 |",
            _peer("`ansible -m script`: the same script, connections kept open, nothing judged", self.ansible_ms, r),
            _peer("`check_by_ssh`: one single check", self.check_by_ssh_ms, r),
            "",
        ]
        return "\n".join(lines)

    def write(self) -> None:
        """Put the tables into the README."""
        put_into_readme("results", self.as_markdown())


def put_into_readme(place: str, tables: str) -> None:
    """Put tables between the two marks of this name."""
    frame = re.compile(rf"(<!-- {place} -->\n).*(<!-- /{place} -->)", re.DOTALL)
    text = README.read_text(encoding="utf-8")
    README.write_text(frame.sub(lambda m: m[1] + tables + m[2], text), encoding="utf-8")


def _peer(name: str, cost_ms: float | None, real: Cost) -> str:
    if cost_ms is None:
        return f"| {name} | not installed | |"
    return f"| {name} | {cost_ms:.1f} ms | {cost_ms / real.whole_ms:.0f} times |"
