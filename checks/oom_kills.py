"""Processes that the kernel killed because there was no memory left, for the host or for their control group.

Item        `oom`
State       WARN or CRIT from `kills`: how many were counted within `shown_for`; those before the first look are not
Why         what was killed is often the most important program of the host, and comes back, if at all, without a word
What to do  journalctl -k | grep -i 'killed process', or see kernel_errors for the names; free -m; give the service more
            memory or a limit (MemoryMax=), or find its leak
Manual      2.1 memory; form 8.2
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
from checks.contract.threshold import crossed
from collectors import vmstat
from collectors.vmstat import Vmstat


class OomKillsParams(Params):
    """Parameters of oom_kills."""

    kills: UpperLevels[int] = Field(UpperLevels[int](warn=1, crit=5), description="processes killed")
    shown_for: Duration = Field(86400.0, gt=0, description="how long a kill is a problem after it was seen")
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one, since states are held")


def evaluate(facts: Vmstat, params: OomKillsParams) -> Iterator[Result]:
    """One result for the host."""
    recent = [kills for kills in facts.kills if facts.at - kills.at < params.shown_for]
    count = sum(kills.count for kills in recent)
    levels = params.kills
    state = levels.judge(count)
    measurements = (
        Measurement("kills", count, Unit.COUNT, levels.warn, levels.crit),
        Measurement("kills_since_start", facts.oom_kills),
    )
    yield Result("oom", state, _summary(facts, params, count, state), measurements)


def _summary(facts: Vmstat, params: OomKillsParams, count: int, state: State) -> Text:
    if not count:
        if not facts.oom_kills:
            return Text(en="none since the host started", zh="本次开机后无")
        if not facts.kills:
            n = facts.oom_kills
            return Text(en=f"none since the first look, {n} before it", zh=f"首次检查后无,此前 {n} 次")
    age, span = duration_text(max(0.0, facts.at - facts.kills[-1].at)), duration_text(params.shown_for)
    if not count:
        return Text(en=f"none in {span.en}, last {age.en} ago", zh=f"{span.zh}内无,最近一次在 {age.zh}前")
    level = crossed(params.kills, state)
    processes = "process" if count == 1 else "processes"
    return Text(
        en=f"{count} {processes} killed in {span.en}{level.en}, last {age.en} ago",
        zh=f"{span.zh}内终止进程 {count} 个{level.zh},最近一次在 {age.zh}前",
    )


CHECK = Check(
    reads=vmstat.COLLECTOR,
    params=OomKillsParams,
    evaluate=evaluate,
    title=Text(en="Processes killed for want of memory", zh="内存不足终止进程"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
)
