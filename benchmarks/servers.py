"""Servers whose processor time can be counted: this machine's sshd, and Debian under systemd from the tests' lab."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

from benchmarks.control_group import ControlGroup, new_control_group
from benchmarks.loopback_sshd import loopback_sshd
from benchmarks.place import Place, write_known_hosts
from exporters.contract import Lane
from tests.lab import Lab
from tests.lab.premises import PREFIX, Premises

THIS_MACHINE = "this-machine"
_PORT = 9100
# What Debian adds to its usual collectors asks systemd for every unit, and costs more than all the others.
_FLAGS = ("--no-collector.systemd",)
_EXPORTER = shutil.which("prometheus-node-exporter") or shutil.which("node_exporter")


@dataclass(frozen=True, slots=True)
class Client:
    """The asking side, a process of its own that may live in another network namespace."""

    process: "subprocess.Popen[str]"
    exporter: tuple[str, int] | None

    def ask(self, lane: Lane, collectors: Sequence[str]) -> int:
        """One round with these collectors; how many bytes came back."""
        return self._tell({"lane": lane, "collectors": list(collectors)})

    def scrape(self) -> int:
        """One scrape of node_exporter; how many bytes came back."""
        return self._tell({"exporter": self.exporter})

    def _tell(self, order: object) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@dataclass(frozen=True, slots=True)
class Server:
    """One server: everything that runs on it is in `group`."""

    name: str
    system: str
    group: ControlGroup
    client: Client


@contextmanager
def server(folder: Path, name: str) -> Iterator[Server]:
    """The server called so, until the block ends."""
    with _this_machine(folder) if name == THIS_MACHINE else _of_the_lab(folder, name) as found:
        yield found


@contextmanager
def _this_machine(folder: Path) -> Iterator[Server]:
    key = folder / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    with (
        new_control_group("rounds-bench") as group,
        loopback_sshd(folder, 1, key, wrapped=group.inside) as (place,),
        _exporter(group) as exporter,
        _client([], folder, place, key, exporter) as client,
    ):
        yield Server(THIS_MACHINE, f"sh is {Path('/bin/sh').resolve().name}, no systemd", group, client)


@contextmanager
def _exporter(group: ControlGroup) -> Iterator[tuple[str, int] | None]:
    if _EXPORTER is None:
        yield None
        return
    argv = group.inside([_EXPORTER, *_FLAGS, f"--web.listen-address=127.41.0.1:{_PORT}"])
    with subprocess.Popen(argv, stderr=subprocess.DEVNULL) as process:
        try:
            yield "127.41.0.1", _PORT
        finally:
            process.terminate()


@contextmanager
def _of_the_lab(folder: Path, name: str) -> Iterator[Server]:
    lab = Lab(Premises(f"{PREFIX}bench-{os.getpid()}"))
    host = lab.hosts[name]
    lab.hosts = MappingProxyType({name: host})
    with lab:
        host.sh(f"usermod --shell /bin/sh {host.user}")  # as the manual has it; the lab's own has bash and its noise
        exporter: tuple[str, int] | None = None
        if _EXPORTER and host.has_systemd:
            shutil.copy(_EXPORTER, lab.premises.folder / f"{name}.root" / "usr/local/bin/node_exporter")
            flags = " ".join((*_FLAGS, f"--web.listen-address=:{_PORT}"))
            host.sh(f"systemd-run --quiet --unit=node_exporter node_exporter {flags}")
            exporter = (host.address, _PORT)
        place = Place(host.address, 22, host.user, host.host_key)
        with _client(lab.in_monitor([]), folder, place, lab.key_file, exporter) as client:
            yield Server(name, "sh is dash, under systemd", ControlGroup(lab.premises.cgroup(name)), client)


@contextmanager
def _client(
    enter: list[str], folder: Path, place: Place, key: Path, exporter: tuple[str, int] | None
) -> Iterator[Client]:
    known_hosts = write_known_hosts(folder / f"known_hosts-{place.address}", [place])
    asked = {"place": asdict(place), "key": str(key), "known_hosts": str(known_hosts)}
    argv = [*enter, sys.executable, "-m", "benchmarks.servers_client"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        process.stdin.write(json.dumps(asked) + "\n")
        try:
            yield Client(process, exporter)
        finally:
            process.stdin.close()  # which ends it
