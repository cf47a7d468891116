"""How warm the processors, the board and other parts are that the kernel's drivers read.

Item        driver and sensor, such as `coretemp Package id 0`; cores are left out where their package is there
State       by the chip's own limits: WARN at `max`, CRIT at `crit` or where the chip raises its alarm; by `celsius`
            where it has none; WARN when a sensor that gave a temperature when first seen gives none
Why         what is too warm slows down, then switches itself off, and lasts years less
What to do  sensors; look for stopped fans, dust, a neighbour that blows warm air; compare with the room; rounds relearn
            HOST hwmon where a part was taken out on purpose
Manual      2.6 temperature; form 8.6
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text, Unit, UpperLevels
from checks.contract.patterns import matches_any
from checks.contract.threshold import crossed
from collectors import hwmon
from collectors.hwmon import Hwmon
from collectors.hwmon_sensor import HwmonSensor

_ALARMS = (
    ("emergency_alarm", State.CRIT),
    ("crit_alarm", State.CRIT),
    ("max_alarm", State.WARN),
    ("alarm", State.WARN),
)


class TemperaturesParams(Params):
    """Parameters of temperatures."""

    celsius: UpperLevels[float] = Field(
        UpperLevels[float](warn=85, crit=95), description="degrees, for sensors whose chip has no limits of its own"
    )
    always: bool = Field(False, description="true: `celsius` is judged besides the limits that a chip has")
    ignore: tuple[str, ...] = Field((), description="sensors not looked at, as patterns such as ['acpitz *']")


def evaluate(facts: Hwmon, params: TemperaturesParams) -> Iterator[Result]:
    """One result for each sensor something is connected to, or was."""
    packages = {s.chip for s in facts.sensors if (s.label or "").startswith("Package id")}
    known = {sensor.item: sensor for sensor in facts.sensors if sensor.kind == "temp"}
    for sensor in known.values():
        if matches_any(params.ignore, sensor.item):
            continue
        if sensor.chip in packages and (sensor.label or "").startswith("Core "):
            continue
        if sensor.is_read:
            yield _judge(sensor, params)
        elif sensor.item in facts.first_read:
            words = Text(en="gives no temperature, but did when first seen", zh="无有效读数,而首次发现时正常")
            yield Result(sensor.item, State.WARN, words)


def _judge(sensor: HwmonSensor, params: TemperaturesParams) -> Result:
    now = sensor.celsius() or 0.0
    own = _own(sensor)
    levels = _levels(*own, params)
    state = levels.judge(now)
    level = crossed(levels, state, lambda degrees: f"{degrees:g} °C")
    words = Text(en=f"{now:.0f} °C{level.en}", zh=f"{now:.0f} °C{level.zh}")
    for name, severity in _ALARMS:
        # A chip whose limits nobody set raises its alarm at 0 °C.
        if sensor.element(name) and severity > state and (name in ("emergency_alarm", "crit_alarm") or any(own)):
            state, words = (
                severity,
                Text(en=f"{now:.0f} °C, the chip raises {name}", zh=f"{now:.0f} °C,芯片告警 {name}"),
            )
    return Result(sensor.item, state, words, (Measurement("now", now, Unit.CELSIUS, levels.warn, levels.crit),))


def _own(sensor: HwmonSensor) -> tuple[float | None, float | None]:
    """The chip's own max and crit; None for what drivers show that know none: zero, or a register's largest number."""
    warn, crit = (d if d is not None and 0 < d < 127 else None for d in map(sensor.celsius, ("max", "crit")))
    return (None if warn is not None and crit is not None and warn > crit else warn), crit


def _levels(warn: float | None, crit: float | None, params: TemperaturesParams) -> UpperLevels[float]:
    if warn is None and crit is None:
        return params.celsius
    if params.always:
        warn = min((d for d in (warn, params.celsius.warn) if d is not None), default=None)
        crit = min((d for d in (crit, params.celsius.crit) if d is not None), default=None)
        warn = None if warn is not None and crit is not None and warn > crit else warn
    return UpperLevels[float](warn=warn, crit=crit)


CHECK = Check(
    reads=hwmon.COLLECTOR,
    params=TemperaturesParams,
    evaluate=evaluate,
    title=Text(en="Temperatures", zh="温度"),
    layer=Layer.HARDWARE,
    section=Section.HARDWARE,
)
