from dataclasses import replace

import pytest

from checks.contract import NotYet, State, Unit, UpperLevels
from checks.network_errors import NetworkErrorsParams, evaluate
from collectors.network_interfaces import Counters, Interface, InterfaceKind, Network, Rates

ZERO = Counters(0, 0, 0, 0)
QUIET = Rates(2048, 1000, 0, 0)
ETH0 = Interface(
    "eth0",
    InterfaceKind.HARDWARE,
    True,
    "up",
    True,
    True,
    1500,
    None,
    None,
    ZERO,
    ZERO,
    QUIET,
    replace(QUIET, bytes=512),
)


def network(*interfaces: Interface) -> Network:
    return Network(100.0, interfaces, 60.0)


def received(packets: float, errors: float = 0, drops: float = 0) -> Interface:
    return replace(ETH0, receive_rates=Rates(2048, packets, errors, drops))


def test_quiet() -> None:
    (result,) = evaluate(network(ETH0), NetworkErrorsParams())
    assert (result.item, result.state) == ("eth0", State.OK)
    assert result.summary.en == "no errors, 2 KiB/s in, 512 B/s out"
    assert result.summary.zh == "无错误,入 2 KiB/s,出 512 B/s"


@pytest.mark.parametrize(
    ("interface", "state"),
    [
        (received(1000, errors=9), State.OK),
        (received(1000, errors=10), State.WARN),
        (received(1000, errors=49), State.WARN),
        (received(1000, errors=50), State.CRIT),
        (received(1000, drops=19), State.OK),
        (received(1000, drops=20), State.WARN),
        (received(1000, drops=100), State.CRIT),
        (received(0, errors=5), State.CRIT),
        # A large share, but too few to mean anything: frames nobody here understands.
        (received(5, drops=1.9), State.OK),
        (received(5, drops=2), State.CRIT),
    ],
)
def test_states(interface: Interface, state: State) -> None:
    (result,) = evaluate(network(interface), NetworkErrorsParams())
    assert result.state is state


def test_both_directions_are_judged_and_the_worst_comes_first() -> None:
    sent = Rates(0, 1000, 100, 0)
    (result,) = evaluate(network(replace(received(1000, drops=20), send_rates=sent)), NetworkErrorsParams())
    assert result.state is State.CRIT
    assert result.summary.en == (
        "10.0 % of packets sent in error, 100/s (crit at 5 %); 2.0 % of packets received dropped, 20/s (warn at 2 %)"
    )
    assert result.summary.zh == (
        "发送的数据包 10.0 % 出错,每秒 100 个(严重阈值 5 %);接收的数据包 2.0 % 被丢弃,每秒 20 个(警告阈值 2 %)"
    )


def test_measurements() -> None:
    (result,) = evaluate(network(received(1000, errors=10)), NetworkErrorsParams())
    by_name = {m.name: m for m in result.measurements}
    errors = by_name["receive_errors"]
    assert (errors.value, errors.unit, errors.warn, errors.crit) == (0.01, Unit.RATIO, 0.01, 0.05)
    assert (by_name["receive_bytes"].value, by_name["receive_bytes"].unit) == (2048, Unit.PER_SECOND)
    assert by_name["transmit_drops"].value == 0


def test_levels_can_be_switched_off() -> None:
    params = NetworkErrorsParams(errors_percent=UpperLevels(warn=None, crit=None))
    (result,) = evaluate(network(received(0, errors=500)), params)
    assert result.state is State.OK
    assert result.summary.en == "500 errors and drops per second, 2 KiB/s in, 512 B/s out"
    assert result.summary.zh == "每秒出错和丢包 500 个,入 2 KiB/s,出 512 B/s"


def test_what_is_not_looked_at() -> None:
    loopback = replace(ETH0, name="lo", kind=InterfaceKind.LOOPBACK)
    veth = replace(ETH0, name="veth1", kind=InterfaceKind.CONTAINER)
    fresh = replace(ETH0, name="eth9", receive_rates=None, send_rates=None)
    assert list(evaluate(network(loopback, veth, fresh), NetworkErrorsParams())) == []


def test_the_first_look_says_nothing() -> None:
    with pytest.raises(NotYet):
        list(evaluate(Network(100.0, (ETH0,)), NetworkErrorsParams()))
