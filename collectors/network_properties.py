"""Network interfaces: what seldom changes of them, such as their number, their kind and the length of their queue.

== /sys/class/net/eth0/ifindex
2
== /sys/class/net/eth0/dev_id
0x0
== /sys/class/net/eth0/tx_queue_len
1000
"""

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import Collector, NotApplicable, Sample
from collectors.contract.reading import blocks
from collectors.link_details import PROPERTIES, Property, link_properties, property_samples

_FOLDER = "/sys/class/net/"
_FILES = tuple(f"{_FOLDER}*/{name}" for name in PROPERTIES)


@dataclass(frozen=True, slots=True)
class InterfaceProperties:
    """One interface. What its kernel, or its kind, does not tell is left out."""

    name: str
    properties: tuple[Property, ...]


def parse(output: str) -> tuple[InterfaceProperties, ...]:
    """Raises `UnreadableOutput`, `NotApplicable` where there is no sysfs, as in some containers."""
    files: dict[str, dict[str, str]] = {}
    for path, text in blocks(output).items():
        name, slash, file = path.removeprefix(_FOLDER).partition("/")
        if path.startswith(_FOLDER) and slash and name:
            files.setdefault(name, {})[file] = text
    found = ((name, link_properties(told)) for name, told in files.items())
    interfaces = tuple(InterfaceProperties(name, properties) for name, properties in found if properties)
    if not interfaces:
        raise NotApplicable(f"no interfaces in {_FOLDER}")
    return interfaces


def samples(interfaces: tuple[InterfaceProperties, ...]) -> Iterator[Sample]:
    """As node_exporter's collector `netclass` names them."""
    for interface in interfaces:
        yield from property_samples(interface.properties, interface.name)


COLLECTOR = Collector(probe="", files=_FILES, parse=parse, every_seconds=300, samples=samples)
