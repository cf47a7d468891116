"""What of an interface no check judges, but dashboards show: read in every round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collectors.contract.reading import whole_number

COUNTED = ("carrier_changes", "carrier_down_count", "statistics/rx_nohandler")
"""Files of /sys/class/net/* that count."""

SHOWN = ("broadcast", "duplex", "ifalias")
"""Files of /sys/class/net/* with words."""

_COLUMNS = 16


@dataclass(frozen=True, slots=True)
class LinkDetails:
    """Counters since the interface was made, and words. None: the kernel, or this kind of interface, does not tell.

    `speed_megabits` is as told, also where it is no speed: drivers say -1 when they do not know. `flags` are the
    kernel's bits. The counters of /proc/net/dev are there all or none; one of 32 bits begins again.
    """

    receive_fifo: int | None
    receive_frame: int | None
    receive_compressed: int | None
    receive_multicast: int | None
    transmit_fifo: int | None
    transmit_colls: int | None
    transmit_carrier: int | None
    transmit_compressed: int | None
    receive_nohandler: int | None
    carrier_changes: int | None
    carrier_up_changes: int | None
    carrier_down_changes: int | None
    speed_megabits: int | None
    flags: int | None
    broadcast: str = ""
    duplex: str = ""
    alias: str = ""


def link_details(numbers: Sequence[int], link: Mapping[str, str], flags: int | None) -> LinkDetails:
    """From the numbers of a line of /proc/net/dev, and the interface's files by name. Raises `UnreadableOutput`."""

    def told(name: str) -> int | None:
        return whole_number(link[name], f"{name} {link[name]}") if name in link else None

    columns: Sequence[int | None] = numbers if len(numbers) >= _COLUMNS else (None,) * _COLUMNS
    return LinkDetails(
        receive_fifo=columns[4],
        receive_frame=columns[5],
        receive_compressed=columns[6],
        receive_multicast=columns[7],
        transmit_fifo=columns[12],
        transmit_colls=columns[13],
        transmit_carrier=columns[14],
        transmit_compressed=columns[15],
        receive_nohandler=told("statistics/rx_nohandler"),
        carrier_changes=told("carrier_changes"),
        carrier_up_changes=told("carrier_up_count"),
        carrier_down_changes=told("carrier_down_count"),
        speed_megabits=told("speed"),
        flags=flags,
        broadcast=link.get("broadcast", ""),
        duplex=link.get("duplex", ""),
        alias=link.get("ifalias", ""),
    )
