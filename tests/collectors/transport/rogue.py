"""SSH servers that misbehave, each in its own way, on a loopback port."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import paramiko

HOST_KEY = paramiko.ECDSAKey.generate()
MEBIBYTE = 2**20


class Rogue(paramiko.ServerInterface):
    """Lets everybody in and runs nothing. Hangs in the step that `hangs` names, until the test is over."""

    def __init__(
        self, over: threading.Event, hangs: str = "", answer: Callable[[paramiko.Channel], None] | None = None
    ):
        self._over = over
        self._hangs = hangs
        self._answer = answer
        self.logins = 0

    def _step(self, name: str) -> None:
        if self._hangs == name:
            self._over.wait()

    def get_allowed_auths(self, username: str) -> str:
        return "keyboard-interactive" if self._hangs == "interactive" else "password"

    def check_auth_password(self, username: str, password: str) -> int:
        self.logins += 1
        self._step("auth")
        return paramiko.AUTH_SUCCESSFUL if password == "secret" else paramiko.AUTH_FAILED

    def check_auth_interactive(self, username: str, submethods: str) -> paramiko.InteractiveQuery:
        return paramiko.InteractiveQuery("", "", ("Password: ", False))

    def check_auth_interactive_response(self, responses: list[str]) -> int:
        self.logins += 1
        return paramiko.AUTH_SUCCESSFUL if responses == ["secret"] else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        self._step("channel")
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        self._step("exec")
        if self._hangs == "refuse":
            return False
        if self._answer is not None:
            threading.Thread(target=self._speak, args=(channel,), name="rogue-answer").start()
        return True

    def _speak(self, channel: paramiko.Channel) -> None:
        assert self._answer is not None
        with contextlib.suppress(OSError, EOFError):
            self._answer(channel)


class StuckTransport(paramiko.Transport):
    """Gives its version, then nothing: the key exchange stops."""

    over: threading.Event

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection)
        self.packetizer.start_handshake = lambda seconds: None  # it would outlive the test

    def _send_kex_init(self) -> None:
        self.over.wait()
        raise EOFError


class RogueServer:
    """Accepts connections and gives each to `serve`, in a thread of its own, until closed."""

    def __init__(self, serve: Callable[[socket.socket, threading.Event], None]) -> None:
        self.over = threading.Event()
        self.connections = 0
        self._serve = serve
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name="rogue-listener")
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._sockets.append(connection)
            thread = threading.Thread(target=self._guarded, args=(connection,), name="rogue")
            self._threads.append(thread)
            thread.start()

    def _guarded(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError, paramiko.SSHException):
            self._serve(connection, self.over)

    def close(self) -> None:
        self.over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for connection in self._sockets:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        for thread in self._threads:
            thread.join()


def speaking(rogue: Callable[[threading.Event], Rogue], transport_class: type = paramiko.Transport, window: int = 0):
    """A server that speaks SSH as far as `rogue` does."""

    def serve(connection: socket.socket, over: threading.Event) -> None:
        transport = transport_class(connection, **({"default_window_size": window} if window else {}))
        transport.over = over
        transport.add_server_key(HOST_KEY)
        transport.start_server(threading.Event(), rogue(over))
        over.wait()
        transport.close()
        transport.join()

    return serve


def silent(connection: socket.socket, over: threading.Event) -> None:
    over.wait()


def saying(words: bytes, then_close: bool = True):
    def serve(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(words)
        if then_close:
            connection.close()
        over.wait()

    return serve


def babbling(connection: socket.socket, over: threading.Event) -> None:
    """A banner without end, in one line."""
    while not over.is_set():
        connection.sendall(b"x" * 65536)


def whispering(connection: socket.socket, over: threading.Event) -> None:
    """A banner without end, a byte at a time."""
    while not over.wait(0.05):
        connection.sendall(b"x")


def chattering(connection: socket.socket, over: threading.Event) -> None:
    """A banner without end, in short lines, slowly."""
    while not over.wait(0.05):
        connection.sendall(b"welcome\r\n")


def dripping(channel: paramiko.Channel) -> None:
    channel.sendall(b"begun ")
    while True:
        channel.sendall(b".")
        channel.event.wait(0.05)
        threading.Event().wait(0.05)


def flooding(channel: paramiko.Channel) -> None:
    while True:
        channel.sendall(b"y\n" * 16384)


def flooding_error(channel: paramiko.Channel) -> None:
    while True:
        channel.sendall_stderr(b"y\n" * 16384)


def both_at_once(channel: paramiko.Channel) -> None:
    other = threading.Thread(target=channel.sendall_stderr, args=(b"e" * 2 * MEBIBYTE,))
    other.start()
    channel.sendall(b"o" * 2 * MEBIBYTE)
    other.join()
    channel.sendall(b"=mark= done\n")


def eof_without_status(channel: paramiko.Channel) -> None:
    channel.sendall(b"=mark= begun\n")
    channel.shutdown_write()


def mark_and_stay(channel: paramiko.Channel) -> None:
    channel.sendall(b"=mar")
    threading.Event().wait(0.1)
    channel.sendall(b"k= done")


def losing(channel: paramiko.Channel) -> None:
    channel.sendall(b"begun\n")
    threading.Event().wait(0.3)
    channel.get_transport().sock.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def rogue_server(serve) -> Iterator[RogueServer]:
    server = RogueServer(serve)
    try:
        yield server
    finally:
        server.close()


def write_known_hosts(path: Path, port: int) -> None:
    path.write_text(f"[127.0.0.1]:{port} {HOST_KEY.get_name()} {HOST_KEY.get_base64()}\n")
