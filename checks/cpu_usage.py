"""How busy the processors are, over up to five minutes.

Item        cpu
State       WARN or CRIT from `busy_percent`: time neither idle nor waiting for disks, of all processors together
Why         what is always busy answers slowly, and has nothing left for the next peak
What to do  top -o %CPU; pidstat 5 1; find the runaway process or the job at the wrong hour, or add processors;
            where the hypervisor steals the time, speak to whoever runs it
Manual      2.1 CPU; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Layer,
    NotYet,
    Params,
    Percent,
    Result,
    Section,
    Text,
    UpperLevels,
    duration_text,
    format_percent,
)
from checks.contract.threshold import crossed_percent, measured_ratio
from collectors import cpu
from collectors.cpu import Cpu

_WORTH_TELLING = 0.05


class CpuUsageParams(Params):
    """Parameters of cpu_usage."""

    busy_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=80, crit=90), description="busy time of all processors together, percent"
    )


def evaluate(facts: Cpu, params: CpuUsageParams) -> Iterator[Result]:
    """One result for all processors. Raises `NotYet` on the first look."""
    usage = facts.usage
    if usage is None:
        raise NotYet
    state = params.busy_percent.judge(usage.busy_ratio * 100)
    crossed = crossed_percent(params.busy_percent, state)
    busy, span, count = format_percent(usage.busy_ratio), duration_text(usage.span_seconds), len(facts.processors)
    stolen = Text(en="", zh="")
    if usage.steal_ratio >= _WORTH_TELLING:
        steal = format_percent(usage.steal_ratio)
        stolen = Text(en=f", {steal} of it taken by the hypervisor", zh=f",其中被虚拟化平台占用 {steal}")
    yield Result(
        item="cpu",
        state=state,
        summary=Text(
            en=f"{busy} busy over {span.en}, {count} processor{'s' if count > 1 else ''}{stolen.en}{crossed.en}",
            zh=f"近 {span.zh}使用率 {busy},{count} 个处理器{stolen.zh}{crossed.zh}",
        ),
        measurements=(measured_ratio("busy", usage.busy_ratio, params.busy_percent),),
    )


CHECK = Check(
    reads=cpu.COLLECTOR,
    params=CpuUsageParams,
    evaluate=evaluate,
    title=Text(en="CPU usage", zh="CPU 使用率"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
    vital=True,
)
