"""Reboots that nobody announced.

Item        uptime
State       WARN or CRIT from `reboots`: how many were seen during `shown_for`, without those in an `allowed` window
Why         a server that restarts by itself lost its power, its kernel or its host, and may do so again
What to do  last -x reboot shutdown; journalctl -b -1 -e; look at power, hardware log and the hypervisor
Manual      2.1 uptime; 5 restarts; form 8.2
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pydantic import Field

from checks.contract import (
    Check,
    Duration,
    Layer,
    Measurement,
    Params,
    Result,
    Section,
    Text,
    Unit,
    UpperLevels,
    duration_text,
)
from checks.contract.weekly import Weekly, within_any
from collectors import uptime
from collectors.uptime import Reboot, Uptime


class UnexpectedRebootParams(Params):
    """Parameters of unexpected_reboot."""

    reboots: UpperLevels[int] = Field(UpperLevels[int](warn=1, crit=3), description="how many are a problem")
    shown_for: Duration = Field(86400.0, gt=0, description="how long a reboot stays a problem after it was seen")
    allowed: tuple[Weekly, ...] = Field(
        (),
        description="weekly times, on the host's own clock, at which it may reboot, such as 'Sun 02:00-04:00'",
    )


def evaluate(facts: Uptime, params: UnexpectedRebootParams) -> Iterator[Result]:
    """One result for the host."""
    recent = [reboot for reboot in facts.reboots if facts.time_seconds - reboot.seen_at < params.shown_for]
    unexpected = [
        reboot for reboot in recent if not within_any(params.allowed, _moment(reboot) + facts.utc_offset_seconds)
    ]
    levels = params.reboots
    yield Result(
        item="uptime",
        state=levels.judge(len(unexpected)),
        summary=_summary(facts, len(unexpected), (unexpected or recent)[-1:]),
        measurements=(
            Measurement("uptime", facts.uptime_seconds, Unit.SECONDS),
            Measurement("reboots", len(unexpected), warn=levels.warn, crit=levels.crit),
        ),
    )


def _moment(reboot: Reboot) -> float:
    return reboot.seen_at if reboot.booted_at is None else reboot.booted_at


def _summary(facts: Uptime, unexpected: int, latest: list[Reboot]) -> Text:
    up = duration_text(facts.uptime_seconds)
    if not latest:
        return Text(en=f"up {up.en}", zh=f"已运行 {up.zh}")
    reboot = latest[0]
    at, seen = _local(_moment(reboot), facts), _local(reboot.last_seen_at, facts)
    if not unexpected:
        return Text(en=f"up {up.en}, rebooted {at} in an allowed window", zh=f"已运行 {up.zh},{at} 在允许的时段内重启")
    return Text(
        en=f"{unexpected} unexpected reboot{'s' if unexpected > 1 else ''}, "
        f"latest {at} (last seen before {seen}), up {up.en}",
        zh=f"意外重启 {unexpected} 次,最近一次 {at}(此前最后一次可见 {seen}),已运行 {up.zh}",
    )


def _local(seconds: float, facts: Uptime) -> str:
    # Not fromtimestamp(): it refuses what a broken clock may say.
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds + facts.utc_offset_seconds)
    except OverflowError:
        return f"@{seconds:.0f}"
    return moment.strftime("%Y-%m-%d %H:%M")


CHECK = Check(
    reads=uptime.COLLECTOR,
    params=UnexpectedRebootParams,
    evaluate=evaluate,
    title=Text(en="Unexpected reboot", zh="意外重启"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
)
