"""Neighbours that the kernel knows by ARP: how many there are on each interface.

== /proc/net/arp
IP address       HW type     Flags       HW address            Mask     Device
192.0.2.1        0x1         0x2         02:00:00:00:00:01     *        eth0
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import Collector, NotApplicable, Sample, UnreadableOutput
from collectors.contract.reading import blocks

_ARP = "/proc/net/arp"
_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class Neighbours:
    """How many entries the ARP table has for one interface, those that were not answered among them."""

    device: str
    entries: int


def parse(output: str) -> tuple[Neighbours, ...]:
    """Raises `UnreadableOutput`, `NotApplicable` where there is no IPv4."""
    parts = blocks(output)
    if _ARP not in parts:
        raise NotApplicable(f"no {_ARP} here")
    heading, *lines = parts[_ARP].split("\n")
    if not heading.startswith("IP address"):
        raise UnreadableOutput(f"the heading of {_ARP}", heading)
    found: Counter[str] = Counter()
    for line in lines:
        words = line.split()
        if words and len(words) != _COLUMNS:
            raise UnreadableOutput(f"a line of {_ARP}", line)
        if words:
            found[words[-1]] += 1
    return tuple(Neighbours(device, found[device]) for device in sorted(found))


def samples(neighbours: tuple[Neighbours, ...]) -> Iterator[Sample]:
    """As node_exporter's collector `arp` names them."""
    for found in neighbours:
        yield Sample("node_arp_entries", found.entries, (("device", found.device),), "ARP entries by device")


# A router's table is long, and how long hardly changes.
COLLECTOR = Collector(probe="", files=(_ARP,), parse=parse, every_seconds=300, samples=samples)
