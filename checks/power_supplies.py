"""Whether the server's power supplies are all there, fed and redundant.

Item        the power supply, or the redundancy of all, under the name the management controller (BMC) gives it
State       CRIT when one has failed, has no input or is gone though it was there when first seen; WARN when it foresees
            its failure, or when redundancy is lost or less than full
Why         with one supply gone the server runs on, and nobody hears of it until the second one goes too
What to do  look at the lamps of the supplies and whether both cords are live; ipmitool sel elist last 20; replace the
            supply while running; rounds relearn HOST ipmi_sensors where one was taken out on purpose
Manual      2.6 power supply; form 8.6
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text
from checks.contract.patterns import matches_any
from checks.hardware_words import judge_words
from collectors import ipmi_sensors
from collectors.ipmi.sensor import IpmiSensor
from collectors.ipmi_sensors import IpmiSensors


class PowerSuppliesParams(Params):
    """Parameters of power_supplies."""

    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are 10 min apart"
    )
    ignore: tuple[str, ...] = Field(
        (), description="what is not looked at, as patterns, such as ['PS Redundancy'] of a server with one supply"
    )


def evaluate(facts: IpmiSensors, params: PowerSuppliesParams) -> Iterator[Result]:
    """One result per supply that is or was there, and per redundancy."""
    supplies = {sensor.item: sensor for sensor in facts.sensors if sensor.is_power_supply}
    for item in dict.fromkeys((*supplies, *facts.first_present)):
        sensor = supplies.get(item)
        if matches_any(params.ignore, item):
            continue
        if item in facts.first_present and (sensor is None or not sensor.is_present):
            yield _gone(item, sensor)
        elif sensor is not None and sensor.words:
            yield _judge(sensor)


def _gone(item: str, sensor: IpmiSensor | None) -> Result:
    said = ", ".join(sensor.words) if sensor is not None else ""
    words = Text(
        en=f"not there, but was when first seen{said and f' ({said})'}",
        zh=f"已不在位,首次发现时在位{said and f'({said})'}",
    )
    return Result(item, State.CRIT, words, (Measurement("healthy", 0.0),))


def _judge(sensor: IpmiSensor) -> Result:
    state = max(judge_words(word, sensor.name) for word in sensor.words)
    measurements = [Measurement("healthy", float(state is State.OK))]
    shown = ", ".join(sensor.words)
    if sensor.value is not None and sensor.unit == "Watts":
        shown = f"{sensor.value:g} W, {shown}"
        measurements.append(Measurement("watts", sensor.value))
    return Result(sensor.item, state, Text(en=shown, zh=shown), tuple(measurements))


CHECK = Check(
    reads=ipmi_sensors.COLLECTOR,
    params=PowerSuppliesParams,
    evaluate=evaluate,
    title=Text(en="Power supplies", zh="电源"),
    layer=Layer.HARDWARE,
    section=Section.HARDWARE,
)
