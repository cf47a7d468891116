"""Connections that were refused since a program did not take them from its queue in time.

Item        tcp
State       WARN or CRIT from `per_second`: connections dropped at a listening socket
Why         clients wait a second or more for a second try, or give up, though the server itself looks idle
What to do  nstat -az TcpExtListenDrops TcpExtListenOverflows; ss -ltn shows whose Recv-Q has reached its Send-Q, the
            longest it may be; look why that program is slow, give it more workers, raise its backlog and
            net.core.somaxconn
Manual      2.1 network; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import Check, Layer, Measurement, NotYet, Params, Result, Section, Text, Unit, UpperLevels
from checks.contract.threshold import crossed
from collectors import network_stack
from collectors.network_stack import NetworkStack


class ListenQueueDropsParams(Params):
    """Levels as Netdata has them."""

    per_second: UpperLevels[float] = Field(
        UpperLevels[float](warn=1, crit=5), description="connections dropped at listening sockets, per second"
    )


def evaluate(stack: NetworkStack, params: ListenQueueDropsParams) -> Iterator[Result]:
    """One result for the host. Raises `NotYet` without a rate."""
    if stack.rates is None or stack.rates.listen_drops is None:
        raise NotYet
    dropped, overflows = stack.rates.listen_drops, stack.rates.listen_overflows or 0.0
    levels = params.per_second
    state = levels.judge(dropped)
    level = crossed(levels, state)
    if dropped:
        words = Text(
            en=f"{dropped:.3g} connections dropped per second, {overflows:.3g} of them for a full queue{level.en}",
            zh=f"每秒丢弃连接 {dropped:.3g} 个,其中因监听队列已满 {overflows:.3g} 个{level.zh}",
        )
    else:
        words = Text(en="no connections dropped", zh="未丢弃连接")
    measurements = (
        Measurement("dropped", dropped, Unit.PER_SECOND, levels.warn, levels.crit),
        Measurement("overflows", overflows, Unit.PER_SECOND),
    )
    yield Result("tcp", state, words, measurements)


CHECK = Check(
    reads=network_stack.COLLECTOR,
    params=ListenQueueDropsParams,
    evaluate=evaluate,
    title=Text(en="Listen queue drops", zh="监听队列丢弃"),
    layer=Layer.APPLICATION,
    section=Section.SERVERS,
)
