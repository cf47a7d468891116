from dataclasses import replace

import psutil

from collectors import network_interfaces
from collectors.network_interfaces import Counters, Interface, InterfaceKind, Network, Rates, compare, parse, samples
from tests.collectors.in_shells import every_shell, printed

LINKED = """\
== /proc/uptime
100.0 100.0
== /proc/net/dev
 eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
== /sys/class/net/eth0/operstate
up
== /sys/class/net/eth0/flags
0x1003
== /sys/class/net/eth0/speed
1000
== /sys/class/net/eth0/duplex
full
== /sys/class/net/eth0/ifalias
uplink \\xff
== /sys/class/net/eth0/statistics/rx_nohandler
17
"""
ZERO = Counters(0, 0, 0, 0)
ETH0 = Interface("eth0", InterfaceKind.HARDWARE, True, "up", True, True, 1500, None, None, ZERO, ZERO)


def network(uptime: float, *interfaces: Interface) -> Network:
    return Network(uptime, interfaces)


def down(interface: Interface) -> Interface:
    return replace(interface, state="down", carrier=False, was_up=False)


@every_shell
def test_probe_agrees_with_psutil(shell: list[str]) -> None:
    found = {i.name: i for i in parse(printed(network_interfaces.COLLECTOR, shell)).interfaces}
    # Other tests make and remove interfaces meanwhile.
    for name in {"lo"} | {name for name in psutil.net_if_stats() if name.startswith("eth")}:
        counters, link = psutil.net_io_counters(pernic=True)[name], psutil.net_if_stats()[name]
        assert found[name].enabled == ("up" in link.flags.split(","))
        assert found[name].mtu == link.mtu
        assert found[name].received.bytes <= counters.bytes_recv <= found[name].received.bytes + 100_000_000
        assert found[name].sent.packets <= counters.packets_sent
    assert found["lo"].kind is InterfaceKind.LOOPBACK
    assert found["lo"].is_up


def test_rates() -> None:
    before = network(100.0, ETH0)
    after = network(110.0, replace(ETH0, received=Counters(5000, 50, 10, 20), sent=Counters(100, 10, 0, 1)))
    compared = compare(before, after)
    assert compared.elapsed_seconds == 10.0
    assert compared.interfaces[0].receive_rates == Rates(500.0, 5.0, 1.0, 2.0)
    assert compared.interfaces[0].send_rates == Rates(10.0, 1.0, 0.0, 0.1)


def test_a_counter_that_began_again_gives_no_rate() -> None:
    before = network(100.0, replace(ETH0, received=Counters(9000, 90, 0, 0)))
    (interface,) = compare(before, network(110.0, replace(ETH0, received=Counters(10, 1, 0, 0)))).interfaces
    assert interface.receive_rates is None
    assert interface.send_rates == Rates(0.0, 0.0, 0.0, 0.0)


def test_a_new_interface_has_no_rate_yet() -> None:
    usb0 = replace(ETH0, name="usb0")
    compared = compare(network(100.0, ETH0), network(110.0, ETH0, usb0))
    assert [i.receive_rates is None for i in compared.interfaces] == [False, True]


def test_a_reboot_is_a_first_look() -> None:
    compared = compare(network(1000.0, ETH0), network(10.0, ETH0))
    assert compared.elapsed_seconds is None
    assert compared.interfaces[0].receive_rates is None


def test_a_link_is_remembered_over_looks_and_reboots() -> None:
    first = network(100.0, ETH0)
    second = compare(first, network(160.0, down(ETH0)))
    third = compare(second, network(220.0, down(ETH0)))
    rebooted = compare(third, network(10.0, down(ETH0)))
    assert [look.interfaces[0].was_up for look in (second, third, rebooted)] == [True, True, True]


def test_hardware_that_vanished_is_missing_until_it_is_back_or_the_host_restarts() -> None:
    veth = replace(ETH0, name="veth1", kind=InterfaceKind.CONTAINER)
    gone = compare(network(100.0, ETH0, veth), network(160.0))
    assert gone.missing == ("eth0",)
    still = compare(gone, network(220.0))
    assert still.missing == ("eth0",)
    assert compare(still, network(280.0, ETH0)).missing == ()
    assert compare(still, network(5.0)).missing == ()


def test_samples() -> None:
    found = {sample.name: sample.value for sample in samples(parse(LINKED))}
    assert found["node_network_receive_drop_total"] == 4
    assert found["node_network_up"] == 1
    assert found["node_network_speed_bytes"] == 125_000_000
    assert [found[f"node_network_receive_{name}_total"] for name in ("fifo", "frame", "compressed", "multicast")] == [
        *(5, 6, 7, 8)
    ]
    assert [found[f"node_network_transmit_{name}_total"] for name in ("fifo", "colls", "carrier", "compressed")] == [
        *(13, 14, 15, 16)
    ]
    assert found["node_network_receive_nohandler_total"] == 17
    assert found["node_network_flags"] == 0x1003
    info = next(sample for sample in samples(parse(LINKED)) if sample.name == "node_network_info")
    assert dict(info.labels) == {
        "device": "eth0",
        "operstate": "up",
        "duplex": "full",
        "ifalias": "uplink \\xff",
        "address": "",
        "broadcast": "",
    }


def test_a_speed_nobody_knows_is_told_as_node_exporter_does() -> None:
    """But is none for the checks."""
    unknown = LINKED.replace("1000\n== /sys/class/net/eth0/duplex", "-1\n== /sys/class/net/eth0/duplex")
    facts = parse(unknown)
    assert facts.interfaces[0].speed_bits_per_second is None
    assert {s.name: s.value for s in samples(facts)}["node_network_speed_bytes"] == -125_000


def test_old_kernels_tell_less() -> None:
    """Not a counter too many: /proc/net/dev with fewer columns, and no sysfs."""
    old = "== /proc/uptime\n1.0 1.0\n== /proc/net/dev\n eth0: 1 2 3 4 5 6 7 8 9 10 11 12\n"
    names = {sample.name for sample in samples(parse(old))}
    assert names == {
        f"node_network_{way}_{what}_total"
        for way in ("receive", "transmit")
        for what in ("bytes", "packets", "errs", "drop")
    }
