"""A real sshd on loopback, keys for it, and the proof that nothing is left behind."""

import getpass
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.transport.deadline import Deadline
from collectors.transport.host_keys import KnownHosts
from collectors.transport.ssh import SshTarget, ask_host_key

SSHD = "/usr/sbin/sshd"
SOON = 8.0  # seconds; generous, the machine may be busy


def open_files() -> list[str]:
    return [path.name for path in Path("/proc/self/fd").iterdir()]


def is_gone(pid: int) -> bool:
    """Whether the process ends soon. A zombie has ended; who is to bury it may take its time."""
    limit = time.monotonic() + SOON
    while time.monotonic() < limit:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """Fails when threads or open files are left. Ask for it first, so that it looks last."""
    threads, files = set(threading.enumerate()), len(open_files())
    yield
    limit = time.monotonic() + SOON
    while time.monotonic() < limit and (set(threading.enumerate()) - threads or len(open_files()) > files):
        time.sleep(0.02)
    assert set(threading.enumerate()) - threads == set()
    assert len(open_files()) <= files


def make_key(path: Path, kind: str = "ed25519", passphrase: str = "") -> Path:
    size = {"rsa": ["-b", "2048"], "ecdsa": ["-b", "256"]}.get(kind, [])
    command = ["ssh-keygen", "-q", "-t", kind, *size, "-N", passphrase, "-C", "", "-f", str(path)]
    subprocess.run(command, check=True)
    return path


class Sshd:
    """A real OpenSSH server, started anew for each connection as inetd does, so that no port has to be guessed."""

    def __init__(self, folder: Path, *settings: str, address: str = "127.0.0.1", kinds: tuple[str, ...] = ("ed25519",)):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "log"
        self.config = folder / "config"
        self.authorized = folder / "authorized"
        self.user_key = make_key(folder / "id")
        self.authorized.write_text((folder / "id.pub").read_text())
        self.host_keys = [make_key(folder / f"host_{kind}", kind) for kind in kinds]
        self.settings = settings
        self.configure()
        self.is_away = False
        """Whether whoever connects is turned away at once."""
        self._processes: list[subprocess.Popen[bytes]] = []
        self._listener = socket.create_server((address, 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name="sshd-listener")
        self._thread.start()
        self.target = SshTarget(
            name="web-01",
            address=address,
            port=self.port,
            user=getpass.getuser(),
            known_hosts=folder / "known_hosts",
            key_file=self.user_key,
        )

    @property
    def connections(self) -> int:
        """How often somebody connected."""
        return len(self._processes)

    def configure(self) -> None:
        lines = [
            *self.settings,
            *(f"HostKey {key}" for key in self.host_keys),
            f"AuthorizedKeysFile {self.authorized}",
            "StrictModes no",
            "UsePAM no",
            "PidFile none",
            "LogLevel VERBOSE",
        ]
        self.config.write_text("\n".join(lines) + "\n")

    def trusted(self, **changes: object) -> SshTarget:
        """The target, its host key in known_hosts."""
        target = replace(self.target, **changes)  # type: ignore[arg-type]
        KnownHosts(target.known_hosts).trust(target.host_key_name, ask_host_key(target, Deadline(SOON)), replace=True)
        return target

    def drop_connections(self) -> None:
        for process in self._processes:
            subprocess.run(["pkill", "-KILL", "-P", str(process.pid)], check=False)
            process.kill()
            process.wait()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        self.drop_connections()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            if self.is_away:
                connection.close()
                continue
            with connection, self.log.open("ab") as log:
                command = [SSHD, "-i", "-e", "-f", str(self.config)]
                # The environment is sshd's, not the tests': what a login gets must come from the system.
                process = subprocess.Popen(command, stdin=connection, stdout=connection, stderr=log, env={})
                self._processes.append(process)


@pytest.fixture
def sshd(nothing_left: None, tmp_path: Path) -> Iterator[Callable[..., Sshd]]:
    """Starts sshd with the settings given; each one in a folder of its own."""
    if not Path(SSHD).exists():
        pytest.skip("no sshd here")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # sshd insists
    servers: list[Sshd] = []

    def start(*settings: str, **options: object) -> Sshd:
        server = Sshd(tmp_path / f"sshd{len(servers)}", *settings, **options)  # type: ignore[arg-type]
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.close()


@pytest.fixture(params=["dash", "bash", "busybox", "mksh", "ksh"])
def posix_shell(request: pytest.FixtureRequest) -> str:
    """The name of a shell that hosts have as `sh`."""
    name: str = request.param
    if shutil.which(name) is None:
        pytest.skip(f"no {name} here")
    return name
