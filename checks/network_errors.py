"""Errors and dropped packets on each network interface.

Item        the interface (not loopback, nor what container engines make)
State       WARN or CRIT from the share of packets, `errors_percent` and `drops_percent`, in either direction
Why         a bad cable, transceiver or duplex setting, or a ring buffer too small, shows here before users notice
What to do  ip -s link show IFACE; ethtool -S IFACE | grep -v ': 0$'; change the cable or the port;
            ethtool -G IFACE rx MAX where the ring buffer is too small
Manual      2.6 network ports; form 8.6
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Layer,
    Measurement,
    NotYet,
    Params,
    Percent,
    Result,
    Section,
    State,
    Text,
    Unit,
    UpperLevels,
    format_bytes,
    format_percent,
)
from checks.contract.threshold import crossed_percent, measured_ratio
from collectors import network_interfaces
from collectors.network_interfaces import Interface, InterfaceKind, Network, Rates

_Finding = tuple[State, Text]


class NetworkErrorsParams(Params):
    """Levels as the Prometheus node mixin (errors) and Netdata (drops) have them."""

    errors_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=1, crit=5), description="share of packets with an error, per direction"
    )
    drops_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=2, crit=10), description="share of packets dropped, per direction"
    )
    at_least_per_second: float = Field(
        2.0,
        ge=0,
        description="fewer errors or drops per second are not judged: frames of unknown protocols count as drops, "
        "and on a quiet interface a few of them are a large share",
    )


def evaluate(network: Network, params: NetworkErrorsParams) -> Iterator[Result]:
    """One result for each interface with rates."""
    if network.elapsed_seconds is None:
        raise NotYet
    for interface in network.interfaces:
        if interface.kind in (InterfaceKind.LOOPBACK, InterfaceKind.CONTAINER):
            continue
        if interface.receive_rates is not None and interface.send_rates is not None:
            yield _judge(interface, interface.receive_rates, interface.send_rates, params)


def _judge(interface: Interface, received: Rates, sent: Rates, params: NetworkErrorsParams) -> Result:
    findings: list[_Finding] = []
    measurements: list[Measurement] = []
    for direction, rates, words in (
        ("receive", received, Text(en="received", zh="接收")),
        ("transmit", sent, Text(en="sent", zh="发送")),
    ):
        for kind, per_second, levels, noun in (
            ("errors", rates.errors, params.errors_percent, Text(en="in error", zh="出错")),
            ("drops", rates.drops, params.drops_percent, Text(en="dropped", zh="被丢弃")),
        ):
            share = _share(per_second, rates.packets)
            state = levels.judge(share * 100) if per_second >= params.at_least_per_second else State.OK
            if state is not State.OK:
                findings.append((state, _words(share, per_second, words, noun, state, levels)))
            measurements.append(measured_ratio(f"{direction}_{kind}", share, levels))
        measurements.append(Measurement(f"{direction}_bytes", rates.bytes, Unit.PER_SECOND))
    worst = max((state for state, _ in findings), default=State.OK)
    return Result(interface.name, worst, _summary(findings, received, sent), tuple(measurements))


def _share(bad: float, packets: float) -> float:
    # What the card rejects is not among the packets, what the kernel drops later is: so never above 1.
    return bad / max(packets, bad) if bad else 0.0


def _words(
    share: float, per_second: float, direction: Text, noun: Text, state: State, levels: UpperLevels[Percent]
) -> Text:
    percent, number, crossed = format_percent(share), _number(per_second), crossed_percent(levels, state)
    return Text(
        en=f"{percent} of packets {direction.en} {noun.en}, {number}/s{crossed.en}",
        zh=f"{direction.zh}的数据包 {percent} {noun.zh},每秒 {number} 个{crossed.zh}",
    )


def _number(per_second: float) -> str:
    return f"{per_second:.0f}" if per_second >= 10 else f"{per_second:.2g}"


def _summary(findings: list[_Finding], received: Rates, sent: Rates) -> Text:
    if findings:
        words = [text for _, text in sorted(findings, key=lambda finding: -finding[0])]
        return Text(en="; ".join(text.en for text in words), zh=";".join(text.zh for text in words))
    flow = f"{format_bytes(received.bytes)}/s", f"{format_bytes(sent.bytes)}/s"
    bad = received.errors + received.drops + sent.errors + sent.drops
    return Text(
        en=f"{f'{_number(bad)} errors and drops per second' if bad else 'no errors'}, {flow[0]} in, {flow[1]} out",
        zh=f"{f'每秒出错和丢包 {_number(bad)} 个' if bad else '无错误'},入 {flow[0]},出 {flow[1]}",
    )


CHECK = Check(
    reads=network_interfaces.COLLECTOR,
    params=NetworkErrorsParams,
    evaluate=evaluate,
    title=Text(en="Network errors", zh="网络接口错误"),
    layer=Layer.NETWORK,
    section=Section.HARDWARE,
)
