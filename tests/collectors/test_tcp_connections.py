import socket
from contextlib import ExitStack

import pytest

from collectors.contract import UnreadableOutput
from collectors.tcp_connections import COLLECTOR, StateCount, parse
from tests.collectors.in_shells import every_shell, printed


def states(shell: list[str]) -> dict[str, StateCount]:
    return {found.state: found for found in parse(printed(COLLECTOR, shell)).states}


@every_shell
def test_connections_that_a_program_does_not_close(shell: list[str]) -> None:
    """Twelve clients hang up on a server that keeps their connections."""
    with ExitStack() as kept:
        listener = kept.enter_context(socket.create_server(("127.0.0.1", 0), backlog=16))
        port = listener.getsockname()[1]
        for _ in range(12):
            client = socket.create_connection(listener.getsockname())
            kept.enter_context(listener.accept()[0])
            client.close()
        found = states(shell)
    assert found["listen"].count >= 1
    assert found["listen"].local is None
    waiting = found["close_wait"]
    assert waiting.count >= 12
    assert waiting.local is not None
    assert waiting.remote is not None
    assert (waiting.local.port, waiting.local.count) == (port, 12)
    assert waiting.remote.count >= 1


@every_shell
def test_ipv6_is_counted_too(shell: list[str]) -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    with ExitStack() as servers:
        for _ in range(50):  # other tests have some too, which come and go
            servers.enter_context(socket.create_server(("::1", 0), family=socket.AF_INET6))
        now = states(shell)["listen"]
    assert now.count >= 50


@pytest.mark.parametrize(
    "text",
    [
        "",
        "01 3 0016 3 C000 1\n",
        "lines 0\n",
        "lines 4\n01\n",
        "lines 4\n0D 1\n",
        "lines 4\n00 1\n",
        "lines 4\n01 3 0016 3 C000\n",
        "lines 4\n01 3 16 3 C000 1\n",
        "lines 4\n01 0\n",
        "lines 4\n01 3\n01 4\n",
    ],
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(text)
