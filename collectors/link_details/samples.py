"""Interfaces as node_exporter's collectors `netdev` and `netclass` name what they have."""

from collections.abc import Iterator

from collectors.contract import Sample, SampleType
from collectors.link_details.details import LinkDetails
from collectors.link_details.properties import Property

_STATISTICS = (
    *("receive_fifo", "receive_frame", "receive_compressed", "receive_multicast", "receive_nohandler"),
    *("transmit_fifo", "transmit_colls", "transmit_carrier", "transmit_compressed"),
)
_CHANGES = ("carrier_changes", "carrier_up_changes", "carrier_down_changes")
_BYTES_PER_MEGABIT = 125_000


def detail_samples(details: LinkDetails, device: str, address: str | None, state: str | None) -> Iterator[Sample]:
    """Of one interface; `state` is the kernel's operstate, None where sysfs tells nothing of it."""
    labels = (("device", device),)
    for name in _STATISTICS:
        value = getattr(details, name)
        if value is not None:
            text = f"Network device statistic {name}."
            yield Sample(f"node_network_{name}_total", value, labels, text, SampleType.COUNTER)
    for name in _CHANGES:
        value = getattr(details, name)
        if value is not None:
            text = f"Network device property: {name}_total"
            yield Sample(f"node_network_{name}_total", value, labels, text, SampleType.COUNTER)
    if details.speed_megabits is not None:
        yield _property("speed_bytes", details.speed_megabits * _BYTES_PER_MEGABIT, labels)
    if details.flags is not None:
        yield _property("flags", details.flags, labels)
    if state is not None:
        words = (("broadcast", details.broadcast), ("duplex", details.duplex), ("ifalias", details.alias))
        all_words = (("address", address or ""), *words, ("operstate", state), *labels)
        help_info = "Non-numeric data from /sys/class/net/<iface>, value is always 1."
        yield Sample("node_network_info", 1, tuple(sorted(all_words)), help_info)


def property_samples(properties: tuple[Property, ...], device: str) -> Iterator[Sample]:
    """What seldom changes of one interface."""
    for found in properties:
        yield _property(found.name, found.value, (("device", device),))


def _property(name: str, value: int, labels: tuple[tuple[str, str], ...]) -> Sample:
    return Sample(f"node_network_{name}", value, labels, f"Network device property: {name}")
