"""What the kernel counts since its start: switches between tasks, processes begun, interrupts served.

== /proc/stat
cpu  22593 0 13708 157516 1215 0 469 37 0 0
cpu0 22593 0 13708 157516 1215 0 469 37 0 0
intr 4405215 0 39 ...
ctxt 8203344
btime 1795267341
processes 25216
procs_running 1
procs_blocked 0
softirq 2611180 0 611207 ...
"""

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import Collector, NotApplicable, Sample, SampleType, UnreadableOutput
from collectors.contract.reading import blocks, whole_number

_STAT = "/proc/stat"


@dataclass(frozen=True, slots=True)
class KernelCounters:
    """Since the host started, on all processors together."""

    context_switches: int
    forks: int
    interrupts: int


def parse(output: str) -> KernelCounters:
    """Raises `UnreadableOutput`, `NotApplicable` where there is no /proc/stat."""
    parts = blocks(output)
    if _STAT not in parts:
        raise NotApplicable(f"no {_STAT} here")
    # Not line by line: the one of interrupts has many thousand numbers on a large machine.
    text = "\n" + parts[_STAT]
    return KernelCounters(_first(text, "ctxt"), _first(text, "processes"), _first(text, "intr"))


def _first(text: str, name: str) -> int:
    """The first number of the line `name`."""
    _, found, rest = text.partition(f"\n{name} ")
    word = rest[:_LONGEST].split("\n", 1)[0].partition(" ")[0]
    if not found or not word:
        raise UnreadableOutput(f"a line {name!r} of {_STAT}", rest[:_LONGEST])
    return whole_number(word)


_LONGEST = 60


def samples(counters: KernelCounters) -> Iterator[Sample]:
    """As node_exporter's collector `stat` names them."""
    for name, value, text in (
        ("context_switches", counters.context_switches, "Total number of context switches."),
        ("forks", counters.forks, "Total number of forks."),
        ("intr", counters.interrupts, "Total number of interrupts serviced."),
    ):
        yield Sample(f"node_{name}_total", value, (), text, SampleType.COUNTER)


COLLECTOR = Collector(probe="", files=(_STAT,), parse=parse, samples=samples)
