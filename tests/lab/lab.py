"""The lab: Debian 11, 12 and 13 and a busybox host in one network, and the place the monitor runs in."""

import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

import yaml

from tests.lab import requirements
from tests.lab.busybox_host import BusyboxHost
from tests.lab.commands import LabError, LabUnavailable, run
from tests.lab.debian_host import DebianHost
from tests.lab.host import LabHost
from tests.lab.network import NOBODY, Network
from tests.lab.premises import Premises, demolish_stale
from tests.lab.root_images import build_all


class Lab:
    """Real hosts, from `with Lab(premises) as lab:` to its end.

    hosts    by name: debian-11, debian-12, debian-13, busybox
    nobody   an address of their network that no host holds
    """

    nobody = NOBODY

    def __init__(self, premises: Premises) -> None:
        self.premises = premises
        network = Network(premises)
        self._network = network
        hosts: list[LabHost] = [
            DebianHost(premises, network, "debian-11", "192.0.2.11", "bullseye"),
            DebianHost(premises, network, "debian-12", "192.0.2.12", "bookworm"),
            DebianHost(premises, network, "debian-13", "192.0.2.13", "trixie"),
            BusyboxHost(premises, network, "busybox", "192.0.2.14"),
        ]
        self.hosts: Mapping[str, LabHost] = MappingProxyType({host.name: host for host in hosts})

    def __enter__(self) -> Self:
        self.build()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.premises.demolish()

    def build(self) -> None:
        """Make and boot everything. Raises `LabUnavailable`, or `LabError`; then nothing of it is left."""
        requirements.demand()
        demolish_stale()
        try:
            build_all()
        except LabError as error:
            raise LabUnavailable(f"the root file systems could not be built: {error}") from error
        self.premises.occupy()
        try:
            run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "rounds lab", "-f", self.key_file])
            self._network.build()
            with ThreadPoolExecutor(len(self.hosts)) as pool:
                list(pool.map(self._commission, self.hosts.values()))
        except BaseException:
            self.premises.demolish()
            raise

    @property
    def key_file(self) -> Path:
        """The private key of the user `rounds` on every host."""
        return self.premises.folder / "id_ed25519"

    def in_monitor(self, argv: Sequence[str]) -> list[str]:
        """`argv` as a command that runs where the monitor runs: it reaches the hosts, and nothing else."""
        return ["ip", "netns", "exec", self.premises.monitor, *argv]

    def run_in_monitor(self, argv: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a command where the monitor runs; `options` as for `subprocess.run`, text captured, 60 s by default."""
        defaults: dict[str, Any] = {"capture_output": True, "text": True, "timeout": 60, "check": False}
        done: subprocess.CompletedProcess[str] = subprocess.run(self.in_monitor(argv), **defaults | options)  # noqa: PLW1510
        return done

    def ssh(self, host: LabHost, command: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a command on a host as `rounds`, through the ssh program: what the monitor could do at best."""
        return self.run_in_monitor([*self.ssh_to(host), command], **options)

    def ssh_to(self, host: LabHost) -> list[str]:
        """The ssh program with all it needs to reach a host, for `in_monitor`."""
        known_hosts = self.premises.folder / "known_hosts"
        if not known_hosts.exists():
            self.write_known_hosts(known_hosts)
        settings = (
            f"UserKnownHostsFile={known_hosts}",
            "StrictHostKeyChecking=yes",
            "BatchMode=yes",
            "ConnectTimeout=2",
        )
        flags = [word for setting in settings for word in ("-o", setting)]
        return ["ssh", "-F", "none", *flags, "-i", str(self.key_file), f"{host.user}@{host.address}"]

    def write_known_hosts(self, path: Path) -> Path:
        """The true host keys, as `ssh` wants them."""
        lines = (f"{host.address} {host.host_key}\n" for host in self.hosts.values())
        path.write_text("".join(lines), encoding="ascii")
        return path

    def write_config(self, path: Path, extra: Mapping[str, Any] | None = None) -> Path:
        """A config.yaml with every host of the lab, its state in the folder `state` beside it.

        `extra` is laid over it, key by key; `hosts` in it are taken by name. New ones log in like the lab's own.
        """
        state = path.parent / "state"
        state.mkdir(exist_ok=True)
        login = {"user": "rounds", "key_file": str(self.key_file)}
        hosts: dict[str, Any] = {h.name: {"name": h.name, "address": h.address, **login} for h in self.hosts.values()}
        over = dict(extra or {})
        for host in over.pop("hosts", ()):
            hosts[host["name"]] = _laid_over(hosts.get(host["name"], login), host)
        config: dict[str, Any] = {
            "system": "试验室 Lab",
            "hosts": list(hosts.values()),
            "ssh": {"known_hosts": str(self.write_known_hosts(state / "known_hosts"))},
            "history": {"url": f"sqlite:///{state / 'history.db'}"},
            "maintenance_log": {"folder": str(state / "log")},
            "web": {"listen": "127.0.0.1:9610"},
        }
        path.write_text(yaml.safe_dump(_laid_over(config, over), allow_unicode=True), encoding="utf-8")
        return path

    def _commission(self, host: LabHost) -> None:
        host.install(self.key_file.with_suffix(".pub").read_text(encoding="ascii").strip())
        host.start()


def _laid_over(below: Any, above: Any) -> Any:
    if not (isinstance(below, Mapping) and isinstance(above, Mapping)):
        return above
    return {**below, **{key: _laid_over(below.get(key), value) for key, value in above.items()}}
