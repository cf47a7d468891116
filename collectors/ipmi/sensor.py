"""One line of `ipmitool sdr elist`."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from collectors.contract import UnreadableOutput
from collectors.contract.reading import decimal_number

_UNREAD = frozenset({"No Reading", "Disabled", "Not Readable", "no reading", "disabled", "Event-Only", "Unknown"})
_LEVELS = frozenset({"ok", "ns", "nc", "cr", "nr", "lnc", "lcr", "lnr", "unc", "ucr", "unr"})
_LOCATOR = re.compile(r"(MC @ [0-9A-F]+h|Logical FRU @[0-9A-F]+h)$")
_VALUE = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?) ([A-Za-z%][A-Za-z /%]*?)(?:, (.*))?$")
_POWER_NAME = re.compile(r"(^|[^a-z])(psu?[ _-]?\d|(psu?|pwr|power)[ _-]?(suppl|unit|redun))", re.IGNORECASE)
_POWER_ENTITIES = frozenset({"10", "21"})  # power supply, power management


@dataclass(frozen=True, slots=True)
class IpmiSensor:
    """One sensor; `item` is its name, with its entity where several bear the same one.

    `level` is the threshold that is crossed, in the controller's words (lnc, lcr, lnr, unc, ucr, unr), `ok`, or
    `ns` without a reading. `value` and `unit` (RPM, degrees C, Volts ...) are those of a measured one; `words` are
    the states a discrete one asserts.
    """

    item: str
    name: str
    number: str
    entity: str
    level: str
    value: float | None = None
    unit: str = ""
    words: tuple[str, ...] = ()

    @property
    def has_reading(self) -> bool:
        """Whether the controller told anything of it."""
        return self.level != "ns"

    @property
    def is_power_supply(self) -> bool:
        """Whether it tells the state of a power supply, or of their redundancy; its Watts alone do not."""
        if self.value is not None and not self.words:
            return False
        return self.entity.partition(".")[0] in _POWER_ENTITIES or bool(_POWER_NAME.search(self.name))

    @property
    def is_present(self) -> bool:
        """Whether what it watches says of itself that it is there."""
        return any(word.casefold() == "presence detected" for word in self.words)

    @property
    def is_turning(self) -> bool:
        """Whether it measures a fan, and that turns."""
        speed = self.unit == "RPM" or (self.unit in ("percent", "%") and "fan" in self.name.lower())
        return speed and bool(self.value)


def read_sensor(line: str) -> IpmiSensor | None:
    """The sensor of a line, not yet named apart from others; None for what is none. Raises `UnreadableOutput`."""
    name, number, level, entity, reading = (field.strip() for field in line.rsplit("|", 4))
    if not re.fullmatch(r"[0-9A-Fa-f]{2}h", number) or not re.fullmatch(r"[0-9]{1,3}\.[0-9]{1,3}", entity):
        raise UnreadableOutput("a sensor's name, number, state, entity and reading", line)
    if level not in _LEVELS:
        raise UnreadableOutput("a sensor's state, such as ok or ucr", line)
    if _LOCATOR.search(reading):
        return None
    if level == "ns" or reading in _UNREAD:
        return IpmiSensor("", name, number, entity, "ns")
    measured = _VALUE.match(reading)
    words = (measured[3] or "") if measured else reading
    # A comma is also in "AC out-of-range, but present"; another state begins with a capital or a figure.
    states = tuple(word.strip() for word in re.split(r", (?=[A-Z0-9])", words) if word.strip())
    if measured is None:
        return IpmiSensor("", name, number, entity, level, words=states)
    return IpmiSensor("", name, number, entity, level, decimal_number(measured[1], line), measured[2], states)


def named_apart(sensors: Sequence[IpmiSensor]) -> Iterator[IpmiSensor]:
    """The sensors with items as short as can be told apart: Dell calls every power supply `Status`."""
    names = Counter(sensor.name for sensor in sensors)
    places = Counter((sensor.name, sensor.entity) for sensor in sensors)
    seen: Counter[str] = Counter()
    for sensor in sensors:
        item = sensor.name
        if names[item] > 1 or not item:
            shared = places[item, sensor.entity] > 1
            item = f"{item} ({sensor.entity}, {sensor.number})" if shared else f"{item} ({sensor.entity})"
        seen[item] += 1
        yield replace(sensor, item=item.strip() if seen[item] == 1 else f"{item} #{seen[item]}".strip())
