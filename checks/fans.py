"""Whether the fans turn that the kernel's drivers read.

Item        driver and fan, such as `nct6779 CPU Fan`; connectors at which nothing ever turned are left out
State       CRIT when one stands still that turned when first seen, unless it `may_stop`, or reports a fault; WARN
            below the minimum set in its chip; WARN or CRIT below `rpm`
Why         a processor without its fan slows down within a minute, and the server switches itself off soon after
What to do  sensors; look at the fan, its plug and the dust; compare temperatures; rounds relearn HOST hwmon where it
            was taken out on purpose
Manual      2.6 fans; form 8.6
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import Check, Layer, LowerLevels, Measurement, Params, Result, Section, State, Text
from checks.contract.patterns import matches_any
from checks.contract.threshold import crossed
from collectors import hwmon
from collectors.hwmon import Hwmon
from collectors.hwmon_sensor import HwmonSensor


class FansParams(Params):
    """Parameters of fans."""

    rpm: LowerLevels[int] = Field(
        LowerLevels[int](), description="revolutions per minute below which a fan is too slow, whatever its chip says"
    )
    may_stop: tuple[str, ...] = Field(
        ("amdgpu *", "radeon *", "nouveau *", "i915 *", "xe *", "thinkpad *", "dell_smm *", "applesmc *"),
        description="fans that stop while it is cool, as patterns: those of graphics cards and laptops do",
    )
    ignore: tuple[str, ...] = Field((), description="fans not looked at, as patterns such as ['amdgpu *']")


def evaluate(facts: Hwmon, params: FansParams) -> Iterator[Result]:
    """One result for each fan that turns, or did."""
    fans = {s.item: s for s in facts.sensors if s.kind == "fan" and s.element("input") is not None}
    for item in dict.fromkeys((*fans, *facts.first_turning)):
        if matches_any(params.ignore, item):
            continue
        fan = fans.get(item)
        if fan is None:
            yield Result(item, State.WARN, Text(en="gone, it turned when first seen", zh="已消失,首次发现时在转动"))
        elif item in facts.first_turning or fan.element("fault"):
            yield _judge(fan, params)


def _judge(fan: HwmonSensor, params: FansParams) -> Result:
    speed, least = fan.element("input") or 0.0, fan.element("min") or 0.0
    state = params.rpm.judge(speed)
    level = crossed(params.rpm, state, lambda rpm: f"{rpm:g} RPM")
    words = Text(en=f"{speed:.0f} RPM{level.en}", zh=f"{speed:.0f} RPM{level.zh}")
    rests = speed == 0 and not fan.element("fault") and matches_any(params.may_stop, fan.item)
    if rests:
        state, words = State.OK, Text(en="stands still, as it may", zh="已停转(允许停转)")
    elif speed == 0:
        state, words = State.CRIT, Text(en="stands still, it turned when first seen", zh="已停转,首次发现时在转动")
    elif fan.element("fault"):
        state, words = State.CRIT, Text(en=f"{speed:.0f} RPM, reports a fault", zh=f"{speed:.0f} RPM,报告故障")
    elif state is State.OK and (speed < least or (least and fan.element("alarm"))):
        en, zh = f"{speed:.0f} RPM, below its minimum of {least:.0f}", f"{speed:.0f} RPM,低于最低转速 {least:.0f}"
        state, words = State.WARN, Text(en=en, zh=zh)
    warn = params.rpm.warn if params.rpm.warn is not None else least or None
    return Result(
        fan.item, state, words, (Measurement("speed_rpm", speed, warn=warn, crit=params.rpm.crit, lower=True),)
    )


CHECK = Check(
    reads=hwmon.COLLECTOR,
    params=FansParams,
    evaluate=evaluate,
    title=Text(en="Fans", zh="风扇"),
    layer=Layer.HARDWARE,
    section=Section.HARDWARE,
)
