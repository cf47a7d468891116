"""Network interfaces: their link, their counters, and how fast these grow."""

# A file that cannot be read (the carrier of a disabled interface) is empty:
#   == /proc/uptime
#   3574.81 6890.12
#   == /proc/net/dev
#     eth0: 505870455   15073    0    0    0     0          0         0  1010917   12385    0 ...
#   == /sys/class/net/eth0/operstate
#   up
#   == /sys/class/net/eth0/device/uevent
#   DRIVER=virtio_net                  only hardware has one

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from collectors.contract import Collector, Sample, SampleType, UnreadableOutput
from collectors.contract.reading import blocks, decimal_number, whole_number, whole_numbers
from collectors.link_details import COUNTED, SHOWN, LinkDetails, detail_samples, link_details

_LINK = (
    "operstate",
    "carrier",
    "flags",
    "carrier_up_count",
    "mtu",
    "address",
    "speed",
    "device/uevent",
    *COUNTED,
    *SHOWN,
)
FILES = ("/proc/uptime", "/proc/net/dev", *(f"/sys/class/net/*/{name}" for name in _LINK))

_LOOPBACK_FLAG, _UP_FLAG = 0x8, 0x1
# What container engines, hypervisors and traffic shaping make and remove on their own.
_CONTAINER = re.compile(
    r"(veth|docker|podman|cni|cali|cilium|flannel|lxc|lxd|kube|nodelocal|vnet|virbr|vmbr\d+v|tap|fw(br|pr|ln)|v[eb]-|ifb)"
    r"|br-[0-9a-f]{12}$"
)


class InterfaceKind(StrEnum):
    """What is behind an interface."""

    HARDWARE = "hardware"  # a device on a bus; a virtual machine's network card too
    VIRTUAL = "virtual"  # bond, bridge, VLAN, tunnel, the inner end of a container's link
    CONTAINER = "container"  # comes and goes with containers and virtual machines on this host
    LOOPBACK = "loopback"


@dataclass(frozen=True, slots=True)
class Counters:
    """One direction's counters since the interface was made."""

    bytes: int
    packets: int
    errors: int
    drops: int


@dataclass(frozen=True, slots=True)
class Rates:
    """One direction's counters, per second."""

    bytes: float
    packets: float
    errors: float
    drops: float


@dataclass(frozen=True, slots=True)
class Interface:
    """One interface. None: the host does not say.

    `enabled` is the administrator's switch, `state` the kernel's operstate (`up`, `down`, `unknown` ...).
    `was_up` is whether it had a link at any time the kernel or an earlier look knows of. The rates are None
    until two looks could be compared. `details` are what no check judges.
    """

    name: str
    kind: InterfaceKind
    enabled: bool | None
    state: str | None
    carrier: bool | None
    was_up: bool
    mtu: int | None
    address: str | None
    speed_bits_per_second: int | None
    received: Counters
    sent: Counters
    receive_rates: Rates | None = None
    send_rates: Rates | None = None
    details: LinkDetails | None = None

    @property
    def is_up(self) -> bool:
        """Whether it can carry traffic now. Tunnels say `unknown` of themselves while they are up."""
        return self.state == "up" or (self.state == "unknown" and self.enabled is True and self.carrier is not False)


@dataclass(frozen=True, slots=True)
class Network:
    """All interfaces. `elapsed_seconds` lies between the two looks behind the rates; None on the first.

    `missing` names hardware interfaces that had a link since the host started, and are gone.
    """

    uptime_seconds: float
    interfaces: tuple[Interface, ...]
    elapsed_seconds: float | None = None
    missing: tuple[str, ...] = ()


def parse(output: str) -> Network:
    """Raises `UnreadableOutput`."""
    read = blocks(output, "/proc/uptime", "/proc/net/dev")
    uptime = decimal_number(read["/proc/uptime"].partition(" ")[0].strip(), read["/proc/uptime"])
    lines = read["/proc/net/dev"].split("\n")
    counters = dict(_counters(line) for line in lines if line.strip() and "|" not in line)
    if not counters:
        raise UnreadableOutput("an interface in /proc/net/dev", lines[0])
    links: dict[str, dict[str, str]] = {name: {} for name in counters}
    for path, text in read.items():
        if path.startswith("/sys/class/net/"):
            name, _, what = path.removeprefix("/sys/class/net/").partition("/")
            if name in links and (text.strip() or what == "device/uevent"):
                links[name][what] = text.strip()
    return Network(uptime, tuple(_interface(name, links[name], numbers) for name, numbers in counters.items()))


def _counters(text: str) -> tuple[str, list[int]]:
    name, colon, numbers = text.strip().partition(":")  # old kernels print no space after the colon
    words = numbers.split()
    if not colon or not name or len(words) < 12:
        raise UnreadableOutput("a name and the counters of both directions", text)
    return name, whole_numbers(words, text)


def _interface(name: str, link: dict[str, str], numbers: list[int]) -> Interface:
    flags = _flags(link["flags"]) if "flags" in link else None
    speed = whole_number(link["speed"], f"speed of {name}: {link['speed']}") if "speed" in link else -1
    ups = whole_number(link["carrier_up_count"], link["carrier_up_count"]) if "carrier_up_count" in link else 0
    interface = Interface(
        name=name,
        kind=_kind(name, flags, "device/uevent" in link),
        enabled=None if flags is None else bool(flags & _UP_FLAG),
        state=link.get("operstate"),
        carrier=link["carrier"] == "1" if "carrier" in link else None,
        was_up=ups > 0,
        mtu=whole_number(link["mtu"], link["mtu"]) if "mtu" in link else None,
        address=link.get("address"),
        # Drivers say -1, or 2**32 - 1, when they do not know.
        speed_bits_per_second=speed * 1_000_000 if 0 < speed < 2**31 else None,
        received=Counters(*numbers[:4]),
        sent=Counters(*numbers[8:12]),
        details=link_details(numbers, link, flags),
    )
    return replace(interface, was_up=True) if interface.is_up else interface


def _flags(word: str) -> int:
    if not re.fullmatch(r"0x[0-9a-f]{1,8}", word):
        raise UnreadableOutput("interface flags such as 0x1003", word)
    return int(word, 16)


def _kind(name: str, flags: int | None, hardware: bool) -> InterfaceKind:
    if name == "lo" or (flags is not None and flags & _LOOPBACK_FLAG):
        return InterfaceKind.LOOPBACK
    if hardware:
        return InterfaceKind.HARDWARE
    return InterfaceKind.CONTAINER if _CONTAINER.match(name) else InterfaceKind.VIRTUAL


def compare(previous: Network, current: Network) -> Network:
    """Rates of what is there in both looks, and what is no longer there or was up before."""
    elapsed = current.uptime_seconds - previous.uptime_seconds
    before = {interface.name: interface for interface in previous.interfaces}
    now = {interface.name for interface in current.interfaces}
    gone = [i.name for i in previous.interfaces if i.kind is InterfaceKind.HARDWARE and i.was_up]
    missing = sorted({*previous.missing, *gone} - now) if elapsed >= 0 else []
    return replace(
        current,
        elapsed_seconds=elapsed if elapsed > 0 else None,  # negative: the host was started anew
        interfaces=tuple(_compared(before.get(i.name), i, elapsed) for i in current.interfaces),
        missing=tuple(missing),
    )


def _compared(previous: Interface | None, current: Interface, elapsed: float) -> Interface:
    if previous is None:
        return current
    return replace(
        current,
        was_up=current.was_up or previous.was_up,
        receive_rates=_rates(previous.received, current.received, elapsed),
        send_rates=_rates(previous.sent, current.sent, elapsed),
    )


def _rates(old: Counters, new: Counters, elapsed: float) -> Rates | None:
    grown = (new.bytes - old.bytes, new.packets - old.packets, new.errors - old.errors, new.drops - old.drops)
    if elapsed <= 0 or min(grown) < 0:  # made anew, or a 32-bit counter that began again
        return None
    return Rates(*(count / elapsed for count in grown))


def samples(network: Network) -> Iterator[Sample]:
    """As node_exporter's collectors netdev and netclass name them."""
    for interface in network.interfaces:
        device = (("device", interface.name),)
        for direction, counters in (("receive", interface.received), ("transmit", interface.sent)):
            for what, count in (
                ("bytes", counters.bytes),
                ("packets", counters.packets),
                ("errs", counters.errors),
                ("drop", counters.drops),
            ):
                yield Sample(
                    f"node_network_{direction}_{what}_total",
                    count,
                    device,
                    f"Network device statistic {direction}_{what}.",
                    SampleType.COUNTER,
                )
        yield from _link_samples(interface, device)
        if interface.details is not None:
            yield from detail_samples(interface.details, interface.name, interface.address, interface.state)


def _link_samples(interface: Interface, device: tuple[tuple[str, str], ...]) -> Iterator[Sample]:
    if interface.state is not None:
        help_up = "Value is 1 if operstate is 'up', 0 otherwise."
        yield Sample("node_network_up", float(interface.state == "up"), device, help_up)
    carrier = None if interface.carrier is None else float(interface.carrier)
    for what, value in (("carrier", carrier), ("mtu_bytes", interface.mtu)):
        if value is not None:
            yield Sample(f"node_network_{what}", value, device, f"Network device property: {what}")


COLLECTOR = Collector(probe="", files=FILES, parse=parse, compare=compare, samples=samples)
