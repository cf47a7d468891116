"""A host of the lab: its root file system, its data disk, its cable, and a root shell inside."""

import os
import subprocess
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path

from tests.lab.commands import LabError, run
from tests.lab.network import Network
from tests.lab.premises import Premises, detach, kill_all, leader

DATA = "/srv/data"
"""Where every host mounts its data disk, an ext4 file system of its own."""

_CLEAN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "TERM": "dumb"}


class LabHost(ABC):
    """One host. It keeps its disks over `stop` and `start`, as a server does.

    name      as the configuration names it
    address   in the lab's network
    user      who logs in with the lab's key
    """

    user = "rounds"
    has_systemd = True
    host_key_file: str
    """The ed25519 host key, inside the host."""
    make_host_key: str
    """A shell command that makes a new one where there is none."""
    restart_ssh: str
    """A shell command that makes the SSH server read it."""

    def __init__(self, premises: Premises, network: Network, name: str, address: str) -> None:
        self.name = name
        self.address = address
        self._premises = premises
        self._network = network
        self._cgroup = premises.cgroup(name)
        self._root = premises.folder / f"{name}.root"
        self._image = premises.folder / f"{name}.img"
        self._data = premises.folder / f"{name}.data.img"
        self._container: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def _lay_root(self, image: Path) -> None:
        """Make the file with this host's root file system."""

    @abstractmethod
    def _prepare(self, root: Path, authorized_key: str) -> None:
        """Give the mounted root file system its identity: name, host keys, who may log in."""

    @abstractmethod
    def _boot_command(self, root: Path) -> list[str]:
        """The program that runs the host until it is switched off."""

    @abstractmethod
    def _is_up(self) -> bool:
        """Whether everything the host starts by itself has been started."""

    @property
    @abstractmethod
    def host_key(self) -> str:
        """Its ed25519 host key, as known_hosts has it: the type and the key."""

    @abstractmethod
    def _power_off(self) -> None:
        """Ask the host to shut itself down."""

    def install(self, authorized_key: str) -> None:
        """Lay the disks and the cable; done once, before the first start."""
        self._network.connect(self.name, self.address)
        self._lay_root(self._image)
        self._root.mkdir()
        run(["mount", "-o", "loop", self._image, self._root])
        self._prepare(self._root, authorized_key)
        (self._root / DATA.lstrip("/")).mkdir(parents=True, exist_ok=True)
        with self._data.open("wb") as disk:
            disk.truncate(64 * 2**20)
        # Small enough to be filled in a moment, with bytes or with files.
        run(["mkfs.ext4", "-q", "-F", "-m", "0", "-N", "1024", "-L", "data", self._data])

    def start(self, timeout: float = 60) -> None:
        """Boot, and wait until it is up. Raises `LabError` with the console's last lines."""
        # The data disk is named in fstab once it can be had: at boot there is no device manager to wait for it.
        (self._root / "etc/fstab").write_text("# <device> <mount point> <type> <options> <dump> <pass>\n", "ascii")
        self.link_up()
        self._cgroup.mkdir(exist_ok=True)
        join = f'echo $$ >{self._cgroup}/cgroup.procs; exec "$@"'
        with self._console.open("ab") as console:
            self._container = subprocess.Popen(
                ["sh", "-c", join, "sh", *self._boot_command(self._root)],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
                env=os.environ | {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
            )
        end = time.monotonic() + timeout
        while not (self.is_running and self._is_up()):
            if time.monotonic() > end or self._container.poll() is not None:
                raise LabError(f"{self.name} did not come up:\n{self._console.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        self._mount_data()

    def stop(self, timeout: float = 20) -> None:
        """Shut down as an administrator would; switched off hard when that takes too long."""
        if self.is_running:
            with suppress(LabError):  # the shell inside may die with the host
                self._power_off()
        end = time.monotonic() + timeout
        while self.is_running and time.monotonic() < end:
            time.sleep(0.05)
        kill_all(self._cgroup)
        if self._container is not None:
            self._container.wait(10)
        self.link_down()  # or the kernel would still answer for it, and refuse connections

    @property
    def is_running(self) -> bool:
        """Whether its init lives."""
        return leader(self._cgroup) is not None

    @property
    def init(self) -> int:
        """Its process number 1, as the machine of the lab numbers it. Raises `LabError` while it is off."""
        pid = leader(self._cgroup)
        if pid is None:
            raise LabError(f"{self.name} is not running")
        return pid

    def sh(
        self, script: str, *, stdin: str = "", timeout: float = 60, check: bool = True, inside: Path | None = None
    ) -> str:
        """Run a script as root inside the host; what it printed. Raises `LabError` when it fails.

        `inside` is the `cgroup.procs` of a control group of the lab's machine that it is to run in.
        """
        enter = ["nsenter", "-t", str(self.init), "-m", "-u", "-i", "-n", "-p", "-C", "-r", "-w"]
        if inside is not None:
            enter = ["sh", "-c", f'echo $$ >{inside}; exec "$@"', "sh", *enter]
        clean = ["env", "-i", *(f"{name}={value}" for name, value in _CLEAN.items())]
        return run([*enter, *clean, "sh", "-c", script], stdin=stdin, timeout=timeout, check=check).stdout

    def link_down(self) -> None:
        """Pull the network cable."""
        self._network.set_link(self.name, up=False)

    def link_up(self) -> None:
        """Plug the network cable in."""
        self._network.set_link(self.name, up=True)

    @property
    def _console(self) -> Path:
        return self._premises.folder / f"{self.name}.console"

    def new_disk(self, name: str, mebibytes: int) -> Path:
        """The file of an empty disk, for `plug_in`. It goes with the lab."""
        image = self._premises.folder / f"{self.name}.{name}.img"
        with image.open("wb") as disk:
            disk.truncate(mebibytes * 2**20)
        return image

    def plug_in(self, image: Path) -> str:
        """Give the host a disk, or find it again; its device."""
        device = run(["losetup", "-j", image, "-O", "NAME", "-n"]).stdout.strip()
        device = device or run(["losetup", "--find", "--show", image]).stdout.strip()
        number = Path(device).stat().st_rdev
        self.sh(f"[ -e {device} ] || mknod {device} b {os.major(number)} {os.minor(number)}")
        return device

    def pull_out(self, image: Path) -> None:
        """Take a disk that nothing has mounted out of the host."""
        devices = run(["losetup", "-j", image, "-O", "NAME", "-n"]).stdout.split()
        detach(image)
        self.sh(f"rm -f {' '.join(devices)}")

    def _mount_data(self) -> None:
        device = self.plug_in(self._data)
        self.sh(f"echo '{device} {DATA} ext4 defaults 0 2' >>/etc/fstab; mount {DATA}")
