"""How long the processors sit idle because a disk does not answer, over up to five minutes.

Item        cpu
State       WARN or CRIT from `iowait_percent`: idle time with a program waiting for a disk, of all processors together
Why         a slow or dying disk, a saturated array or a lost storage path makes everything on the server slow
What to do  iostat -xz 5 2; pidstat -d 5 1; dmesg -T | grep -iE 'error|timeout'; check the array and its paths
Manual      2.1 CPU; 2.1.6 latency; form 8.2
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


class CpuIowaitParams(Params):
    """Parameters of cpu_iowait."""

    iowait_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=40, crit=60), description="time all processors together wait for disks, percent"
    )


def evaluate(facts: Cpu, params: CpuIowaitParams) -> Iterator[Result]:
    """One result for all processors. Raises `NotYet` on the first look."""
    usage = facts.usage
    if usage is None:
        raise NotYet
    state = params.iowait_percent.judge(usage.iowait_ratio * 100)
    crossed = crossed_percent(params.iowait_percent, state)
    waiting, span = format_percent(usage.iowait_ratio), duration_text(usage.span_seconds)
    yield Result(
        item="cpu",
        state=state,
        summary=Text(
            en=f"{waiting} waiting for disks over {span.en}{crossed.en}",
            zh=f"近 {span.zh}等待磁盘 {waiting}{crossed.zh}",
        ),
        measurements=(measured_ratio("iowait", usage.iowait_ratio, params.iowait_percent),),
    )


CHECK = Check(
    reads=cpu.COLLECTOR,
    params=CpuIowaitParams,
    evaluate=evaluate,
    title=Text(en="Waiting for disks (iowait)", zh="磁盘等待(iowait)"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
)
