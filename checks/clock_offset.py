"""Whether the host's clock is right, and kept right.

Item        `clock`
State       WARN or CRIT from the offset its time service measures; WARN when it is not synchronised or long without its
            server; where no offset is measured, from the coarse comparison with the agent's clock
Why         logs of different servers cannot be put in order, logins by Kerberos or one-time code fail, certificates
            are refused, cluster nodes throw each other out
What to do  chronyc sources -v (or ntpq -pn, timedatectl timesync-status); open UDP 123 to the time server; systemctl
            restart chrony; chronyc makestep when the step is acceptable
Manual      2.1 clock; form 8.2, clock offset
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Duration,
    Layer,
    Measurement,
    Params,
    Result,
    Section,
    State,
    Text,
    Unit,
    UpperLevels,
    duration_text,
)
from checks.contract.threshold import crossed_duration
from collectors import clock
from collectors.clock import Clock

_Finding = tuple[State, Text]


class ClockOffsetParams(Params):
    """Levels as Checkmk has them for chrony."""

    offset: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=0.2, crit=0.5), description="offset measured by the host's time service, either way"
    )
    agent_offset: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=2, crit=60),
        description="offset against the agent's clock, either way, judged only where no time service measures one; "
        "the time to reach the host is in it, so levels below 2s find slow networks",
    )
    last_heard: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=3600, crit=None),
        description="how long ago the time service last heard from its server",
    )
    synchronisation: bool = Field(
        True, description="false: that the clock is not synchronised is no problem, as in some containers"
    )


def evaluate(facts: Clock, params: ClockOffsetParams) -> Iterator[Result]:
    """One result."""
    findings = [*_offset(facts, params), *_synchronisation(facts, params)]
    if not findings:
        words = Text(en="nothing on the host tells how right its clock is", zh="主机上没有可判断时钟是否准确的信息")
        findings = [(State.UNKNOWN, words)]
    # sorted() is stable: among equals the offset comes first.
    findings.sort(key=lambda finding: -finding[0])
    summary = Text(en="; ".join(text.en for _, text in findings), zh=";".join(text.zh for _, text in findings))
    yield Result("clock", findings[0][0], summary, tuple(_measurements(facts, params)))


def _offset(facts: Clock, params: ClockOffsetParams) -> Iterator[_Finding]:
    if facts.offset_seconds is not None:
        state = params.offset.judge(abs(facts.offset_seconds))
        off = _off_text(facts.offset_seconds)
        level = crossed_duration(params.offset, state)
        yield state, Text(en=f"{off.en}{level.en}", zh=f"{off.zh}{level.zh}")
    elif facts.agent_offset_seconds is not None:
        # Within what this comparison can tell, there is no offset.
        beyond = max(0.0, abs(facts.agent_offset_seconds) - facts.agent_offset_resolution_seconds)
        state = params.agent_offset.judge(beyond)
        if state is State.OK:
            yield state, Text(en="agrees with the agent's clock", zh="与监控端时钟一致")
            return
        size, level = duration_text(abs(facts.agent_offset_seconds)), crossed_duration(params.agent_offset, state)
        en, zh = ("ahead of", "快") if facts.agent_offset_seconds > 0 else ("behind", "慢")
        yield state, Text(en=f"{size.en} {en} the agent's clock{level.en}", zh=f"比监控端时钟{zh} {size.zh}{level.zh}")


def _synchronisation(facts: Clock, params: ClockOffsetParams) -> Iterator[_Finding]:
    name = "" if facts.source is None else facts.source.value
    if facts.synchronised is None:
        if facts.agent_offset_seconds is not None:
            yield State.OK, Text(en="no time service answered", zh="没有时间服务应答")
    elif not facts.synchronised:
        state = State.WARN if params.synchronisation else State.OK
        yield state, Text(en=f"not synchronised (asked {name})", zh=f"未同步(来源 {name})")
    else:
        server = f", {facts.server}" if facts.server else ""
        yield State.OK, Text(en=f"synchronised (by {name}{server})", zh=f"已同步(来源 {name}{server})")
    if facts.reference_age_seconds is not None:
        state = params.last_heard.judge(facts.reference_age_seconds)
        if state is not State.OK:
            age, level = duration_text(facts.reference_age_seconds), crossed_duration(params.last_heard, state)
            yield (
                state,
                Text(en=f"server last heard {age.en} ago{level.en}", zh=f"{age.zh}前最后收到服务器应答{level.zh}"),
            )


def _off_text(seconds: float) -> Text:
    size = abs(seconds)
    if size < 0.0001:
        return Text(en="less than 0.1 ms off", zh="偏差不足 0.1 毫秒")
    amount = Text(en=f"{size * 1000:.3g} ms", zh=f"{size * 1000:.3g} 毫秒") if size < 0.9995 else duration_text(size)
    if seconds < 0:
        return Text(en=f"{amount.en} behind", zh=f"慢 {amount.zh}")
    return Text(en=f"{amount.en} ahead", zh=f"快 {amount.zh}")


def _measurements(facts: Clock, params: ClockOffsetParams) -> Iterator[Measurement]:
    # Signed values, levels for either way.
    if facts.offset_seconds is not None:
        yield Measurement("offset", facts.offset_seconds, Unit.SECONDS, params.offset.warn, params.offset.crit)
    if facts.agent_offset_seconds is not None:
        judged = facts.offset_seconds is None
        levels = params.agent_offset if judged else UpperLevels[Duration]()
        yield Measurement("agent_offset", facts.agent_offset_seconds, Unit.SECONDS, levels.warn, levels.crit)
    if facts.synchronised is not None:
        yield Measurement("synchronised", float(facts.synchronised))


CHECK = Check(
    reads=clock.COLLECTOR,
    params=ClockOffsetParams,
    evaluate=evaluate,
    title=Text(en="Clock", zh="时钟偏差"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
)
