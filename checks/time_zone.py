"""Whether the server's clock is read in the time zone it should be.

Item        time zone
State       WARN when it is not `expected`, or, where none is, not the one of the first look
Why         logs of servers in different zones cannot be laid side by side, and timed jobs run at the wrong hour
What to do  timedatectl set-timezone ZONE, then restart what keeps the old one: systemctl restart rsyslog cron. Meant:
            rounds relearn HOST time_zone
Manual      2.1 clock; form 8.2
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text, Unit
from collectors import time_zone
from collectors.time_zone import TimeZone, is_zone

_ALIASES = {
    **dict.fromkeys(("Etc/UTC", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal", "UTC0"), "UTC"),
    **dict.fromkeys(("GMT", "Etc/GMT", "Etc/Greenwich", "Greenwich", "GMT0", "GMT+0", "GMT-0"), "UTC"),
    **dict.fromkeys(("PRC", "Asia/Chongqing", "Asia/Chungking", "Asia/Harbin", "CST-8"), "Asia/Shanghai"),
}
"""Names of one and the same zone: where a host says one of these it means the other."""


_NO_ZONES = {"asia/beijing": "Asia/Shanghai", "asia/peking": "Asia/Shanghai"}
"""What is often taken for a zone, and the one that is meant: the form alone does not tell."""


def _zone(text: str) -> str:
    if meant := _NO_ZONES.get(text.lower()):
        raise ValueError(f"there is no time zone {text}, did you mean {meant}?")
    if not is_zone(text):
        raise ValueError(f"expected the name of a time zone, such as Asia/Shanghai or UTC, not {text!r}")
    return text


class TimeZoneParams(Params):
    """Parameters of time_zone."""

    expected: Annotated[str, AfterValidator(_zone)] | None = Field(
        None, description="the zone, such as Asia/Shanghai or UTC; null: the one of the first look"
    )
    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since this does not come and go"
    )


def evaluate(zone: TimeZone, params: TimeZoneParams) -> Iterator[Result]:
    """One result for the host."""
    hours, minutes = divmod(abs(zone.offset_seconds) // 60, 60)
    offset = f"UTC{'-' if zone.offset_seconds < 0 else '+'}{hours:02}:{minutes:02}"
    told = zone.told or zone.abbreviation
    words = Text(en=f"{told}, {offset}", zh=f"{told},{offset}")
    state = State.OK
    wanted = params.expected or zone.first
    if params.expected and zone.name is None and not _same(zone.rule, wanted):
        state = State.UNKNOWN
        words = Text(f"{words.en}: the zone has no name (expected {wanted})", f"{words.zh}:时区名称未知(应为 {wanted})")
    elif params.expected and not _same(zone.told, wanted):
        state, words = State.WARN, Text(f"{words.en} (expected {wanted})", f"{words.zh}(应为 {wanted})")
    elif wanted and not _same(zone.told, wanted):
        state = State.WARN
        words = Text(f"{words.en} ({wanted} at the first look)", f"{words.zh}(首次检查时为 {wanted})")
    yield Result("time zone", state, words, (Measurement("utc_offset", zone.offset_seconds, Unit.SECONDS),))


def _same(one: str | None, another: str | None) -> bool:
    return _ALIASES.get(one or "", one) == _ALIASES.get(another or "", another)


CHECK = Check(
    reads=time_zone.COLLECTOR,
    params=TimeZoneParams,
    evaluate=evaluate,
    title=Text(en="Time zone", zh="时区"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
)
