import socket
from contextlib import ExitStack

import pytest

from collectors.contract import NotApplicable
from collectors.udp_queues import COLLECTOR, UdpQueues, parse
from tests.collectors.in_shells import every_shell, printed


def received(shell: list[str]) -> dict[str, int]:
    return {queue.version: queue.receive_bytes for queue in parse(printed(COLLECTOR, shell))}


@every_shell
def test_datagrams_that_nobody_reads_are_found(shell: list[str]) -> None:
    before = received(shell)
    with ExitStack() as sockets:
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            reader = sockets.enter_context(socket.socket(family, socket.SOCK_DGRAM))
            writer = sockets.enter_context(socket.socket(family, socket.SOCK_DGRAM))
            reader.bind((address, 0))
            for _ in range(20):
                writer.sendto(bytes(4000), reader.getsockname())
        after = received(shell)
    assert all(after[version] >= before[version] + 80_000 for version in ("v4", "v6"))


def test_sockets_with_the_same_queues_add_up() -> None:
    output = "v4 00000000:00000340 3\nv4 00000010:00000000 1\nv4 lines 30\n"
    assert parse(output) == (UdpQueues("v4", 16, 3 * 0x340),)


def test_no_sockets_shown() -> None:
    with pytest.raises(NotApplicable):
        parse("== none\n")
