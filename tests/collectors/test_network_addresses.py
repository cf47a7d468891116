"""Addresses, routes and name servers."""

import socket

import psutil
import pytest

from collectors.network_addresses import COLLECTOR, inventory, parse
from collectors.routing import addresses, comes_and_goes, routes
from tests.collectors.in_shells import every_shell, printed


@every_shell
def test_this_machine(shell: list[str]) -> None:
    facts = parse(printed(COLLECTOR, shell))
    known = {
        address.address
        for every in psutil.net_if_addrs().values()
        for address in every
        if address.family == socket.AF_INET
    }
    assert {one.address.partition("/")[0] for one in facts.addresses if ":" not in one.address} == known
    assert list(inventory(facts)) == list(inventory(facts))


@pytest.mark.parametrize(
    "name", ["veth9a", "docker0", "br-0123456789ab", "cni0", "tap12", "virbr0", "cali1234", "ppp0"]
)
def test_interfaces_that_come_and_go(name: str) -> None:
    assert comes_and_goes(name)


@pytest.mark.parametrize(
    "name", ["eth0", "eno1", "bond0", "br0", "br-lan", "vmbr0", "wg0", "tun0", "vlan12", "dummy0", "lo"]
)
def test_interfaces_that_stay(name: str) -> None:
    assert not comes_and_goes(name)


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ("2: eth0    inet 192.0.2.10/24 scope global dynamic eth0\\  valid_lft 60sec preferred_lft 60sec", True),
        ("2: eth0    inet6 2001:db8::1/64 scope global deprecated \\  valid_lft forever preferred_lft 0sec", True),
        (
            "2: eth0    inet6 2001:db8::2/64 scope global deprecated dynamic \\  valid_lft 9sec preferred_lft 0sec",
            False,
        ),
        ("2: eth0    inet6 2001:db8::3/64 scope global temporary dynamic \\  valid_lft 9sec preferred_lft 9sec", False),
        ("2: eth0    inet6 2001:db8::4/64 scope global dynamic flags 01 \\  valid_lft 9sec preferred_lft 9sec", False),
        ("2: eth0    inet6 2001:db8::5/64 scope global flags 02 \\  valid_lft forever preferred_lft forever", True),
        ("2: eth0    inet6 fe80::1/64 scope link \\  valid_lft forever preferred_lft forever", False),
        ("2: eth0    inet 169.254.1.1/16 scope link eth0\\  valid_lft forever preferred_lft forever", True),
        ("7: docker0    inet 172.17.0.1/16 scope global docker0\\  valid_lft forever preferred_lft forever", False),
        ("1: lo    inet 127.0.0.1/8 scope host lo\\  valid_lft forever preferred_lft forever", False),
    ],
)
def test_addresses_that_stay(line: str, stays: bool) -> None:
    assert [address.stays for address in addresses(line)] == [stays]


KERNEL = "192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10"


@pytest.mark.parametrize(
    ("line", "way"),
    [
        ("default via 192.0.2.1 dev eth0 proto dhcp src 192.0.2.10 metric 100", "via 192.0.2.1 dev eth0 metric 100"),
        (
            "default via fe80::1 dev eth0 proto ra metric 100 expires 1799sec pref medium",
            "via fe80::1 dev eth0 metric 100",
        ),
        ("10.0.0.0/8 dev wg0 scope link", "dev wg0"),
        ("10.1.0.0/16 via 192.0.2.2 dev eth0 linkdown", "via 192.0.2.2 dev eth0"),
        ("unreachable 10.2.0.0/16 metric 5", "unreachable metric 5"),
        ("10.3.0.0/16 via 192.0.2.3 dev eth0 proto bird metric 32", None),
        ("10.4.0.0/16 via 172.17.0.2 dev docker0", None),
        ("192.0.2.1 dev eth0 proto dhcp scope link src 192.0.2.10", None),
        ("multicast ff00::/8 dev eth0 proto kernel metric 256 pref medium", None),
        (KERNEL, None),
    ],
)
def test_routes_that_stay(line: str, way: str | None) -> None:
    found = [route for route in routes(f"{KERNEL}\n{line}\n") if route.stays]
    assert [route.way for route in found] == ([] if way is None else [way])


def test_busybox_does_not_say_who_made_a_route() -> None:
    told = (
        "default via 192.0.2.1 dev eth0 ",
        "192.0.2.0/24 dev eth0 scope link  src 192.0.2.10 ",
        "multicast ff00::/8 ",
    )
    assert [route.destination for route in routes("\n".join(told)) if route.stays] == ["default"]


def test_a_long_file_of_hosts_is_not_told_line_by_line() -> None:
    lines = "".join(f"/etc/hosts 192.0.2.{n % 250} host-{n}\n" for n in range(900))
    found = list(inventory(parse(f"== addresses\n== routes\n== macs\n== names\n{lines}")))
    assert len(found) <= 201
    assert found[0].value == "more than 200 lines"
