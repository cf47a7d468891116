"""How much of the swap space is taken.

Item        swap; none where the host has no swap space
State       WARN or CRIT from `used_percent`
Why         swap that fills up says memory was too small for a while; when it is full the kernel starts to kill programs
What to do  swapon --show; vmstat 5 3 (si, so: it swaps now); grep VmSwap /proc/[0-9]*/status | sort -k2n | tail;
            end or limit who needs so much, or add memory
Manual      2.1 swap; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Layer,
    Measurement,
    Params,
    Percent,
    Result,
    Section,
    Text,
    Unit,
    UpperLevels,
    format_bytes,
    format_percent,
)
from checks.contract.threshold import crossed_percent, measured_ratio
from collectors import memory
from collectors.memory import Memory


class SwapUsageParams(Params):
    """Parameters of swap_usage."""

    used_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=50, crit=80), description="used swap space, percent of all"
    )


def evaluate(facts: Memory, params: SwapUsageParams) -> Iterator[Result]:
    """One result for the host, none without swap space."""
    if facts.swap_total_bytes == 0:
        return
    free = min(facts.swap_free_bytes, facts.swap_total_bytes)
    used_ratio = 1 - free / facts.swap_total_bytes
    state = params.used_percent.judge(used_ratio * 100)
    crossed = crossed_percent(params.used_percent, state)
    used, left, total = format_percent(used_ratio), format_bytes(free), format_bytes(facts.swap_total_bytes)
    yield Result(
        item="swap",
        state=state,
        summary=Text(
            en=f"{used} used, {left} of {total} free{crossed.en}",
            zh=f"已用 {used},共 {total},剩余 {left}{crossed.zh}",
        ),
        measurements=(
            measured_ratio("used", used_ratio, params.used_percent),
            Measurement("free", free, Unit.BYTES),
        ),
    )


CHECK = Check(
    reads=memory.COLLECTOR,
    params=SwapUsageParams,
    evaluate=evaluate,
    title=Text(en="Swap usage", zh="交换空间使用率"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
    vital=True,
)
