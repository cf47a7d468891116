"""Where everything of one lab lies, so that it can be torn down from its name alone, by whatever process."""

import fcntl
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.lab.commands import LabUnavailable, run

PREFIX = "rounds-lab-"
BY_HAND = PREFIX + "by-hand"
_NETWORKS = Path("/run/netns")
_NSPAWN = Path("/run/systemd/nspawn/propagate")


def cache_folder() -> Path:
    """Where root file systems and running labs lie: `ROUNDS_LAB_CACHE`, or a folder below /var/cache."""
    return Path(os.environ.get("ROUNDS_LAB_CACHE", "/var/cache/rounds-lab"))


def cgroup_root() -> Path:
    """The unified control group hierarchy, on pure and on hybrid machines."""
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        _, mount, kind, *_ = line.split(" ")
        if kind == "cgroup2":
            return Path(mount)
    raise LabUnavailable("no cgroup2 hierarchy is mounted")


@dataclass(frozen=True)
class Premises:
    """The folder, the control groups and the network namespaces of the lab called `name`."""

    name: str

    @property
    def folder(self) -> Path:
        return cache_folder() / "labs" / self.name

    @property
    def monitor(self) -> str:
        """The network namespace the monitor runs in."""
        return f"{self.name}-mon"

    def namespace(self, host: str) -> str:
        """The network namespace of a host."""
        return f"{self.name}-{host}"

    def machine(self, host: str) -> str:
        """The name of a host among all the containers of this machine."""
        return f"{self.name}-{host}"

    def cgroup(self, host: str = "") -> Path:
        """The control group that holds every process of a host, or of the whole lab."""
        return cgroup_root() / self.name / host

    def occupy(self) -> None:
        """Take the name. From now on `demolish` finds whatever is made under it."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        # The folder appears with its owner in it: another run that sees one without takes it for left behind.
        coming = Path(tempfile.mkdtemp(prefix=f".{self.name}-", dir=self.folder.parent))
        owner = {"by_hand": True} if self.name == BY_HAND else _identity(os.getpid())
        (coming / "owner").write_text(json.dumps(owner), encoding="utf-8")
        coming.rename(self.folder)
        self.cgroup().mkdir()

    @property
    def is_stale(self) -> bool:
        """Whether the process that made it is gone. A lab made by hand stays until it is taken down by hand."""
        try:
            owner = json.loads((self.folder / "owner").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return True
        return not owner.get("by_hand") and owner != _identity(owner.get("pid", 0))

    def demolish(self) -> None:
        """Take everything down, whatever state it is in. Nothing that is not of this lab is touched."""
        kill_all(self.cgroup())
        for path in _NETWORKS.glob(f"{self.name}-*"):
            run(["ip", "netns", "del", path.name], check=False)
        for mount in _mounts_below(self.folder):
            run(["umount", "--lazy", mount], check=False)
        for image in self.folder.glob("*.img"):
            detach(image)
        for path in _NSPAWN.glob(f"{self.name}-*"):
            with suppress(OSError):
                path.rmdir()
        remove_cgroup(self.cgroup())
        shutil.rmtree(self.folder, ignore_errors=True)


def all_premises() -> list[Premises]:
    """Every lab whose folder lies in this cache."""
    return [Premises(path.name) for path in sorted((cache_folder() / "labs").glob(PREFIX + "*"))]


def demolish_stale() -> list[str]:
    """Remove what crashed runs left behind; returns the names. One run at a time does it: another waits."""
    cache_folder().mkdir(parents=True, exist_ok=True)
    with (cache_folder() / ".demolition").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stale = [premises for premises in all_premises() if premises.is_stale]
        for premises in stale:
            premises.demolish()
        return [premises.name for premises in stale]


def processes(cgroup: Path) -> Iterator[int]:
    """Every process in a control group and below it."""
    for path in cgroup.rglob("cgroup.procs"):
        with suppress(OSError):
            yield from map(int, path.read_text(encoding="ascii").split())


def leader(cgroup: Path) -> int | None:
    """The process that is number 1 in a process namespace of its own: a host's init."""
    for pid in processes(cgroup):
        with suppress(OSError):
            status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
            match = re.search(r"^NSpid:\t\d+\t(?:\d+\t)*1$", status, re.MULTILINE)
            if match:
                return pid
    return None


def kill_all(cgroup: Path) -> None:
    """Kill every process in a control group; a host's init first, so that its container tool cleans up after itself."""
    if not cgroup.is_dir():
        return
    for folder in (cgroup, *cgroup.iterdir()):
        pid = leader(folder) if folder.is_dir() else None
        if pid:
            _kill(pid)
    if not _empty_within(cgroup, seconds=3):
        (cgroup / "cgroup.kill").write_text("1", encoding="ascii")
        _empty_within(cgroup, seconds=5)


def remove_cgroup(cgroup: Path) -> None:
    """Remove an empty control group with all below it."""
    for folder in sorted(cgroup.rglob("*/"), key=lambda path: -len(path.parts)):
        with suppress(OSError):
            folder.rmdir()
    with suppress(OSError):
        cgroup.rmdir()


def detach(image: Path) -> None:
    """Give back the loop devices of an image file."""
    for line in run(["losetup", "-j", image, "-O", "NAME", "-n"], check=False).stdout.split():
        run(["losetup", "-d", line], check=False)


def _empty_within(cgroup: Path, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while any(True for _ in processes(cgroup)):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, 9)


def _mounts_below(folder: Path) -> list[str]:
    lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    mounts = [line.split(" ")[1] for line in lines]
    return [mount for mount in reversed(mounts) if mount.startswith(f"{folder}/")]


def _identity(pid: int) -> dict[str, object]:
    """A process that cannot be mistaken for a later one with the same number."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    started = stat.rpartition(")")[2].split()[19]
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return {"pid": pid, "started": started, "boot": boot}
