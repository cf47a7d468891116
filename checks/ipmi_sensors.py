"""What the server's management controller (BMC) says of its temperatures, fans, voltages and other parts.

Item        the sensor, with its place where several bear the same name: `Inlet Temp`, `Temp (3.2)`
State       by the controller's own thresholds: WARN for a non-critical one, CRIT for a critical or non-recoverable
            one; by the words of a discrete sensor (ECC, intrusion, drive fault ...); WARN for a fan without a
            reading that turned when it was first seen. Power supplies have a check of their own
Why         a fan that stops or air that is too warm ends with the server switching itself off
What to do  ipmitool sensor get 'NAME'; ipmitool sel elist last 20; look at the front panel, the fans, the room;
            rounds relearn HOST ipmi_sensors where a fan was taken out on purpose
Manual      2.6 fans; 2.6 temperature; 2.6 memory ECC; form 8.6
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text, Unit
from checks.contract.patterns import matches_any
from checks.hardware_words import judge_words
from collectors import ipmi_sensors
from collectors.ipmi.sensor import IpmiSensor
from collectors.ipmi_sensors import IpmiSensors

_LEVELS = {
    "nc": (State.WARN, Text(en="beyond a non-critical limit", zh="超出非严重限值")),
    "cr": (State.CRIT, Text(en="beyond a critical limit", zh="超出严重限值")),
    "nr": (State.CRIT, Text(en="beyond a non-recoverable limit", zh="超出不可恢复限值")),
    "unc": (State.WARN, Text(en="above the upper non-critical limit", zh="高于非严重上限")),
    "ucr": (State.CRIT, Text(en="above the upper critical limit", zh="高于严重上限")),
    "unr": (State.CRIT, Text(en="above the upper non-recoverable limit", zh="高于不可恢复上限")),
    "lnc": (State.WARN, Text(en="below the lower non-critical limit", zh="低于非严重下限")),
    "lcr": (State.CRIT, Text(en="below the lower critical limit", zh="低于严重下限")),
    "lnr": (State.CRIT, Text(en="below the lower non-recoverable limit", zh="低于不可恢复下限")),
}
_MEASURED = {
    "degrees C": ("temperature", Unit.CELSIUS, "°C"),
    "RPM": ("speed_rpm", Unit.COUNT, "RPM"),
    "Volts": ("volts", Unit.COUNT, "V"),
    "Amps": ("amperes", Unit.COUNT, "A"),
    "Watts": ("watts", Unit.COUNT, "W"),
}


class IpmiSensorsParams(Params):
    """Parameters of ipmi_sensors."""

    retries: int = Field(
        2, ge=1, le=100, description="how many looks in a row must agree; fewer than usual, since they are 10 min apart"
    )
    ignore: tuple[str, ...] = Field((), description="sensors not looked at, as patterns such as [Intrusion, 'Temp*']")


def evaluate(facts: IpmiSensors, params: IpmiSensorsParams) -> Iterator[Result]:
    """One result per sensor with a reading, and per fan that had one."""
    sensors = {s.item: s for s in facts.sensors if s.has_reading and not s.is_power_supply}
    turned = frozenset(facts.first_turning)
    for item in dict.fromkeys((*sensors, *facts.first_turning)):
        if matches_any(params.ignore, item):
            continue
        sensor = sensors.get(item)
        if sensor is None:
            words = Text(en="no reading, but this fan turned when first seen", zh="无读数,而首次发现时该风扇在转动")
            yield Result(item, State.WARN, words)
        else:
            yield _judge(sensor, stopped=item in turned and not sensor.value)


def _judge(sensor: IpmiSensor, stopped: bool) -> Result:
    parts = list(sensor.words)
    measurements: tuple[Measurement, ...] = ()
    if sensor.value is not None:
        name, unit, sign = _MEASURED.get(sensor.unit, ("reading", Unit.COUNT, sensor.unit))
        measurements = (Measurement(name, sensor.value, unit),)
        parts.insert(0, f"{sensor.value:g} {sign}")
    shown = ", ".join(parts)
    state = max([State.OK, *(judge_words(word, sensor.name) for word in sensor.words)])
    words = Text(en=shown or "nothing asserted", zh=shown or "无告警状态")
    if sensor.level in _LEVELS:
        crossed, limit = _LEVELS[sensor.level]
        state = max(state, crossed)
        words = Text(en=f"{shown}, {limit.en} set in the BMC", zh=f"{shown},{limit.zh}(BMC 设定)")
    elif stopped:
        state = max(state, State.WARN)
        words = Text(en=f"{shown}, but this fan turned when first seen", zh=f"{shown},而首次发现时该风扇在转动")
    return Result(sensor.item, state, words, measurements)


CHECK = Check(
    reads=ipmi_sensors.COLLECTOR,
    params=IpmiSensorsParams,
    evaluate=evaluate,
    title=Text(en="Hardware sensors", zh="硬件传感器"),
    layer=Layer.HARDWARE,
    section=Section.HARDWARE,
)
