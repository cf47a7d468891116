import socket
from dataclasses import replace

import pytest

from collectors.contract import UnreadableOutput
from collectors.network_counters import PacketQueue, ProtocolCounter, Rates
from collectors.network_stack import COLLECTOR, NetworkStack, TcpLimits, compare, parse
from tests.collectors.in_shells import every_shell, printed

SMALLEST = "== /proc/uptime\n100.5 1\n== /proc/net/snmp\n== /proc/net/sockstat\n"


def look(uptime: float, *, sent: int = 0, again: int = 0, drops: int = 0, lost: int = 0) -> NetworkStack:
    counters = (
        ProtocolCounter("Tcp", "OutSegs", sent),
        ProtocolCounter("Tcp", "RetransSegs", again),
        ProtocolCounter("TcpExt", "ListenDrops", drops),
    )
    queues = (PacketQueue(0, sent, lost, 0), PacketQueue(1, sent, 0, 0))
    return NetworkStack(uptime, counters, (), queues, TcpLimits(None, None, None), 4096)


@every_shell
def test_this_machine(shell: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()):
        stack = parse(printed(COLLECTOR, shell))
    names = {f"{counter.protocol}_{counter.name}" for counter in stack.counters}
    assert names >= {"Tcp_OutSegs", "Tcp_RetransSegs", "TcpExt_ListenDrops", "TcpExt_ListenOverflows"}
    assert (stack.socket_count("TCP", "inuse") or 0) >= 1
    assert stack.queues
    assert stack.page_bytes == 4096
    assert stack.limits.time_wait is not None


def test_a_listen_queue_that_overflows_is_counted() -> None:
    def drops() -> int:
        counters = parse(printed(COLLECTOR, ["sh"])).counters
        return next(counter.value for counter in counters if counter.name == "ListenDrops")

    before = drops()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        clients = [socket.socket() for _ in range(4)]
        for client in clients:
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        now = drops()
        for client in clients:
            client.close()
    assert now > before


def test_rates() -> None:
    rates = compare(look(100, sent=10, drops=2), look(160, sent=610, again=30, drops=14, lost=6)).rates
    assert rates == Rates(10.0, 0.5, None, 0.2, 20.0, 0.1, None)


def test_a_counter_that_began_anew_has_no_rate() -> None:
    rates = compare(look(100, sent=2**32 - 5, again=1), look(160, sent=10, again=7)).rates
    assert rates is not None
    assert (rates.segments_sent, rates.segments_retransmitted, rates.packets_processed) == (None, 0.1, None)


def test_a_reboot_and_a_standstill_have_no_rates() -> None:
    rebooted = look(30, sent=100)
    assert compare(look(1000, sent=10), rebooted) == rebooted
    assert compare(look(100), look(100)).rates is None


def test_counters_that_are_not_told() -> None:
    bare = parse(SMALLEST)
    assert (bare.uptime_seconds, bare.counters, bare.queues, bare.page_bytes) == (100.5, (), (), None)
    later = replace(bare, uptime_seconds=200.0)
    assert compare(bare, later).rates == Rates(None, None, None, None, None, None, None)


@pytest.mark.parametrize(
    "text",
    [
        SMALLEST.replace("snmp\n", "snmp\nTcp: A B\nTcp: 1\n"),
        SMALLEST.replace("snmp\n", "snmp\nTcp: OutSegs\nUdp: 1\n"),
        SMALLEST.replace("snmp\n", "snmp\nTcp: OutSegs\n"),
        SMALLEST.replace("snmp\n", "snmp\nTcp: OutSegs OutSegs\nTcp: 1 2\n"),
        SMALLEST + "TCP: inuse\n",
        SMALLEST + "TCP: inuse 1\nTCP: inuse 2\n",
        SMALLEST + "== /proc/net/softnet_stat\n1 2 3\n",
        SMALLEST + "== /proc/net/snmp6\nIp6InOctets many\n",
        SMALLEST + "== /proc/sys/net/ipv4/tcp_mem\n\n",
        SMALLEST.replace("== /proc/net/sockstat\n", ""),
    ],
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(text)
