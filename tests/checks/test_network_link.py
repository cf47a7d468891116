from dataclasses import replace

import pytest

from checks.contract import State
from checks.network_link import NetworkLinkParams, evaluate
from collectors.network_interfaces import Counters, Interface, InterfaceKind, Network

ZERO = Counters(0, 0, 0, 0)
UP = Interface("eth0", InterfaceKind.HARDWARE, True, "up", True, True, 1500, None, 1_000_000_000, ZERO, ZERO)
LOST = replace(UP, state="down", carrier=False, speed_bits_per_second=None)
NEVER_UP = replace(LOST, was_up=False)
SWITCHED_OFF = replace(LOST, enabled=False, carrier=None)


def states(params: NetworkLinkParams, *interfaces: Interface, missing: tuple[str, ...] = ()) -> dict[str, State]:
    return {r.item: r.state for r in evaluate(Network(1.0, interfaces, missing=missing), params)}


@pytest.mark.parametrize(
    ("interface", "by_default", "required"),
    [
        (UP, {"eth0": State.OK}, State.OK),
        (LOST, {"eth0": State.WARN}, State.CRIT),
        (SWITCHED_OFF, {"eth0": State.OK}, State.CRIT),
        (NEVER_UP, {}, State.CRIT),
        (replace(SWITCHED_OFF, was_up=False), {}, State.CRIT),
        (replace(NEVER_UP, enabled=None, state=None, carrier=None), {}, State.UNKNOWN),
        (replace(UP, kind=InterfaceKind.VIRTUAL, state="unknown"), {"eth0": State.OK}, State.OK),
        (replace(LOST, kind=InterfaceKind.VIRTUAL, state="lowerlayerdown"), {"eth0": State.WARN}, State.CRIT),
        (replace(LOST, kind=InterfaceKind.CONTAINER), {}, State.CRIT),
    ],
)
def test_states(interface: Interface, by_default: dict[str, State], required: State) -> None:
    assert states(NetworkLinkParams(), interface) == by_default
    assert states(NetworkLinkParams(required=("eth0",)), interface) == {"eth0": required}


def test_a_required_interface_that_is_not_there() -> None:
    assert states(NetworkLinkParams(required=("bond0", "bond0")), UP) == {"bond0": State.CRIT, "eth0": State.OK}


def test_hardware_that_is_gone() -> None:
    assert states(NetworkLinkParams(), missing=("eth1",)) == {"eth1": State.WARN}
    assert states(NetworkLinkParams(required=("eth1",)), missing=("eth1",)) == {"eth1": State.CRIT}
    assert states(NetworkLinkParams(ignore=("eth?",)), missing=("eth1",)) == {}


def test_ignored() -> None:
    usb = replace(LOST, name="usb0")
    assert states(NetworkLinkParams(ignore=("usb*",)), UP, usb) == {"eth0": State.OK}


@pytest.mark.parametrize(
    ("interface", "en", "zh"),
    [
        (UP, "up, 1 Gbit/s", "已连接,1 Gbit/s"),
        (replace(UP, speed_bits_per_second=2_500_000_000), "up, 2.5 Gbit/s", "已连接,2.5 Gbit/s"),
        (replace(UP, speed_bits_per_second=100_000_000), "up, 100 Mbit/s", "已连接,100 Mbit/s"),
        (replace(UP, speed_bits_per_second=None), "up", "已连接"),
        (LOST, "link lost (down)", "链路中断(down)"),
        (NEVER_UP, "no link (down)", "无链路(down)"),
        (SWITCHED_OFF, "switched off by an administrator", "已被管理员停用"),
    ],
)
def test_words(interface: Interface, en: str, zh: str) -> None:
    (result,) = evaluate(Network(1.0, (interface,)), NetworkLinkParams(required=("eth0",)))
    assert (result.summary.en, result.summary.zh) == (en, zh)
    assert [m.value for m in result.measurements] == [float(interface is UP or interface.is_up)]
