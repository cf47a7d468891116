"""Whether uninterruptible power supplies have their mains, and would last long enough without.

Item        the UPS under the name NUT or apcupsd has for it; `upsd` where NUT's server does not answer
State       WARN on battery, unless it tests itself, on bypass, with an alarm or a battery to be replaced; CRIT when the
            battery is low or empty soon, with too much load, or while it shuts down; by `runtime`, `charge` and `load`,
            where the first two are critical only on battery; UNKNOWN when it or its server does not answer
Why         on battery minutes are left, and a server that does not hear of it loses its power without warning
What to do  upsc UPS; apcaccess; look for the breaker and other hosts of the rack; shut down in the order of the manual
            while there is time; replace batteries every 3 to 5 years; systemctl status nut-server nut-driver@UPS
Manual      2.6 UPS; form 8.6
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Duration,
    Layer,
    LowerLevels,
    Measurement,
    Params,
    Percent,
    Result,
    Section,
    State,
    Text,
    Unit,
    UpperLevels,
    duration_text,
)
from checks.contract.patterns import matches_any
from checks.contract.threshold import crossed_duration, crossed_percent, measured_ratio
from collectors import ups
from collectors.ups import UpsState
from collectors.ups_status import Ups

_Finding = tuple[State, Text]
_FLAGS = {
    "FSD": (State.CRIT, Text(en="shutting down", zh="正在关机")),
    "LB": (State.CRIT, Text(en="battery low", zh="电池电量低")),
    "OFF": (State.CRIT, Text(en="output off", zh="输出关闭")),
    "OVER": (State.CRIT, Text(en="overloaded", zh="过载")),
    "OB": (State.WARN, Text(en="on battery", zh="电池供电")),
    "RB": (State.WARN, Text(en="replace the battery", zh="电池需更换")),
    "BYPASS": (State.WARN, Text(en="on bypass", zh="旁路供电")),
    "ALARM": (State.WARN, Text(en="alarm", zh="有告警")),
    "OL": (State.OK, Text(en="on mains", zh="市电供电")),
}

_TESTS = frozenset(("TEST", "CAL"))  # a self-test or a calibration runs on battery


class UpsParams(Params):
    """Parameters of ups."""

    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since on battery minutes count"
    )
    ask: tuple[str, ...] = Field(
        (), description="UPSes of other hosts to ask for too, as NUT names them, such as [rack1@nas-01]"
    )
    runtime: LowerLevels[Duration] = Field(
        LowerLevels[Duration](warn=600, crit=300), description="how long the battery would last, as the UPS reckons it"
    )
    charge: LowerLevels[Percent] = Field(LowerLevels[Percent](warn=50, crit=20), description="charge of the battery")
    load: UpperLevels[Percent] = Field(UpperLevels[Percent](warn=80, crit=95), description="load, of what it can carry")
    ignore: tuple[str, ...] = Field((), description="UPSes not looked at, as patterns such as ['old*']")


def evaluate(facts: UpsState, params: UpsParams) -> Iterator[Result]:
    """One result per UPS, and one for a server that should tell of them."""
    if facts.server_silence:
        words = Text(
            en=f"NUT's server does not answer: {facts.server_silence}", zh=f"NUT 服务无应答:{facts.server_silence}"
        )
        yield Result("upsd", State.UNKNOWN, words)
    for supply in facts.supplies:
        if not matches_any(params.ignore, supply.name):
            yield _judge(supply, params)


def _judge(supply: Ups, params: UpsParams) -> Result:
    if supply.silence:
        words = Text(en=f"does not answer: {supply.silence}", zh=f"无应答:{supply.silence}")
        return Result(supply.name, State.UNKNOWN, words)
    findings = [*_status(supply), *_levels(supply, params)]
    state = max(state for state, _ in findings)
    summary = Text(en=", ".join(text.en for _, text in findings), zh=",".join(text.zh for _, text in findings))
    return Result(supply.name, state, summary, tuple(_measurements(supply, params)))


def _is_testing(supply: Ups) -> bool:
    return bool(_TESTS & set(supply.flags))


def _status(supply: Ups) -> Iterator[_Finding]:
    known = [flag for flag in _FLAGS if flag in supply.flags]
    for flag in known:
        state, words = _FLAGS[flag]
        yield (State.OK if flag == "OB" and _is_testing(supply) else state), words
    if _is_testing(supply):
        yield State.OK, Text(en="testing itself", zh="自检中")
    if not {"OL", "OB", "OFF", "BYPASS"} & set(known):
        shown = " ".join(supply.flags) or "-"
        yield State.UNKNOWN, Text(en=f"says only {shown}", zh=f"仅报告状态 {shown}")
    if supply.alarm:
        yield State.WARN, Text(en=supply.alarm, zh=supply.alarm)


def _levels(supply: Ups, params: UpsParams) -> Iterator[_Finding]:
    worst = State.CRIT if "OB" in supply.flags and not _is_testing(supply) else State.WARN
    if supply.charge_ratio is not None:
        state = min(worst, params.charge.judge(supply.charge_ratio * 100))
        level, shown = crossed_percent(params.charge, state), f"{supply.charge_ratio * 100:.0f} %"
        yield state, Text(en=f"battery {shown}{level.en}", zh=f"电量 {shown}{level.zh}")
    if supply.runtime_seconds is not None:
        state = min(worst, params.runtime.judge(supply.runtime_seconds))
        level, left = crossed_duration(params.runtime, state), duration_text(supply.runtime_seconds)
        yield state, Text(en=f"lasts {left.en}{level.en}", zh=f"可供电 {left.zh}{level.zh}")
    if supply.load_ratio is not None:
        state = params.load.judge(supply.load_ratio * 100)
        level, shown = crossed_percent(params.load, state), f"{supply.load_ratio * 100:.0f} %"
        yield state, Text(en=f"load {shown}{level.en}", zh=f"负载 {shown}{level.zh}")


def _measurements(supply: Ups, params: UpsParams) -> Iterator[Measurement]:
    yield Measurement("on_battery", float("OB" in supply.flags and not _is_testing(supply)), warn=1)
    if supply.charge_ratio is not None:
        warn, crit = (None if x is None else x / 100 for x in (params.charge.warn, params.charge.crit))
        yield Measurement("charge", supply.charge_ratio, Unit.RATIO, warn, crit, lower=True)
    if supply.runtime_seconds is not None:
        levels = params.runtime
        yield Measurement("runtime", supply.runtime_seconds, Unit.SECONDS, levels.warn, levels.crit, lower=True)
    if supply.load_ratio is not None:
        yield measured_ratio("load", supply.load_ratio, params.load)
    if supply.celsius is not None:
        yield Measurement("temperature", supply.celsius, Unit.CELSIUS)


CHECK = Check(
    reads=ups.COLLECTOR,
    params=UpsParams,
    evaluate=evaluate,
    title=Text(en="Uninterruptible power supply", zh="不间断电源 UPS"),
    layer=Layer.HARDWARE,
    section=Section.HARDWARE,
    arguments=lambda params: params.ask,
)
