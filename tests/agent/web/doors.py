"""What the tests of the door share: certificates and password hashes made the usual way, and an agent behind one."""

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from agent.catalogue import catalogue
from agent.config import load
from agent.daemon import Daemon
from agent.web.access import Access
from agent.web.serving import web_server
from tests.agent.running import wait_for

PASSWORD = "correct horse"
HASH = "$2y$04$8eXg1n4ER3KV0onAsgsKH.ud29eTroRjEOhg0QysCOFiCCwB.67FG"
"""Of that password, as htpasswd made it."""


def openssl(*arguments: str) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)


def htpasswd(name: str, password: str, cost: int = 4) -> str:
    """`name:hash` as the usual program prints it."""
    if shutil.which("htpasswd") is None:
        pytest.skip("htpasswd is not installed (apache2-utils)")
    made = subprocess.run(
        ["htpasswd", "-nbB", "-C", str(cost), name, password], check=True, capture_output=True, text=True, timeout=60
    )
    return made.stdout.strip()


def certificate(
    folder: Path, name: str, sans: str = "DNS:localhost,IP:127.0.0.1", ca: str = "", days: int = 30
) -> None:
    """`name.crt` and `name.key`, signed by `ca` or by itself; a name that begins with `ca` is an authority."""
    key, made = folder / f"{name}.key", folder / f"{name}.crt"
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", str(key))
    signed = ["-CA", str(folder / f"{ca}.crt"), "-CAkey", str(folder / f"{ca}.key")] if ca else []
    constraint = f"basicConstraints=critical,CA:{'TRUE' if name.startswith('ca') else 'FALSE'}"
    openssl(
        "req", "-new", "-x509", "-key", str(key), "-out", str(made), "-days", str(days), "-subj", f"/CN={name}",
        "-addext", f"subjectAltName={sans}", "-addext", constraint, *signed,
    )  # fmt: skip
    key.chmod(0o600)


@dataclass(frozen=True, slots=True)
class Door:
    """An agent that serves on a port of its own. `curl` gives the status and what was answered."""

    folder: Path
    port: int
    daemon: Daemon
    access: Access
    server: uvicorn.Server

    def curl(self, path: str, *options: str, scheme: str = "https") -> tuple[int, str]:
        done = subprocess.run(
            ["curl", "-sS", "-i", "--max-time", "20", "-w", "\n%{http_code}", "--cacert", str(self.folder / "ca.crt"),
             *options, f"{scheme}://localhost:{self.port}{path}"],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        answer, _, status = done.stdout.rpartition("\n")
        return int(status or 0), answer + done.stderr

    def plain(self) -> socket.socket:
        """A connection on which nothing is spoken yet."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def connect(self) -> socket.socket:
        """A connection to write anything into, over TLS where that is spoken."""
        plain = self.plain()
        if self.access.context is None:
            return plain
        context = ssl.create_default_context(cafile=str(self.folder / "ca.crt"))
        return context.wrap_socket(plain, server_hostname="localhost")

    def refused(self, reason: str) -> float:
        series = "rounds_web_requests_refused_total", (("reason", reason),)
        return next(one.value for one in self.access.samples() if (one.name, one.labels) == series)


def config_file(folder: Path, web: str) -> Path:
    path = folder / "config.yaml"
    path.write_text(
        "system: Door\ntimezone: UTC\nhosts: [{name: this-machine, transport: local}]\n"
        f'history: {{url: "sqlite:///history.db"}}\nweb: {{listen: "127.0.0.1:0"{web}}}\n',
        "utf-8",
    )
    return path


@contextmanager
def door(folder: Path, web: str = ", config_file: web.config.yml") -> Iterator[Door]:
    """An agent that makes no rounds, served as `rounds start` serves it."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    daemon = Daemon(load(config_file(folder, web)), catalogue())
    daemon.history.start()
    access = Access(lambda: daemon.config.web)
    listener = socket.create_server(("127.0.0.1", 0))
    server = web_server(daemon, access)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        wait_for(lambda: server.started)
        yield Door(folder, listener.getsockname()[1], daemon, access, server)
    finally:
        server.should_exit = True
        thread.join(30)
        listener.close()
        daemon.stop()
