"""How much time programs lose waiting for processors, memory and disks.

Item        cpu, memory, io
State       WARN or CRIT from the share of time, over `span`, in which some task waited (`*_some_percent`) or none that
            had work got on (`*_full_percent`)
Why         it shows the shortage itself: a server may be busy without anybody waiting, and half dead at a load of 3
What to do  top; cat /proc/pressure/*; systemd-cgtop; for memory: vmstat 5 3, who needs so much; for io: iostat -xz 5 2,
            pidstat -d 5 1; cat /sys/fs/cgroup/system.slice/*/memory.pressure | sort tells whose tasks wait
Manual      2.1 load; 2.1 CPU; 2.1 memory; 2.1.6 latency; form 8.2
"""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from checks.contract import (
    Check,
    Layer,
    Measurement,
    Params,
    Percent,
    Result,
    Section,
    State,
    Text,
    UpperLevels,
    format_percent,
)
from checks.contract.threshold import crossed_percent, measured_ratio
from collectors import pressure
from collectors.pressure import Pressure, Stalls

_Levels = UpperLevels[Percent]


class PressureParams(Params):
    """Levels of practice. The time in which no task got a processor has no meaning for a whole system."""

    cpu_some_percent: _Levels = Field(
        _Levels(warn=60, crit=None), description="time in which some task waited for a processor"
    )
    memory_some_percent: _Levels = Field(
        _Levels(warn=10, crit=40), description="time in which some task waited for memory: reclaim, swap, thrashing"
    )
    memory_full_percent: _Levels = Field(
        _Levels(warn=5, crit=20), description="time in which no task got on for want of memory"
    )
    io_some_percent: _Levels = Field(
        _Levels(warn=None, crit=None),
        description="time in which some task waited for a disk; one task that copies is enough",
    )
    io_full_percent: _Levels = Field(
        _Levels(warn=30, crit=60), description="time in which no task got on for want of a disk"
    )
    span: Literal["1m", "5m"] = Field("5m", description="the span whose mean the kernel keeps and that is judged")


def evaluate(pressures: tuple[Pressure, ...], params: PressureParams) -> Iterator[Result]:
    """One result for each resource that tasks wait for."""
    levels = {
        "cpu": (params.cpu_some_percent, None),
        "memory": (params.memory_some_percent, params.memory_full_percent),
        "io": (params.io_some_percent, params.io_full_percent),
    }
    for found in pressures:
        some, full = levels.get(found.resource, (None, None))
        judged = [*_judged(_SOME, found.some, some, params), *_judged(_ALL, found.full, full, params)]
        if judged:
            worst = max(state for state, _, _ in judged)
            yield Result(found.resource, worst, _summary(judged, params), tuple(part[2] for part in judged))


_SOME = ("some", Text(en="some tasks stalled", zh="部分任务停滞"))
_ALL = ("full", Text(en="all", zh="全部停滞"))
_Judged = tuple[State, Text, Measurement]


def _judged(
    kind: tuple[str, Text], stalls: Stalls | None, levels: _Levels | None, params: PressureParams
) -> Iterator[_Judged]:
    if stalls is None or levels is None:
        return
    name, words = kind
    ratio = stalls.ratio_300 if params.span == "5m" else stalls.ratio_60
    state = levels.judge(ratio * 100)
    percent, level = format_percent(ratio), crossed_percent(levels, state)
    summary = Text(en=f"{words.en} {percent}{level.en}", zh=f"{words.zh} {percent}{level.zh}")
    yield state, summary, measured_ratio(name, ratio, levels)


def _summary(judged: list[_Judged], params: PressureParams) -> Text:
    en, zh = ", ".join(text.en for _, text, _ in judged), ",".join(text.zh for _, text, _ in judged)
    minutes = params.span.removesuffix("m")
    return Text(en=f"{en} over {minutes} min", zh=f"近 {minutes} 分钟{zh}")


CHECK = Check(
    reads=pressure.COLLECTOR,
    params=PressureParams,
    evaluate=evaluate,
    title=Text(en="Pressure (stalled time)", zh="资源压力(PSI)"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
)
