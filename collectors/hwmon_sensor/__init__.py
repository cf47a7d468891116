"""One sensor of a hardware monitoring chip, as the kernel's hwmon shows it, and its names."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

_MILLI = 1000.0


@dataclass(frozen=True, slots=True)
class HwmonSensor:
    """One sensor: `chip` as node_exporter names it, the driver's `chip_name`, `sensor` such as temp1.

    `elements` are the sensor's files by name (input, max, crit, alarm ...) in the kernel's units, thousandths of a
    degree among them. `item` is its name for people, and unique on the host.
    """

    item: str
    chip: str
    chip_name: str
    sensor: str
    label: str | None
    elements: tuple[tuple[str, float], ...]

    @property
    def kind(self) -> str:
        """`temp`, `fan`, `in`, `power` ..."""
        return self.sensor.rstrip("0123456789")

    def element(self, name: str) -> float | None:
        """The content of one of its files, in the kernel's units; None: there is no such file."""
        return next((value for element, value in self.elements if element == name), None)

    def celsius(self, name: str = "input") -> float | None:
        """A temperature of it, in degrees; None: there is none."""
        value = self.element(name)
        return None if value is None else value / _MILLI

    @property
    def is_read(self) -> bool:
        """Whether something is connected: an open input shows a fault, or what no server survives."""
        value = self.element("input")
        if value is None or self.element("fault"):
            return False
        return self.kind != "temp" or -60 < value / _MILLI < 200


def clean(name: str) -> str:
    """As node_exporter makes a label's value of a name."""
    return re.sub("[^a-z0-9:_]", "_", name.lower()).strip("_")


def chip_label(number: str, device: str, name: str) -> str:
    """node_exporter's `chip`: bus and device where there is one, else the driver's name, else hwmonN."""
    place = device.strip("/").split("/")
    if device and clean(place[-1]):
        bus = clean(place[-2]) if len(place) > 1 else ""
        return f"{bus}_{clean(place[-1])}" if bus else clean(place[-1])
    return clean(name) or number


def named_apart(sensors: Sequence[HwmonSensor]) -> Iterator[HwmonSensor]:
    """The sensors with items: driver and label; with the chip where two chips have the same ones."""
    short = [f"{sensor.chip_name} {sensor.label or sensor.sensor}" for sensor in sensors]
    count = Counter(short)
    seen: Counter[str] = Counter()
    for name, sensor in zip(short, sensors, strict=True):
        item = name if count[name] == 1 else f"{sensor.chip} {sensor.label or sensor.sensor}"
        seen[item] += 1
        yield replace(sensor, item=item if seen[item] == 1 else f"{item} {sensor.sensor}")
