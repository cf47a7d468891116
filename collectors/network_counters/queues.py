"""Reads /proc/net/softnet_stat."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import UnreadableOutput

_HEX = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class PacketQueue:
    """Packets that wait for one processor: taken from the queue, dropped since it was full.

    `squeezed` is how often it had to stop before the queue was empty.
    """

    processor: int
    processed: int
    dropped: int
    squeezed: int


def packet_queues(text: str) -> Iterator[PacketQueue]:
    """A queue a line, hexadecimal, for each processor online. Raises `UnreadableOutput`."""
    for number, line in enumerate(line for line in text.split("\n") if line):
        words = line.split()
        if len(words) < 9 or not all(_HEX.fullmatch(word) for word in words):
            raise UnreadableOutput("a line of /proc/net/softnet_stat", line)
        counters = [int(word, 16) for word in words]
        # Since Linux 5.10 it says itself which processor it is; before, those offline shift the numbers.
        yield PacketQueue(counters[12] if len(counters) > 12 else number, *counters[:3])
