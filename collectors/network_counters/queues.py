"""Reads /proc/net/softnet_stat."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import UnreadableOutput

_HEX = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class PacketQueue:
    """Packets that wait for one processor: taken from the queue, dropped since it was full.

    `squeezed` is how often it had to stop before the queue was empty, `flow_limited` what one flow lost so that others
    have room, `woken` how often another processor handed it packets (RPS), `collisions` how often a device was busy.
    `backlog` is how many wait now. None: the kernel does not tell (before 2.6.35, 3.11, 5.10).
    """

    processor: int
    processed: int
    dropped: int
    squeezed: int
    collisions: int | None = None
    woken: int | None = None
    flow_limited: int | None = None
    backlog: int | None = None


def packet_queues(text: str) -> Iterator[PacketQueue]:
    """A queue a line, hexadecimal, for each processor online. Raises `UnreadableOutput`."""
    for number, line in enumerate(line for line in text.split("\n") if line):
        words = line.split()
        if len(words) < 9 or not all(_HEX.fullmatch(word) for word in words):
            raise UnreadableOutput("a line of /proc/net/softnet_stat", line)
        counters = [int(word, 16) for word in words]
        # Since Linux 5.10 it says itself which processor it is; before, those offline shift the numbers.
        has_index = len(counters) > 12
        later = (*counters[8:11], *counters[11:12][:has_index])
        yield PacketQueue(counters[12] if has_index else number, *counters[:3], *later)
