"""A real sshd on loopback addresses: as many hosts as are wanted, and everything they run is real."""

import getpass
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.place import Place, addresses

# SHLVL keeps bash from reading .bashrc: what the person at this machine has in it is not to be measured.
_CONFIG = """\
Port {port}
{listen}
HostKey {folder}/sshd_host_key
AuthorizedKeysFile {key}.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
MaxStartups 200
MaxSessions 100
LogLevel FATAL
PrintMotd no
SetEnv SHLVL=2
"""


@contextmanager
def loopback_sshd(
    folder: Path, hosts: int, key: Path, wrapped: Callable[[Sequence[str]], Sequence[str]] = list
) -> Iterator[Sequence[Place]]:
    """One sshd that answers on `hosts` addresses and lets `key` in, until the block ends.

    `wrapped` may make another command of the one that starts it.
    """
    program = shutil.which("sshd", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if program is None:
        raise FileNotFoundError("sshd is not installed: apt-get install openssh-server")
    Path("/run/sshd").mkdir(exist_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "sshd_host_key"], check=True)
    where = addresses("127.41", hosts)
    port = _free_port(where[0])
    listen = "\n".join(f"ListenAddress {address}" for address in where)
    (folder / "sshd_config").write_text(_CONFIG.format(port=port, listen=listen, folder=folder, key=key), "ascii")
    with subprocess.Popen(wrapped([program, "-D", "-e", "-f", str(folder / "sshd_config")])) as server:
        try:
            _wait_for(where[-1], port, server)
            host_key = (folder / "sshd_host_key.pub").read_text(encoding="ascii").strip()
            yield [Place(address, port, getpass.getuser(), host_key) for address in where]
        finally:
            server.terminate()


def _free_port(address: str) -> int:
    with socket.create_server((address, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str, port: int, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 10
    while not _answers(address, port):
        if server.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"sshd does not answer on {address}:{port}")
        time.sleep(0.05)


def _answers(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), 1).close()
    except OSError:
        return False
    return True
