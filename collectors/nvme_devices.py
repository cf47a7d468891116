"""NVMe controllers: model, serial number, firmware and state.

== /sys/class/nvme/nvme0/firmware_rev
GDC5302Q
== /sys/class/nvme/nvme0/model
SAMSUNG MZQL21T9HCJR-00A07
== /sys/class/nvme/nvme0/serial
S64GNE0R000001
== /sys/class/nvme/nvme0/state
live
"""

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import Collector, NotApplicable, Sample
from collectors.contract.reading import blocks

_FOLDER = "/sys/class/nvme/"
_NAMES = ("firmware_rev", "model", "serial", "state")


@dataclass(frozen=True, slots=True)
class NvmeDevice:
    """A controller; "" where it does not tell. `state` is the kernel's word: live, resetting, dead ..."""

    name: str
    firmware: str
    model: str
    serial: str
    state: str


def parse(output: str) -> tuple[NvmeDevice, ...]:
    """Raises `NotApplicable` where there is none, and `UnreadableOutput`."""
    devices: dict[str, dict[str, str]] = {}
    for path, text in blocks(output).items():
        name, slash, file = path.removeprefix(_FOLDER).partition("/")
        if path.startswith(_FOLDER) and slash and file in _NAMES:
            devices.setdefault(name, {})[file] = text.strip()
    if not devices:
        raise NotApplicable(f"no NVMe controller in {_FOLDER}")
    return tuple(NvmeDevice(name, *(told.get(file, "") for file in _NAMES)) for name, told in devices.items())


def samples(devices: tuple[NvmeDevice, ...]) -> Iterator[Sample]:
    """As node_exporter's collector `nvme` names them."""
    text = "Non-numeric data from /sys/class/nvme/<device>, value is always 1."
    for device in devices:
        words = (("device", device.name), ("firmware_revision", device.firmware), ("model", device.model))
        yield Sample("node_nvme_info", 1, (*words, ("serial", device.serial), ("state", device.state)), text)


COLLECTOR = Collector(
    probe="", files=tuple(f"{_FOLDER}*/{name}" for name in _NAMES), parse=parse, every_seconds=300, samples=samples
)
