"""How long tasks ran on each processor, and how long they waited for it.

== /proc/schedstat
version 15
timestamp 4295226381
cpu0 0 0 0 0 0 0 2045936778163 343796328169 767
domain0 03 0 0 0 ...
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import Collector, NotApplicable, Sample, SampleType, UnreadableOutput
from collectors.contract.reading import blocks, whole_number

_SCHEDSTAT = "/proc/schedstat"
_PROCESSOR = re.compile(r"^cpu([0-9]{1,5}) (.*)$", re.MULTILINE)
_COLUMNS = 9  # of all versions since 2.6.20


@dataclass(frozen=True, slots=True)
class ProcessorSchedule:
    """Since the host started: nanoseconds that tasks ran and waited, and how often one was given the processor."""

    number: int
    running_ns: int
    waiting_ns: int
    timeslices: int


def parse(output: str) -> tuple[ProcessorSchedule, ...]:
    """Raises `UnreadableOutput`, `NotApplicable` where the kernel keeps no such statistics."""
    parts = blocks(output)
    if not parts.get(_SCHEDSTAT, "").strip():
        raise NotApplicable(f"no {_SCHEDSTAT}: the kernel was built without CONFIG_SCHEDSTATS")
    found: dict[int, ProcessorSchedule] = {}
    # What is between is about domains, in lines of many numbers.
    for match in _PROCESSOR.finditer(parts[_SCHEDSTAT]):
        words = match[2].split()
        if len(words) < _COLUMNS or int(match[1]) in found:
            raise UnreadableOutput(f"{_COLUMNS} numbers for each processor", match[0])
        running, waiting, slices = (whole_number(word, match[0]) for word in words[_COLUMNS - 3 : _COLUMNS])
        found[int(match[1])] = ProcessorSchedule(int(match[1]), running, waiting, slices)
    if not found:
        raise UnreadableOutput("a line for each processor", parts[_SCHEDSTAT].partition("\n")[0])
    return tuple(found.values())


def samples(processors: tuple[ProcessorSchedule, ...]) -> Iterator[Sample]:
    """As node_exporter's collector `schedstat` names them."""
    for processor in processors:
        for name, value, text in (
            ("running_seconds", processor.running_ns / 1e9, "Number of seconds CPU spent running a process."),
            (
                "waiting_seconds",
                processor.waiting_ns / 1e9,
                "Number of seconds spent by processing waiting for this CPU.",
            ),
            ("timeslices", processor.timeslices, "Number of timeslices executed by CPU."),
        ):
            labels = (("cpu", str(processor.number)),)
            yield Sample(f"node_schedstat_{name}_total", value, labels, text, SampleType.COUNTER)


COLLECTOR = Collector(probe="", files=(_SCHEDSTAT,), parse=parse, samples=samples)
