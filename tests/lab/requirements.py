"""Whether this machine can build the lab."""

import os
import shutil
import sys

from tests.lab.commands import LabError, LabUnavailable, run
from tests.lab.premises import cgroup_root

_PROGRAMS = {  # program: the Debian package that has it
    "debootstrap": "debootstrap",
    "systemd-nspawn": "systemd-container",
    "dropbear": "dropbear-bin",
    "busybox": "busybox-static",
    "ip": "iproute2",
    "ssh": "openssh-client",
    "mkfs.ext4": "e2fsprogs",
    "losetup": "mount",
    "unshare": "util-linux",
    "nsenter": "util-linux",
}


def demand() -> None:
    """Raises `LabUnavailable` with the first thing that is missing."""
    if not sys.platform.startswith("linux"):
        raise LabUnavailable("the lab is made of Linux namespaces")
    if os.geteuid() != 0:
        raise LabUnavailable("the lab needs root: it makes namespaces, mounts and loop devices")
    missing = sorted({package for program, package in _PROGRAMS.items() if not shutil.which(program)})
    if missing:
        raise LabUnavailable(f"not installed: apt-get install {' '.join(missing)}")
    if run(["sh", "-c", 'ldd "$(command -v busybox)"'], check=False).returncode == 0:
        raise LabUnavailable("busybox needs libraries: apt-get install busybox-static")
    cgroup_root()
    for what, argv in {
        "namespaces": ["unshare", "--mount", "--pid", "--net", "--fork", "true"],
        "loop devices": ["losetup", "--find"],
    }.items():
        try:
            run(argv)
        except LabError as error:
            raise LabUnavailable(f"no {what} here: {error}") from error
