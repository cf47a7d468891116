"""Temperatures, fans, voltages and power as the kernel's drivers read them from the board, the processors and so on.

== hwmon0 /sys/devices/platform/coretemp.0
hwmon0/name:coretemp
hwmon0/temp1_input:45000
hwmon0/temp1_max:80000
hwmon0/temp1_crit:90000
hwmon0/temp1_label:Package id 0
hwmon1/fan1_input:1180
hwmon1/fan1_min:300
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from collectors.bare_metal import TELL_VIRTUAL, absent
from collectors.contract import Collector, Sample, UnreadableOutput
from collectors.contract.reading import decimal_number
from collectors.hwmon_sensor import HwmonSensor, chip_label, named_apart
from collectors.hwmon_sensor.samples import sensor_samples

# One fork. Not drivetemp: to ask a disk for its temperature may put off that it stops turning. Before Linux 3.13 the
# files lay in device/.
PROBE = f"""\
chips=
cd /sys/class/hwmon 2>/dev/null && for chip in hwmon*; do
  [ -d "$chip" ] || continue
  name=; [ -r "$chip/name" ] && read -r name <"$chip/name"
  [ "$name" = drivetemp ] && continue
  device=; [ -d "$chip/device" ] && cd -P "$chip/device" && device=$PWD && cd /sys/class/hwmon
  echo "== $chip $device"
  chips="$chips $chip"
done
set --
for chip in $chips; do
  for folder in $chip $chip/device; do
    set -- "$@" $folder/name $folder/temp[0-9]* $folder/fan[0-9]* $folder/in[0-9]* $folder/curr[0-9]* \\
      $folder/power[0-9]* $folder/energy[0-9]* $folder/humidity[0-9]* $folder/pwm[0-9]*
  done
done
if [ -n "$chips" ]; then
  grep -s '' /dev/null "$@"
else
{TELL_VIRTUAL}
fi
return 0
"""

_FILE = re.compile(r"(hwmon[0-9]{1,5})/(?:device/)?(?:(name)|([a-z]{2,10}[0-9]{1,5})(?:_([a-z0-9_]{1,40}))?):(.*)")
_Place = tuple[str, str]  # hwmon0, temp1
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class Hwmon:
    """All sensors. `first_read` are those with something connected, and `first_turning` the fans, in any look."""

    sensors: tuple[HwmonSensor, ...]
    first_read: tuple[str, ...]
    first_turning: tuple[str, ...]


def parse(output: str) -> Hwmon:
    """Raises `UnreadableOutput`, `NotApplicable` (no sensors)."""
    devices: dict[str, str] = {}
    names: dict[str, str] = {}
    labels: dict[tuple[str, str], str] = {}
    elements: dict[tuple[str, str], dict[str, float]] = {}
    for line in output.split("\n"):
        if line.startswith("== hwmon"):
            chip, _, devices_path = line.removeprefix("== ").partition(" ")
            devices[chip] = devices_path
        elif (found := _FILE.fullmatch(line)) is not None and found[1] in devices:
            if found[2]:
                names[found[1]] = found[5]
            elif found[4] == "label":
                labels[found[1], found[3]] = found[5].strip()
            elif _NUMBER.fullmatch(found[5]):  # else it is text, such as a power meter's model
                elements.setdefault((found[1], found[3]), {})[found[4] or ""] = decimal_number(found[5], line)
        elif line.strip() and line != "== virtual":
            raise UnreadableOutput("a file of /sys/class/hwmon and its content", line)
    if not elements:
        raise absent(
            "no sensors in /sys/class/hwmon", "no driver for any is loaded (modprobe coretemp, k10temp)", output
        )
    sensors = tuple(named_apart(list(_sensors(elements, labels, devices, names))))
    return Hwmon(
        sensors,
        first_read=tuple(s.item for s in sensors if s.kind in ("temp", "fan") and s.is_read),
        first_turning=tuple(s.item for s in sensors if s.kind == "fan" and s.element("input")),
    )


def _sensors(
    elements: Mapping[_Place, Mapping[str, float]],
    labels: Mapping[_Place, str],
    devices: Mapping[str, str],
    names: Mapping[str, str],
) -> Iterator[HwmonSensor]:
    for (number, sensor), found in elements.items():
        name = names.get(number, "")
        chip = chip_label(number, devices[number], name)
        yield HwmonSensor(
            "", chip, name or chip, sensor, labels.get((number, sensor)) or None, tuple(sorted(found.items()))
        )


def compare(previous: Hwmon, current: Hwmon) -> Hwmon:
    """The current facts with what was there at first, or has come since."""
    return replace(
        current,
        first_read=tuple(dict.fromkeys((*previous.first_read, *current.first_read))),
        first_turning=tuple(dict.fromkeys((*previous.first_turning, *current.first_turning))),
    )


def samples(facts: Hwmon) -> Iterator[Sample]:
    """As node_exporter's collector `hwmon` names them."""
    return sensor_samples(facts.sensors)


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=300,
    timeout_seconds=20,
    compare=compare,
    keep_facts=True,
    samples=samples,
)
