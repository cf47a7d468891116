"""What goes wrong with disks and mounts."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab.host import DATA, LabHost

REMOTE = "/mnt/remote"
"""Where `remote_file_system` is mounted."""

_DAEMON = """
import ctypes, os, sys
from tests.fuse_daemon import serve
libc = ctypes.CDLL(None, use_errno=True)
inside = os.open(f"/proc/{sys.argv[1]}/ns/mnt", os.O_RDONLY)
root = os.open(f"/proc/{sys.argv[1]}/root", os.O_RDONLY)
assert libc.setns(inside, 0x00020000) == 0, os.strerror(ctypes.get_errno())
os.fchdir(root)
os.chroot(".")
serve(sys.argv[2])
"""


@contextmanager
def full_file_system(host: LabHost) -> Iterator[str]:
    """The data disk has no byte left. Yields the mount point."""
    host.sh(f"dd if=/dev/zero of={DATA}/filler bs=65536 2>/dev/null || sync")
    try:
        yield DATA
    finally:
        host.sh(f"rm -f {DATA}/filler; sync")


@contextmanager
def no_inodes_left(host: LabHost) -> Iterator[str]:
    """The data disk can hold no more files, though it has room. Yields the mount point."""
    host.sh(f"mkdir {DATA}/crowd; cd {DATA}/crowd; i=0; while printf '' >f$i; do i=$((i+1)); done 2>/dev/null; true")
    try:
        yield DATA
    finally:
        host.sh(f"rm -rf {DATA}/crowd; sync")


@contextmanager
def read_only_file_system(host: LabHost) -> Iterator[str]:
    """The data disk is mounted read-only, as the kernel does after an error. Yields the mount point."""
    host.sh(f"mount -o remount,ro {DATA}")
    try:
        yield DATA
    finally:
        host.sh(f"mount -o remount,rw {DATA}")


@contextmanager
def unmounted(host: LabHost) -> Iterator[str]:
    """The data disk stands in fstab and is not mounted. Yields the mount point."""
    host.sh(f"umount {DATA}")
    try:
        yield DATA
    finally:
        host.sh(f"mount {DATA}")


def fill(host: LabHost, percent: int) -> None:
    """Let one more file on the data disk grow, until `percent` of the disk are used."""
    host.sh(
        f"set -- $(df -kP {DATA} | tail -n 1); more=$(( ($3 + $4) * {percent} / 100 - $3 )); "
        f"[ $more -le 0 ] || dd if=/dev/zero bs=1024 count=$more 2>/dev/null >>{DATA}/growing; sync"
    )


def clean_up(host: LabHost) -> None:
    """Take away what `fill` wrote."""
    host.sh(f"rm -f {DATA}/growing; sync")


@contextmanager
def remote_file_system(host: LabHost) -> Iterator[subprocess.Popen[bytes]]:
    """A file system behind a daemon, as NFS and sshfs are, that answers. Yields the daemon."""
    host.sh(f"mkdir -p {REMOTE}; [ -e /dev/fuse ] || mknod -m 666 /dev/fuse c 10 229")
    daemon = subprocess.Popen(
        [sys.executable, "-c", _DAEMON, str(host.init), REMOTE], cwd=Path(__file__).parents[3], env=dict(os.environ)
    )
    try:
        host.sh(
            f"i=0; until grep -q ' {REMOTE} ' /proc/mounts; do i=$((i+1)); [ $i -lt 100 ] || exit 1; sleep 0.1; done"
        )
        yield daemon
    finally:
        daemon.kill()
        daemon.wait(20)
        host.sh(f"umount -l {REMOTE}", check=False)


@contextmanager
def hung(daemon: subprocess.Popen[bytes]) -> Iterator[str]:
    """The daemon of a `remote_file_system` does not answer any more. Yields the mount point."""
    daemon.send_signal(signal.SIGSTOP)
    try:
        yield REMOTE
    finally:
        daemon.send_signal(signal.SIGCONT)
