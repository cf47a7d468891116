"""What of an interface seldom changes: numbers that the kernel keeps for each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number

PROPERTIES: Mapping[str, str] = {
    "addr_assign_type": "address_assign_type",
    "dev_id": "device_id",
    "dormant": "dormant",
    "ifindex": "iface_id",
    "iflink": "iface_link",
    "link_mode": "iface_link_mode",
    "name_assign_type": "name_assign_type",
    "netdev_group": "net_dev_group",
    "tx_queue_len": "transmit_queue_length",
    "type": "protocol_type",
}
"""node_exporter's name for each of these files of /sys/class/net/*."""

_HEXADECIMAL = re.compile(r"0x[0-9a-f]{1,8}")


@dataclass(frozen=True, slots=True)
class Property:
    """One number under node_exporter's name for it."""

    name: str
    value: int


def link_properties(files: Mapping[str, str]) -> tuple[Property, ...]:
    """From the content of an interface's files by name; those that cannot be read are empty.

    Raises `UnreadableOutput`.
    """
    found = ((name, files.get(file, "").strip()) for file, name in PROPERTIES.items())
    return tuple(Property(name, _number(text)) for name, text in found if text)


def _number(text: str) -> int:
    if not text.startswith("0x"):
        return whole_number(text)
    if not _HEXADECIMAL.fullmatch(text):
        raise UnreadableOutput("a number of /sys/class/net", text)
    return int(text, 16)
