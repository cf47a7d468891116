"""What the management controller of a server (its BMC) measures: temperatures, fans, voltages, power supplies.

Fan2 RPM         | 31h | lcr |  7.1 | 360 RPM
Temp             | 01h | ucr |  3.1 | 97 degrees C
Status           | 86h | ok  | 10.2 | Presence detected, Failure detected, Power Supply AC lost
Power Supply 1   | 02h | ok  | 10.1 | 160 Watts, Presence detected
Exhaust Temp     | 06h | ns  |  7.1 | No Reading
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.contract import Collector, Sample, UnreadableOutput
from collectors.ipmi import asking, refuse_unasked
from collectors.ipmi.sensor import IpmiSensor, named_apart, read_sensor

# `sdr elist`, not `sensor`, which asks the slow controller for six thresholds of each sensor besides: the controller
# itself says which of them is crossed.
PROBE = asking("as_root ipmitool sdr elist 2>&1")

_SAMPLES = {
    "degrees C": ("temperature_celsius", "Temperature"),
    "Volts": ("volts", "Voltage"),
    "Amps": ("amps", "Current"),
    "Watts": ("power_watts", "Power"),
    "RPM": ("speed_rpm", "Fan"),
}


@dataclass(frozen=True, slots=True)
class IpmiSensors:
    """All sensors. `first_present` are the power supplies and `first_turning` the fans that any look has found so."""

    sensors: tuple[IpmiSensor, ...]
    first_present: tuple[str, ...]
    first_turning: tuple[str, ...]


def parse(output: str) -> IpmiSensors:
    """Raises `UnreadableOutput`, `NotApplicable` (no BMC, no ipmitool), `NoPermission`."""
    refuse_unasked(output)
    # Lines that are not of the table are messages, of sensors that did not answer or of odd firmware.
    rows = [line for line in output.split("\n") if line.count("|") >= 4]
    read = [sensor for sensor in map(read_sensor, rows) if sensor is not None]
    if not read:
        raise UnreadableOutput("sensors as `ipmitool sdr elist` lists them", output.strip().partition("\n")[0])
    sensors = tuple(named_apart(read))
    return IpmiSensors(
        sensors,
        first_present=tuple(s.item for s in sensors if s.is_power_supply and s.is_present),
        first_turning=tuple(s.item for s in sensors if s.is_turning),
    )


def compare(previous: IpmiSensors, current: IpmiSensors) -> IpmiSensors:
    """The current facts with what was there at first, or has come since."""
    return replace(
        current,
        first_present=tuple(dict.fromkeys((*previous.first_present, *current.first_present))),
        first_turning=tuple(dict.fromkeys((*previous.first_turning, *current.first_turning))),
    )


def samples(facts: IpmiSensors) -> Iterator[Sample]:
    """As the textfile script `ipmitool` names them; sensors of one name bear their entity."""
    for sensor in facts.sensors:
        if sensor.value is not None and sensor.unit in _SAMPLES:
            name, what = _SAMPLES[sensor.unit]
            labels = (("sensor", sensor.item),)
            yield Sample(f"node_ipmi_{name}", sensor.value, labels, f"{what} sensor reading from ipmitool")


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=600,
    timeout_seconds=60,
    compare=compare,
    keep_facts=True,
    samples=samples,
    root_commands=("ipmitool sdr elist",),
)
