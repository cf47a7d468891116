"""How much of the memory is taken, so that programs cannot get it.

Item        memory
State       WARN or CRIT from `used_percent`: 1 - available / total; caches that can be dropped are not counted as used
Why         without memory the server swaps to a crawl, and the kernel kills the largest program, often the database
What to do  ps -eo pid,rss,cmd --sort=-rss | head; free -m; journalctl -k | grep -i 'out of memory';
            set limits, or add memory
Manual      2.1 memory; form 8.2
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


class MemoryUsageParams(Params):
    """Parameters of memory_usage."""

    used_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=80, crit=90), description="memory not available to programs, percent of all"
    )


def evaluate(facts: Memory, params: MemoryUsageParams) -> Iterator[Result]:
    """One result for the host."""
    # Some container runtimes report more available than there is.
    available = min(facts.available_bytes, facts.total_bytes)
    used_ratio = 1 - available / facts.total_bytes
    state = params.used_percent.judge(used_ratio * 100)
    crossed = crossed_percent(params.used_percent, state)
    used, left, total = format_percent(used_ratio), format_bytes(available), format_bytes(facts.total_bytes)
    about = Text(en=" (estimated)", zh="(估算)") if facts.available_is_estimated else Text(en="", zh="")
    yield Result(
        item="memory",
        state=state,
        summary=Text(
            en=f"{used} used, {left} of {total} available{about.en}{crossed.en}",
            zh=f"已用 {used},共 {total},可用 {left}{about.zh}{crossed.zh}",
        ),
        measurements=(
            measured_ratio("used", used_ratio, params.used_percent),
            Measurement("available", available, Unit.BYTES),
        ),
    )


CHECK = Check(
    reads=memory.COLLECTOR,
    params=MemoryUsageParams,
    evaluate=evaluate,
    title=Text(en="Memory usage", zh="内存使用率"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
    vital=True,
)
