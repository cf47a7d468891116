"""Numbers of hwmon under the names that node_exporter's collector of that name gives them."""

from collections.abc import Iterable, Iterator

from collectors.contract import Sample, SampleType
from collectors.hwmon_sensor import HwmonSensor, clean

_HUMIDITY = "Hardware monitor for humidity, as a ratio (multiply with 100.0 to get the humidity as a percentage)"
_INTERVALS = frozenset({"average_interval", "average_interval_min", "average_interval_max"})
_SPEEDS = frozenset({"input", "min", "max", "target"})


def sensor_samples(sensors: Iterable[HwmonSensor]) -> Iterator[Sample]:
    """Every file of every sensor, its label, and the chips' names."""
    for chip, name in dict.fromkeys((sensor.chip, sensor.chip_name) for sensor in sensors):
        labels = (("chip", chip), ("chip_name", clean(name)))
        yield Sample("node_hwmon_chip_names", 1, labels, "Annotation metric for human-readable chip names")
    for sensor in sensors:
        labels = (("chip", sensor.chip), ("sensor", sensor.sensor))
        if sensor.label:
            yield Sample(
                "node_hwmon_sensor_label", 1, (*labels, ("label", sensor.label)), "Label for given chip and sensor"
            )
        has_value = sensor.element("") is not None
        for element, value in sensor.elements:
            yield _sample(sensor.kind, element, value, labels, has_value)


def _sample(kind: str, element: str, value: float, labels: tuple[tuple[str, str], ...], has_value: bool) -> Sample:
    name = f"node_hwmon_{kind}"
    if element and (element != "input" or has_value):
        name += f"_{clean(element)}"
    unit, scale, words = _unit(kind, element)
    total = SampleType.COUNTER if unit.endswith("_total") else SampleType.GAUGE
    return Sample(f"{name}{unit}", value * scale, labels, words, total)


def _unit(kind: str, element: str) -> tuple[str, float, str]:
    """How the name ends, what the kernel's number is multiplied with, the help text."""
    found = "", 1.0, f"Hardware monitor {kind} element {element}".rstrip()
    match kind, element:
        case _, "fault" | "alarm":
            found = "", 1.0, f"Hardware sensor {element} status ({kind})"
        case _, "beep":
            found = "_enabled", 1.0, "Hardware monitor sensor has beeping enabled"
        case "in", _:
            found = "_volts", 0.001, f"Hardware monitor for voltage ({element})"
        case "temp", _ if element != "type":
            found = "_celsius", 0.001, f"Hardware monitor for temperature ({element})"
        case "curr", _:
            found = "_amps", 0.001, f"Hardware monitor for current ({element})"
        case "energy", _:
            found = "_joule_total", 1e-6, f"Hardware monitor for joules used so far ({element})"
        case "power", "accuracy":
            found = "", 1e-6, "Hardware monitor power meter accuracy, as a ratio"
        case "power", _ if element in _INTERVALS:
            found = "_seconds", 0.001, f"Hardware monitor power usage update interval ({element})"
        case "power", _:
            found = "_watt", 1e-6, f"Hardware monitor for power usage in watts ({element})"
        case "humidity", _:
            found = "", 1e-6, f"{_HUMIDITY} ({element})"
        case "fan", _ if element in _SPEEDS:
            found = "_rpm", 1.0, f"Hardware monitor for fan revolutions per minute ({element})"
    return found
