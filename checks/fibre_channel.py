"""Fibre Channel ports that had a link and lost it, run slower than they did, or count errors.

Item        the port's name (WWPN)
State       CRIT when a port is not online that was, or that is `required`, or when its adapter is gone; WARN when it is
            slower than when first seen, or than `speed_gigabits`; from `new_errors` between two looks
Why         every LUN loses a path with it: half the bandwidth, and nothing left when the other one fails
What to do  look at the cable, the transceiver and the switch's port (switchshow, porterrshow);
            /sys/class/fc_host/HOST/port_state. Moved or removed on purpose: rounds relearn HOST fibre_channel
Manual      2.1.6 Fibre Channel; 2.6 network ports; form 8.6
"""

import re
from collections.abc import Iterator

from pydantic import Field, field_validator

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text, UpperLevels
from checks.contract.threshold import crossed
from collectors import fibre_channel
from collectors.fibre_channel import FcPort, FibreChannel

_ERRORS = {
    "link_failure_count": Text(en="link failures", zh="次链路故障"),
    "loss_of_signal_count": Text(en="losses of signal", zh="次信号丢失"),
    "loss_of_sync_count": Text(en="losses of sync", zh="次同步丢失"),
    "invalid_crc_count": Text(en="CRC errors", zh="个 CRC 错误"),
    "error_frames": Text(en="error frames", zh="个错误帧"),
}


class FibreChannelParams(Params):
    """Parameters of fibre_channel."""

    required: tuple[str, ...] = Field(
        (), description="names (WWPN) of ports that must be there and online, seen so before or not"
    )
    speed_gigabits: int | None = Field(
        None, ge=1, description="the speed each port must have at least, in Gbit/s; null: that of the first look at it"
    )
    new_errors: UpperLevels[int] = Field(
        UpperLevels[int](warn=1, crit=1000), description="link, signal, sync and CRC errors between two looks (5 min)"
    )
    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since the kernel waits before it tells"
    )

    @field_validator("required")
    @classmethod
    def _are_names(cls, required: tuple[str, ...]) -> tuple[str, ...]:
        for name in required:
            if not re.fullmatch(r"[0-9a-f]{2}(:[0-9a-f]{2}){7}", name):
                raise ValueError(f"{name!r} is not a port's name such as 10:00:00:90:fa:94:27:79")
        return required


def evaluate(facts: FibreChannel, params: FibreChannelParams) -> Iterator[Result]:
    """One result for each port that was ever online, and for each that must be."""
    ports = {port.name: port for port in facts.ports}
    for name in dict.fromkeys((*facts.gone, *params.required)):
        if name not in ports:
            text = Text(en="gone: no adapter has this port", zh="已消失:没有适配器提供此端口")
            yield Result(name, State.CRIT, text, (Measurement("online", 0.0),))
    for port in facts.ports:
        if port.was_online or port.name in params.required:
            yield _judge(port, params)


def _judge(port: FcPort, params: FibreChannelParams) -> Result:
    if port.state != "Online":
        text = Text(en=f"{port.host} is not online: {port.state}", zh=f"{port.host} 未在线:{port.state}")
        return Result(port.name, State.CRIT, text, (Measurement("online", 0.0),))
    speed, errors = _speed(port, params), port.new_errors or ()
    count = sum(more for _, more in errors)
    state = params.new_errors.judge(count)
    level = crossed(params.new_errors, state)
    grown = [(count, _ERRORS[name]) for name, count in errors if count]
    new_en = ", new: " + ", ".join(f"{count} {words.en}" for count, words in grown) + level.en if grown else ""
    new_zh = ",新增 " + "、".join(f"{count} {words.zh}" for count, words in grown) + level.zh if grown else ""
    now = "" if port.gigabits is None else f" {port.gigabits} Gbit/s"
    en, zh = f"{port.host} online{now}", f"{port.host} 在线{now}"
    levels = params.new_errors
    return Result(
        port.name,
        max(state, State.WARN if speed else State.OK),
        Text(en=en + (speed.en if speed else "") + new_en, zh=zh + (speed.zh if speed else "") + new_zh),
        (Measurement("online", 1.0), Measurement("new_errors", count, warn=levels.warn, crit=levels.crit)),
    )


def _speed(port: FcPort, params: FibreChannelParams) -> Text | None:
    """What is wrong with it, if anything is."""
    expected = params.speed_gigabits or port.first_gigabits
    if port.gigabits is None or expected is None or port.gigabits >= expected:
        return None
    if params.speed_gigabits:
        return Text(en=f", slower than {expected}", zh=f",低于 {expected}")
    return Text(en=f", slower than {expected} when first seen", zh=f",低于首次记录的 {expected}")


CHECK = Check(
    reads=fibre_channel.COLLECTOR,
    params=FibreChannelParams,
    evaluate=evaluate,
    title=Text(en="Fibre Channel ports", zh="光纤通道端口"),
    layer=Layer.HARDWARE,
    section=Section.STORAGE,
)
