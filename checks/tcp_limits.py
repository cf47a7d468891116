"""How near TCP is to the limits that the kernel sets it.

Item        orphans, time_wait, memory: each whose limit the kernel tells
State       WARN or CRIT from the share of tcp_max_orphans, tcp_max_tw_buckets and the last number of tcp_mem in use
Why         beyond them the kernel resets connections, forgets those just closed, or drops what has arrived
What to do  cat /proc/net/sockstat; ss -tnp state all | awk '{print $1}' | sort | uniq -c; dmesg | grep -i tcp; end what
            leaks connections, then raise net.ipv4.tcp_max_orphans, tcp_max_tw_buckets, tcp_mem
Manual      2.1 network; form 8.2
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
from collectors import network_stack
from collectors.network_stack import NetworkStack

_Levels = UpperLevels[Percent]


class TcpLimitsParams(Params):
    """Levels for orphans and memory as Netdata has them."""

    orphans_percent: _Levels = Field(
        _Levels(warn=25, crit=50),
        description="connections that no program owns any more, percent of tcp_max_orphans; the kernel counts some of "
        "them two or four times, so that it acts before all are in use",
    )
    time_wait_percent: _Levels = Field(
        _Levels(warn=80, crit=None),
        description="connections just closed, percent of tcp_max_tw_buckets; beyond it they are forgotten early",
    )
    memory_percent: _Levels = Field(
        _Levels(warn=80, crit=90), description="memory for what is sent and received, percent of the most in tcp_mem"
    )


def evaluate(stack: NetworkStack, params: TcpLimitsParams) -> Iterator[Result]:
    """One result for each limit that is told. In a network namespace of its own only `time_wait` is."""
    for item, state, limit, levels in (
        ("orphans", "orphan", stack.limits.orphans, params.orphans_percent),
        ("time_wait", "tw", stack.limits.time_wait, params.time_wait_percent),
    ):
        used = _used(stack, state)
        if used is not None and limit is not None and limit > 0:
            yield _result(item, (used, limit), levels, (str(used), str(limit)), Measurement("in_use", used))
    used, limit = _used(stack, "mem"), stack.limits.memory_pages
    if used is not None and limit is not None and limit > 0:
        page = stack.page_bytes
        shown = [str(pages) if page is None else format_bytes(pages * page) for pages in (used, limit)]
        in_use = () if page is None else (Measurement("in_use", used * page, Unit.BYTES),)
        yield _result("memory", (used, limit), params.memory_percent, (shown[0], shown[1]), *in_use)


def _used(stack: NetworkStack, state: str) -> int | None:
    used = stack.socket_count("TCP", state)
    return None if used is None else max(0, used)


def _result(
    item: str, counted: tuple[int, int], levels: _Levels, shown: tuple[str, str], *in_use: Measurement
) -> Result:
    """`counted` and `shown` are what is in use and its limit."""
    ratio = counted[0] / counted[1]
    state = levels.judge(ratio * 100)
    percent, level = format_percent(ratio), crossed_percent(levels, state)
    return Result(
        item=item,
        state=state,
        summary=Text(
            en=f"{percent} of the limit, {shown[0]} of {shown[1]}{level.en}",
            zh=f"达到上限的 {percent}({shown[0]} / {shown[1]}){level.zh}",
        ),
        measurements=(measured_ratio("used", ratio, levels), *in_use),
    )


CHECK = Check(
    reads=network_stack.COLLECTOR,
    params=TcpLimitsParams,
    evaluate=evaluate,
    title=Text(en="TCP limits", zh="TCP 资源上限"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
)
