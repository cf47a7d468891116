"""A whole Debian server under systemd-nspawn: real units, journal, apt and sshd."""

from pathlib import Path

from tests.lab.commands import run
from tests.lab.host import LabHost
from tests.lab.network import Network
from tests.lab.premises import Premises
from tests.lab.root_images import image_path


class DebianHost(LabHost):
    """A Debian server of the given suite."""

    host_key_file = "/etc/ssh/ssh_host_ed25519_key"
    make_host_key = "ssh-keygen -A >/dev/null"
    restart_ssh = "systemctl restart ssh"

    def __init__(self, premises: Premises, network: Network, name: str, address: str, suite: str) -> None:
        super().__init__(premises, network, name, address)
        self.suite = suite

    def _lay_root(self, image: Path) -> None:
        run(["cp", "--sparse=always", "--reflink=auto", image_path(self.suite), image])

    def _prepare(self, root: Path, authorized_key: str) -> None:
        (root / "etc/hostname").write_text(f"{self.name}\n", encoding="ascii")
        (root / "etc/hosts").write_text(f"127.0.0.1 localhost {self.name}\n::1 localhost\n", encoding="ascii")
        run(["ssh-keygen", "-A", "-f", root])
        home = root / "home" / self.user
        folder = home / ".ssh"
        folder.mkdir(mode=0o700)
        keys = folder / "authorized_keys"
        keys.write_text(authorized_key + "\n", encoding="ascii")
        run(["chown", "-R", f"--reference={home}", folder])

    @property
    def host_key(self) -> str:
        words = Path(f"{self._root}{self.host_key_file}.pub").read_text(encoding="ascii").split()
        return " ".join(words[:2])

    def _boot_command(self, root: Path) -> list[str]:
        return [
            "systemd-nspawn",
            f"--directory={root}",
            "--boot",
            f"--network-namespace-path=/run/netns/{self._premises.namespace(self.name)}",
            f"--machine={self._premises.machine(self.name)}",
            f"--hostname={self.name}",
            # No machine manager is needed, and the control group made for this host stays its own.
            "--register=no",
            "--keep-unit",
            "--resolv-conf=off",
            "--timezone=off",
            "--link-journal=no",
            "--console=pipe",
            # nft and its kin ask for it even to list; it is about the network namespace of the host alone.
            "--capability=CAP_NET_ADMIN",
            # Asking how the kernel's clock is kept, as any user of a server may; setting it needs a capability too.
            "--system-call-filter=adjtimex clock_adjtime",
        ]

    def _is_up(self) -> bool:
        # "degraded" is up too: what is wrong then is for the monitor to find.
        return self.sh("systemctl is-system-running", check=False).strip() in ("running", "degraded")

    def _power_off(self) -> None:
        self.sh("systemctl --no-block poweroff")
