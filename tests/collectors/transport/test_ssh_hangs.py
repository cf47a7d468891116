"""Every way in which an SSH server can keep a client waiting or talk nonsense: it ends on time and leaves nothing."""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import paramiko
import pytest

from collectors.contract import Reason, TransportError
from collectors.transport.deadline import Deadline
from collectors.transport.resolve import Address, Resolver
from collectors.transport.ssh import OutputLimits, SshShell, SshTarget, ask_host_key
from tests.collectors.transport import rogue
from tests.collectors.transport.conftest import SOON
from tests.collectors.transport.rogue import Rogue, rogue_server, speaking, write_known_hosts

MARK = b"=mark= done"

pytestmark = pytest.mark.usefixtures("nothing_left")


def target(folder: Path, port: int, password: str = "secret") -> SshTarget:
    known = folder / "known_hosts"
    write_known_hosts(known, port)
    return SshTarget(name="web-01", address="127.0.0.1", port=port, user="rounds", known_hosts=known, password=password)


def hanging(step: str) -> Callable[[threading.Event], Rogue]:
    return lambda over: Rogue(over, hangs=step)


def answering(answer: Callable[[paramiko.Channel], None]) -> Callable[[threading.Event], Rogue]:
    return lambda over: Rogue(over, answer=answer)


CONNECT = {
    "no banner": (rogue.silent, Reason.DEADLINE, "waiting for its banner"),
    "banner without end, fast": (rogue.babbling, Reason.PROTOCOL, "does not speak SSH"),
    "banner without end, slow": (rogue.whispering, Reason.DEADLINE, "waiting for its banner"),
    "banner without end, in lines": (rogue.chattering, Reason.DEADLINE, "waiting for its banner"),
    "not SSH": (rogue.saying(b"HTTP/1.1 400 Bad Request\r\n" * 200), Reason.PROTOCOL, "does not speak SSH"),
    "SSH 1": (rogue.saying(b"SSH-1.5-old\r\n", then_close=False), Reason.PROTOCOL, "version"),
    "closed at once": (rogue.saying(b""), Reason.REFUSED, "before it gave its SSH version"),
    "closed with words": (rogue.saying(b"Exceeded MaxStartups\r\n"), Reason.REFUSED, "after 'Exceeded MaxStartups'"),
    "only a version": (rogue.saying(b"SSH-2.0-x\r\n", then_close=False), Reason.DEADLINE, "exchanging keys"),
    "closed after its version": (rogue.saying(b"SSH-2.0-x\r\n"), Reason.REFUSED, "during the key exchange"),
    "a packet of 4 GiB": (rogue.saying(b"SSH-2.0-x\r\n" + b"\xff" * 64, then_close=False), Reason.PROTOCOL, "packet"),
    "noise for packets": (
        rogue.saying(b"SSH-2.0-x\r\n" + b"\0\0\0\x0c" * 64, then_close=False),
        Reason.PROTOCOL,
        "key exchange",
    ),
    "the key exchange stops": (speaking(Rogue, rogue.StuckTransport), Reason.DEADLINE, "exchanging keys"),
    "the login stops": (speaking(hanging("auth")), Reason.DEADLINE, "logging in"),
}

RUN = {
    "the channel never opens": (hanging("channel"), Reason.DEADLINE, "opening a channel"),
    "the exec reply never comes": (hanging("exec"), Reason.DEADLINE, "waiting for sh to be started"),
    "exec is refused": (hanging("refuse"), Reason.REFUSED, "refuses to run sh"),
}

ANSWERS = {
    "output drips": (rogue.dripping, Reason.DEADLINE, b"begun ."),
    "nothing comes": (lambda channel: None, Reason.DEADLINE, b""),
    "the mark, and the channel stays open": (rogue.mark_and_stay, None, b"=mark= done"),
    "end of file without exit status": (rogue.eof_without_status, None, b"=mark= begun\n"),
    "connection lost": (rogue.losing, Reason.CONNECTION_LOST, b"begun\n"),
    "output without end": (rogue.flooding, Reason.TOO_LONG, b"y\n"),
    "error output without end": (rogue.flooding_error, Reason.TOO_LONG, b""),
    "both streams at once": (rogue.both_at_once, None, b"o" * 2 * rogue.MEBIBYTE),
}


@pytest.mark.parametrize("case", CONNECT)
def test_connecting(case: str, tmp_path: Path) -> None:
    serve, reason, words = CONNECT[case]
    with rogue_server(serve) as server:
        shell = SshShell(target(tmp_path, server.port))
        begun = time.monotonic()
        with pytest.raises(TransportError, match=words) as caught:
            shell.connect(Deadline(1.0))
        assert time.monotonic() - begun < 1.0 + SOON
        assert caught.value.reason is reason
        # Also without close: a failed connect leaves nothing.
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("ssh-")]
        shell.close()


@pytest.mark.parametrize("case", RUN)
def test_starting_a_script(case: str, tmp_path: Path) -> None:
    make, reason, words = RUN[case]
    with rogue_server(speaking(make)) as server:
        shell = SshShell(target(tmp_path, server.port))
        shell.connect(Deadline(SOON))
        begun = time.monotonic()
        with pytest.raises(TransportError, match=words) as caught:
            shell.run("echo", Deadline(1.0), MARK)
        assert time.monotonic() - begun < 1.0 + SOON
        assert caught.value.reason is reason
        shell.close()


@pytest.mark.parametrize("case", ANSWERS)
def test_an_answer(case: str, tmp_path: Path) -> None:
    answer, cut, output = ANSWERS[case]
    seconds = 1.0 if cut is Reason.DEADLINE else 20.0
    with rogue_server(speaking(answering(answer))) as server:
        shell = SshShell(target(tmp_path, server.port))
        shell.connect(Deadline(SOON))
        begun = time.monotonic()
        found = shell.run("echo", Deadline(seconds), MARK)
        assert time.monotonic() - begun < 1.0 + SOON
        assert found.cut is cut
        assert found.output.startswith(output)
        assert len(found.output) <= OutputLimits().output_bytes
        assert len(found.error) <= OutputLimits().error_tail_bytes
        shell.close()


def test_a_host_that_does_not_read_the_script(tmp_path: Path) -> None:
    with rogue_server(speaking(answering(lambda channel: None), window=32768)) as server:
        shell = SshShell(target(tmp_path, server.port))
        shell.connect(Deadline(SOON))
        begun = time.monotonic()
        with pytest.raises(TransportError, match="sending the script") as caught:
            shell.run("#" * 200_000, Deadline(1.0), MARK)
        assert time.monotonic() - begun < 1.0 + SOON
        assert caught.value.reason is Reason.DEADLINE
        shell.close()


def test_the_deadline_holds_through_a_jump_host(tmp_path: Path, sshd: Callable[..., object]) -> None:
    outer = sshd()
    with rogue_server(rogue.silent) as server:
        jump = outer.trusted(name="outer")  # type: ignore[attr-defined]
        inner = target(tmp_path, server.port)
        shell = SshShell(SshTarget(**{**{name: getattr(inner, name) for name in inner.__slots__}, "jump": jump}))
        begun = time.monotonic()
        with pytest.raises(TransportError, match="web-01 kept us waiting") as caught:
            shell.connect(Deadline(2.0))
        assert time.monotonic() - begun < 2.0 + SOON
        assert caught.value.reason is Reason.DEADLINE
        shell.close()


def test_keyboard_interactive_when_the_host_wants_it(tmp_path: Path) -> None:
    with rogue_server(speaking(hanging("interactive"))) as server:
        shell = SshShell(target(tmp_path, server.port))
        shell.connect(Deadline(SOON))
        shell.close()
        refused = SshShell(target(tmp_path, server.port, password="wrong"))
        with pytest.raises(TransportError, match="with the password") as caught:
            refused.connect(Deadline(SOON))
        assert caught.value.reason is Reason.AUTH_FAILED
        assert "wrong" not in str(caught.value)


def test_a_wrong_password_is_tried_once(tmp_path: Path) -> None:
    rogues: list[Rogue] = []

    def make(over: threading.Event) -> Rogue:
        rogues.append(Rogue(over))
        return rogues[-1]

    with rogue_server(speaking(make)) as server:
        shell = SshShell(target(tmp_path, server.port, password="hunter2"))
        for reason in (Reason.AUTH_FAILED, Reason.BACKING_OFF, Reason.BACKING_OFF):
            with pytest.raises(TransportError) as caught:
                shell.connect(Deadline(SOON))
            assert caught.value.reason is reason
            assert "hunter2" not in str(caught.value)
        assert [one.logins for one in rogues] == [1]


@pytest.mark.parametrize("serve", [rogue.silent, speaking(hanging("auth"))], ids=["banner", "login"])
def test_interrupted_while_connecting(serve: Callable[..., None], tmp_path: Path) -> None:
    with rogue_server(serve) as server:
        shell = SshShell(target(tmp_path, server.port))
        timer = threading.Timer(0.5, shell.interrupt)
        timer.start()
        begun = time.monotonic()
        with pytest.raises(TransportError) as caught:
            shell.connect(Deadline(30.0))
        timer.join()
        assert time.monotonic() - begun < SOON
        assert caught.value.reason is Reason.INTERRUPTED


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(TransportError, match="refused the connection") as caught:
        SshShell(target(tmp_path, port)).connect(Deadline(SOON))
    assert caught.value.reason is Reason.REFUSED


@pytest.mark.parametrize("interrupted", [False, True])
def test_a_host_that_does_not_answer_at_all(interrupted: bool, tmp_path: Path) -> None:
    """A full queue of connections that nobody accepts: Linux then drops the packets, like a firewall."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        shell = SshShell(target(tmp_path, port))
        timer = threading.Timer(0.3, shell.interrupt if interrupted else lambda: None)
        timer.start()
        begun = time.monotonic()
        with pytest.raises(TransportError) as caught:
            shell.connect(Deadline(20.0 if interrupted else 1.0))
        assert time.monotonic() - begun < 1.0 + SOON
        assert caught.value.reason is (Reason.INTERRUPTED if interrupted else Reason.UNREACHABLE)
        timer.join()
        for one in waiting:
            one.close()


def test_a_name_that_does_not_exist(tmp_path: Path) -> None:
    known = tmp_path / "known_hosts"
    nowhere = SshTarget(name="web-01", address="no-such-host.invalid", user="u", known_hosts=known, password="x")
    with pytest.raises(TransportError, match=r"no-such-host\.invalid") as caught:
        SshShell(nowhere).connect(Deadline(20.0))
    assert caught.value.reason in (Reason.UNREACHABLE, Reason.DEADLINE)


def test_a_resolver_that_hangs_is_asked_once(tmp_path: Path) -> None:
    over, asked = threading.Event(), []

    def lookup(name: str, port: int) -> Sequence[Address]:
        asked.append(name)
        over.wait()
        return [(socket.AF_INET, ("127.0.0.1", port))]

    resolver = Resolver(lookup)
    named = SshTarget(name="web-01", address="slow", user="u", known_hosts=tmp_path / "k", password="x")
    for _ in range(3):
        begun = time.monotonic()
        with pytest.raises(TransportError, match="not found in time") as caught:
            SshShell(named, resolver=resolver).connect(Deadline(0.3))
        assert time.monotonic() - begun < SOON
        assert caught.value.reason is Reason.DEADLINE
    assert asked == ["slow"]
    over.set()


def test_the_second_address_is_tried(tmp_path: Path) -> None:
    with rogue_server(speaking(Rogue)) as server:

        def lookup(name: str, port: int) -> Sequence[Address]:
            return [(socket.AF_INET6, ("::1", 1)), (socket.AF_INET, ("127.0.0.1", port))]

        known = tmp_path / "known_hosts"
        write_known_hosts(known, server.port)
        named = SshTarget(
            name="web-01",
            address="web-01",
            port=server.port,
            user="u",
            known_hosts=known,
            password="secret",
            host_key_as=f"[127.0.0.1]:{server.port}",
        )
        shell = SshShell(named, resolver=Resolver(lookup))
        shell.connect(Deadline(SOON))
        shell.close()


def test_asking_for_a_host_key_ends_on_time_too(tmp_path: Path) -> None:
    with rogue_server(rogue.silent) as server:
        begun = time.monotonic()
        with pytest.raises(TransportError) as caught:
            ask_host_key(target(tmp_path, server.port), Deadline(0.5))
        assert time.monotonic() - begun < SOON
        assert caught.value.reason is Reason.DEADLINE


def test_channels_are_not_remembered_for_ever(tmp_path: Path) -> None:
    with rogue_server(speaking(answering(rogue.mark_and_stay))) as server:
        shell = SshShell(target(tmp_path, server.port))
        for _ in range(3):
            shell.run("echo", Deadline(SOON), MARK)
        transport = shell._connection.last  # type: ignore[union-attr]
        transport.channels_seen.update(dict.fromkeys(range(1000, 2000), True))
        shell.run("echo", Deadline(SOON), MARK)
        assert len(transport.channels_seen) < 100
        shell.close()
