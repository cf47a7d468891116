"""Packets that the kernel dropped since a processor could not keep up with what came in.

Item        softnet
State       WARN or CRIT from `per_second`: packets dropped from the processors' queues, all together
Why         everything that comes in over the network loses packets, on all interfaces at once
What to do  cat /proc/net/softnet_stat (second column, a line for each processor); mpstat -P ALL 2; spread the load:
            irqbalance, RSS (ethtool -L), RPS (rps_cpus); sysctl -w net.core.netdev_max_backlog=MORE
Manual      2.1 network; 2.6 network ports; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import Check, Layer, Measurement, NotYet, Params, Result, Section, Text, Unit, UpperLevels
from checks.contract.threshold import crossed
from collectors import network_stack
from collectors.network_stack import NetworkStack


class PacketQueueDropsParams(Params):
    """Parameters of packet_queue_drops."""

    per_second: UpperLevels[float] = Field(
        UpperLevels[float](warn=1, crit=100), description="packets dropped from the processors' queues, per second"
    )


def evaluate(stack: NetworkStack, params: PacketQueueDropsParams) -> Iterator[Result]:
    """One result for the host. Raises `NotYet` without a rate."""
    if stack.rates is None or stack.rates.packets_dropped is None or stack.rates.packets_processed is None:
        raise NotYet
    dropped, levels = stack.rates.packets_dropped, params.per_second
    state = levels.judge(dropped)
    level, came = crossed(levels, state), f"{stack.rates.packets_processed:.3g}"
    if dropped:
        words = Text(
            en=f"{dropped:.3g} packets dropped per second, {came} taken{level.en}",
            zh=f"每秒丢弃数据包 {dropped:.3g} 个,处理 {came} 个{level.zh}",
        )
    else:
        words = Text(en=f"no packets dropped, {came} taken per second", zh=f"无丢包,每秒处理 {came} 个")
    measurements = (Measurement("dropped", dropped, Unit.PER_SECOND, levels.warn, levels.crit),)
    yield Result("softnet", state, words, measurements)


CHECK = Check(
    reads=network_stack.COLLECTOR,
    params=PacketQueueDropsParams,
    evaluate=evaluate,
    title=Text(en="Packet queue drops", zh="收包队列丢包"),
    layer=Layer.NETWORK,
    section=Section.SERVERS,
)
