"""Root file systems of whole Debian servers, built once into the cache and copied for every boot."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.lab.commands import LabError, run
from tests.lab.premises import cache_folder, detach

SUITES = ("bullseye", "bookworm", "trixie")

PACKAGES = "systemd,systemd-sysv,dbus,openssh-server,iproute2,procps,sudo"

# Run as root inside the new root file system, with the network of the machine that builds it.
RECIPE = r"""
set -eu
read -r kind mirror suite rest </etc/apt/sources.list
{
  echo "deb $mirror $suite main"
  echo "deb $mirror $suite-updates main"
  case $mirror in */debian) echo "deb $mirror-security $suite-security main";; esac
} >/etc/apt/sources.list
apt_get() {
  DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=3 -o Acquire::Check-Valid-Until=false \
    -o Acquire::Languages=none -o DPkg::Use-Pty=0 "$@"
}
apt_get update
apt_get install -y --no-install-recommends cron chrony nftables \
  btrfs-progs lvm2 quota nut-server ipmitool openipmi
# One has the package managers of others at hand, for repositories of the lab; another mail and an antivirus. The oldest
# and the newest make backups.
case $suite in
  bullseye) apt_get install -y --no-install-recommends restic borgbackup ;;
  bookworm) apt_get install -y --no-install-recommends rpm createrepo-c dnf zypper ;;
  trixie) apt_get install -y --no-install-recommends clamav clamav-daemon clamdscan postfix \
    restic borgbackup rsnapshot ;;
esac
apt_get clean
useradd --create-home --shell /bin/bash --groups systemd-journal,adm rounds
# A container may not set the clock: the time service runs all the same, and leaves the clock alone. One follows itself.
case $suite in
  bookworm) printf 'local stratum 8\nallow\n' ;;
  *) echo 'server 192.0.2.12 iburst minpoll 0 maxpoll 2' ;;
esac >/etc/chrony/chrony.conf
echo 'DAEMON_OPTS="-x -F 0"' >/etc/default/chrony
mkdir -p /etc/systemd/system/chrony.service.d
printf '[Unit]\nConditionCapability=\n' >/etc/systemd/system/chrony.service.d/lab.conf
printf '127.0.0.1 localhost\n::1 localhost\n' >/etc/hosts
# A lab's host does nothing of its own accord, and each boot makes an identity of its own.
ln -s /dev/null /etc/systemd/system/apt-daily.timer
ln -s /dev/null /etc/systemd/system/apt-daily-upgrade.timer
ln -s /dev/null /etc/systemd/system/e2scrub_all.timer
# Nor does it serve what only a fault asks for: no UPS is watched here, no BMC asked, until then.
for unit in dm-event.socket lvm2-lvmpolld.socket lvm2-monitor.service blk-availability.service quota.service \
  quotarpc.service nut-driver.service nut-driver-enumerator.service nut-driver-enumerator.path nut-driver.target \
  nut-server.service nut-client.service nut-monitor.service nut.target openipmi.service ipmievd.service \
  clamav-daemon.service clamav-daemon.socket clamav-freshclam.service clamav-clamonacc.service postfix.service; do
  ln -sf /dev/null /etc/systemd/system/$unit
done
mkdir -p /opt/lab
mv "$(command -v upsc)" "$(command -v ipmitool)" /opt/lab
for program in clamscan clamd postqueue; do
  ! command -v $program >/dev/null || mv "$(command -v $program)" /opt/lab
done
rm -f /etc/ssh/ssh_host_*
: >/etc/resolv.conf
: >/etc/machine-id
"""

IMAGE_SIZE = "2G"  # sparse: a third of it is ever written


def image_path(suite: str) -> Path:
    """Where the image of a suite lies, or will lie. Another recipe is another file."""
    recipe = hashlib.sha256(f"{PACKAGES}{RECIPE}{IMAGE_SIZE}".encode()).hexdigest()[:8]
    return cache_folder() / f"{suite}.{recipe}.img"


def build_all() -> None:
    """Build every image that is not there yet, side by side. Raises `LabError`."""
    cache_folder().mkdir(parents=True, exist_ok=True)
    with _alone(), ThreadPoolExecutor(len(SUITES)) as pool:
        for _ in pool.map(_build, SUITES):
            pass


def _build(suite: str) -> None:
    image = image_path(suite)
    if image.exists():
        return
    tree = _tree(suite)
    part = image.with_suffix(".part")
    root = cache_folder() / f"{suite}.root"
    try:
        part.unlink(missing_ok=True)
        run(["mkfs.ext4", "-q", "-F", "-m", "1", "-L", suite, "-d", tree, part, IMAGE_SIZE], timeout=300)
        root.mkdir(exist_ok=True)
        run(["mount", "-o", "loop", part, root])
        try:
            _cook(suite, root)
        finally:
            run(["umount", root])
        for older in cache_folder().glob(f"{suite}.*.img"):
            older.unlink()
        part.rename(image)
    finally:
        with suppress(OSError):
            root.rmdir()
        part.unlink(missing_ok=True)


def _cook(suite: str, root: Path) -> None:
    resolver = Path("/etc/resolv.conf")
    if resolver.exists():
        (root / "etc/resolv.conf").write_bytes(resolver.read_bytes())
    # A namespace of its own for processes and mounts: whatever a package starts ends with it.
    enter: list[str | Path] = [
        "unshare",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        f"--mount-proc={root}/proc",
        "chroot",
        root,
    ]
    done = run([*enter, "sh", "-c", RECIPE], timeout=900, check=False)
    _log(suite).write_text(done.stdout + done.stderr, encoding="utf-8")
    if done.returncode != 0:
        raise LabError(f"{suite} could not be finished; see {_log(suite)}:\n{done.stderr[-2000:]}")


def _tree(suite: str) -> Path:
    """The folder debootstrap makes; whole or not there at all."""
    tree = cache_folder() / suite
    if tree.exists():
        return tree
    part = cache_folder() / f"{suite}.part"
    run(["rm", "-rf", "--one-file-system", part])
    mirror = os.environ.get("ROUNDS_LAB_MIRROR")
    command: list[str | Path] = [
        "debootstrap",
        "--variant=minbase",
        f"--include={PACKAGES}",
        suite,
        part,
        *([mirror] if mirror else []),
    ]
    for attempt in (1, 2, 3):
        done = run(command, timeout=1500, check=False)
        _log(suite).write_text(done.stdout + done.stderr, encoding="utf-8")
        if done.returncode == 0:
            part.rename(tree)
            return tree
        if attempt < 3:
            run(["rm", "-rf", "--one-file-system", part])
    raise LabError(f"debootstrap of {suite} failed; see {_log(suite)}:\n{done.stdout[-1000:]}{done.stderr[-1000:]}")


def _log(suite: str) -> Path:
    return cache_folder() / f"{suite}.log"


@contextmanager
def _alone() -> Iterator[None]:
    """One builder at a time: another run waits, and then finds everything built."""
    with (cache_folder() / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for suite in SUITES:  # what a killed builder left
            root = cache_folder() / f"{suite}.root"
            if root.is_mount():
                run(["umount", "--lazy", root], check=False)
            for part in cache_folder().glob(f"{suite}.*.part"):
                detach(part)
        yield
