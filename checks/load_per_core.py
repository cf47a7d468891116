"""How many programs want each processor, over fifteen minutes.

Item        load
State       WARN or CRIT from `load15_per_core`: the load average of 15 minutes divided by the processors online
Why         programs queue for processors, or hang waiting for disks and network file systems: users wait with them
What to do  uptime; top; ps -eo state,pid,wchan:20,cmd | grep '^[RD]': R wants a processor, D waits for a disk or NFS
Manual      2.1 load; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import Check, Layer, Measurement, Params, Result, Section, Text, UpperLevels
from checks.contract.threshold import crossed
from collectors import load
from collectors.load import Load


class LoadPerCoreParams(Params):
    """Parameters of load_per_core."""

    load15_per_core: UpperLevels[float] = Field(
        UpperLevels[float](warn=2, crit=5), description="load average of 15 minutes for each processor online"
    )


def evaluate(facts: Load, params: LoadPerCoreParams) -> Iterator[Result]:
    """One result for the host."""
    levels, count = params.load15_per_core, facts.online_processors
    per_core = facts.load15 / count
    state = levels.judge(per_core)
    level = crossed(levels, state)
    averages = f"{facts.load1:.2f} / {facts.load5:.2f} / {facts.load15:.2f}"
    cores = f"{count} core" if count == 1 else f"{count} cores"
    yield Result(
        item="load",
        state=state,
        summary=Text(
            en=f"{per_core:.2f} per core over 15 min, load {averages} on {cores}{level.en}",
            zh=f"15 分钟每核负载 {per_core:.2f},负载 {averages},{count} 核{level.zh}",
        ),
        measurements=(
            Measurement("load15_per_core", per_core, warn=levels.warn, crit=levels.crit),
            Measurement("cores", count),
        ),
    )


CHECK = Check(
    reads=load.COLLECTOR,
    params=LoadPerCoreParams,
    evaluate=evaluate,
    title=Text(en="Load per core", zh="每核负载"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
    vital=True,
)
