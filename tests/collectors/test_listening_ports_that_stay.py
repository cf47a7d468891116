"""Which ports are told as part of what a host is made of."""

import pytest

from collectors.contract import Entry, Kind
from collectors.listeners import Port, lasting

RANGE = (32768, 60999)


def entry(port: Port) -> Entry | None:
    return next(iter(lasting([port], RANGE)), None)


@pytest.mark.parametrize(
    ("port", "value"),
    [
        (Port("tcp", 22, False, ("0.0.0.0", "::"), ("sshd",), units=("ssh.service",)), "every address: ssh.service"),
        (Port("tcp", 22, False, ("*",), ("sshd", "systemd"), units=("init.scope",)), "every address: systemd"),
        (Port("tcp", 25, False, ("0.0.0.0",), ("master", "smtpd")), "every address: master"),
        (Port("tcp", 25, False, ("0.0.0.0",), ("master",)), "every address: master"),
        (Port("tcp", 143, False, ("0.0.0.0",), ("dovecot", "imap-login")), "every address: dovecot"),
        (Port("tcp", 5432, True, ("127.0.0.1", "::1"), ("postgres",)), "loopback: postgres"),
        (Port("tcp", 8080, False, ("192.0.2.10",), ("java",)), "192.0.2.10: java"),
        (Port("udp", 123, False, ("192.0.2.10", "2001:db8::1", "fe80::1"), ("ntpd",)), "192.0.2.10: ntpd"),
        (Port("tcp", 111, False, ("0.0.0.0",), ("rpcbind",)), "every address: rpcbind"),
        (Port("tcp", 9000, False, ("0.0.0.0",)), "every address"),
    ],
)
def test_ports_that_stay(port: Port, value: str) -> None:
    assert entry(port) == Entry(Kind.PORT, port.name, value)


@pytest.mark.parametrize(
    "port",
    [
        Port("tcp", 45001, False, ("0.0.0.0",), ("rpc.statd",)),
        Port("udp", 50000, False, ("0.0.0.0",), ("named",)),
        Port("udp", 687, True, ("127.0.0.1",)),
        Port("udp", 845, False, ("0.0.0.0",), ("rpc.statd",)),
        Port("udp", 68, False, ("192.0.2.10",), ("systemd-network",)),
        Port("tcp", 6010, True, ("127.0.0.1", "::1"), ("sshd",)),
        Port("tcp", 6012, True, ("127.0.0.1",)),
        Port("tcp", 9999, True, ("127.0.0.1",), ("sshd",), units=("session-12.scope",)),
        Port("tcp", 3000, False, ("0.0.0.0",), ("node",), units=("user@1000.service",)),
    ],
)
def test_ports_that_come_and_go(port: Port) -> None:
    assert entry(port) is None


def test_where_the_kernel_does_not_say_its_range_the_usual_one_counts() -> None:
    assert list(lasting([Port("tcp", 45001, False, ("0.0.0.0",), ("java",))], None)) == []


def test_a_port_that_leaves_loopback_is_the_same_entry() -> None:
    local = Port("tcp", 6379, True, ("127.0.0.1",), ("redis",))
    opened = Port("tcp", 6379, False, ("0.0.0.0",), ("redis",))
    assert [one.value for one in lasting([local, opened], RANGE)] == ["every address: redis; loopback: redis"]
