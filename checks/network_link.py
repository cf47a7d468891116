"""Whether network interfaces that had a link still have it.

Item        the interface: each with a link now or earlier, and each of `required`
State       WARN when a link is lost; CRIT when a required interface is down, switched off or not there
Why         a second network card or a bond's member can fail for months unnoticed, until the first one fails too
What to do  ip link show IFACE; ethtool IFACE; journalctl -k | grep IFACE;
            look at the cable, the transceiver and the port of the switch
Manual      2.6 network ports; form 8.6
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text, Unit
from checks.contract.patterns import matches_any
from collectors import network_interfaces
from collectors.network_interfaces import Interface, InterfaceKind, Network


class NetworkLinkParams(Params):
    """Which interfaces must be up. One that never had a link, or that was switched off on purpose, is no fault."""

    required: tuple[str, ...] = Field((), description="interfaces that must be there and up, such as [eth0, bond0]")
    ignore: tuple[str, ...] = Field((), description="interfaces not to look at, as shell patterns, such as [wg*, usb?]")


def evaluate(network: Network, params: NetworkLinkParams) -> Iterator[Result]:
    """Required interfaces first, then every other one that is or was up."""
    by_name = {interface.name: interface for interface in network.interfaces}
    for name in dict.fromkeys(params.required):
        yield _required(name, by_name.get(name))
    for interface in network.interfaces:
        if _is_watched(interface, params):
            yield _watched(interface)
    for name in network.missing:
        if name not in params.required and not _is_ignored(name, params):
            words = Text(en="gone: it had a link since the host started", zh="接口已消失:本次开机后曾有链路")
            yield Result(name, State.WARN, words, _measured(False))


def _is_watched(interface: Interface, params: NetworkLinkParams) -> bool:
    if interface.name in params.required or _is_ignored(interface.name, params):
        return False
    return interface.was_up and interface.kind in (InterfaceKind.HARDWARE, InterfaceKind.VIRTUAL)


def _is_ignored(name: str, params: NetworkLinkParams) -> bool:
    return matches_any(params.ignore, name)


def _required(name: str, interface: Interface | None) -> Result:
    if interface is None:
        words = Text(en="required, but there is no such interface", zh="必需的接口不存在")
        return Result(name, State.CRIT, words, _measured(False))
    if interface.is_up:
        return Result(name, State.OK, _up(interface), _measured(True))
    if interface.state is None:
        words = Text(en="there, but /sys does not tell whether it is up", zh="接口存在,但 /sys 未提供其状态")
        return Result(name, State.UNKNOWN, words)
    return Result(name, State.CRIT, _down(interface), _measured(False))


def _watched(interface: Interface) -> Result:
    if interface.is_up:
        return Result(interface.name, State.OK, _up(interface), _measured(True))
    state = State.OK if interface.enabled is False else State.WARN
    return Result(interface.name, state, _down(interface), _measured(False))


def _up(interface: Interface) -> Text:
    speed = "" if interface.speed_bits_per_second is None else f", {_speed_text(interface.speed_bits_per_second)}"
    return Text(en=f"up{speed}", zh=f"已连接{speed.replace(', ', ',')}")


def _speed_text(bits_per_second: int) -> str:
    megabits = bits_per_second // 1_000_000
    return f"{megabits / 1000:g} Gbit/s" if megabits >= 1000 else f"{megabits} Mbit/s"


def _down(interface: Interface) -> Text:
    if interface.enabled is False:
        return Text(en="switched off by an administrator", zh="已被管理员停用")
    state = interface.state or "down"
    if interface.was_up:
        return Text(en=f"link lost ({state})", zh=f"链路中断({state})")
    return Text(en=f"no link ({state})", zh=f"无链路({state})")


def _measured(up: bool) -> tuple[Measurement, ...]:
    return (Measurement("up", float(up), Unit.COUNT),)


CHECK = Check(
    reads=network_interfaces.COLLECTOR,
    params=NetworkLinkParams,
    evaluate=evaluate,
    title=Text(en="Network links", zh="网络链路"),
    layer=Layer.NETWORK,
    section=Section.HARDWARE,
)
