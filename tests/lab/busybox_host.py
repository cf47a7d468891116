"""A host that is busybox and dropbear and nothing else: what an appliance looks like from outside."""

import os
import re
import shutil
from pathlib import Path

from tests.lab.commands import run
from tests.lab.host import LabHost

_FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nrounds:x:1000:1000::/home/rounds:/bin/sh\n",
    "etc/group": "root:x:0:\nrounds:x:1000:\n",
    "etc/shadow": "root:*:19000:0:99999:7:::\nrounds:*:19000:0:99999:7:::\n",
    "etc/shells": "/bin/sh\n",
    "etc/inittab": (
        "::sysinit:/etc/init.d/rcS\n"
        "::respawn:/sbin/syslogd -n\n"
        "::respawn:/usr/sbin/dropbear -F -r /etc/dropbear/host_key\n"
        "::ctrlaltdel:/sbin/reboot\n"
    ),
    "etc/init.d/rcS": "#!/bin/sh\nhostname -F /etc/hostname\nmkdir -p /var/spool/cron/crontabs\ncrond\n",
}
_FOLDERS = (
    *("bin", "dev", "etc/dropbear", "etc/init.d", "home", "proc", "root", "run", "sbin", "sys", "tmp"),
    *("usr/bin", "usr/sbin", "var/lib", "var/log", "var/run"),
)
_DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "tty": (5, 0)}

# Run in namespaces of its own; the shell becomes the host's init.
_BOOT = r"""
set -eu
mount --make-rprivate /
mount -t proc -o nosuid,nodev,noexec proc "$1/proc"
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$1/sys"
mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts "$1/dev/pts"
exec chroot "$1" /sbin/init
"""


_LISTENS = "cat /proc/net/tcp /proc/net/tcp6 | grep -q ':0016 .* 0A '"  # port 22, in state LISTEN


class BusyboxHost(LabHost):
    """A busybox host with dropbear as its SSH server."""

    has_systemd = False
    host_key_file = "/etc/dropbear/host_key"
    make_host_key = f"dropbearkey -t ed25519 -f {host_key_file} >/dev/null"
    restart_ssh = (
        "for old in $(pidof dropbear); do kill $old; while [ -d /proc/$old ]; do sleep 0.05; done; done; "
        f"until {_LISTENS}; do sleep 0.05; done"
    )

    def _lay_root(self, image: Path) -> None:
        tree = self._premises.folder / f"{self.name}.tree"
        for folder in _FOLDERS:
            (tree / folder).mkdir(parents=True)
        (tree / "tmp").chmod(0o1777)
        for name, text in _FILES.items():
            (tree / name).write_text(text, encoding="ascii")
        (tree / "etc/shadow").chmod(0o600)
        (tree / "etc/init.d/rcS").chmod(0o755)
        shutil.copy2(_program("busybox"), tree / "bin/busybox")
        run(["chroot", tree, "/bin/busybox", "--install", "-s"])
        for name in ("dropbear", "dropbearkey"):
            _copy_with_libraries(_program(name), tree)
        run(["mkfs.ext4", "-q", "-F", "-L", "busybox", "-d", tree, image, "64M"])
        shutil.rmtree(tree)

    def _prepare(self, root: Path, authorized_key: str) -> None:
        (root / "etc/hostname").write_text(f"{self.name}\n", encoding="ascii")
        (root / "etc/hosts").write_text(f"127.0.0.1 localhost {self.name}\n", encoding="ascii")
        for name, (major, minor) in _DEVICES.items():
            run(["mknod", "-m", "666", root / "dev" / name, "c", str(major), str(minor)])
        (root / "dev/pts").mkdir()
        (root / "dev/ptmx").symlink_to("pts/ptmx")
        run(["dropbearkey", "-t", "ed25519", "-f", f"{root}{self.host_key_file}"])
        folder = root / "home" / self.user / ".ssh"
        folder.mkdir(parents=True)
        (folder / "authorized_keys").write_text(authorized_key + "\n", encoding="ascii")
        folder.chmod(0o700)
        run(["chown", "-R", "1000:1000", folder.parent])

    @property
    def host_key(self) -> str:
        shown = run(["dropbearkey", "-y", "-f", f"{self._root}{self.host_key_file}"]).stdout
        match = re.search(r"^(ssh-ed25519 \S+)", shown, re.MULTILINE)
        assert match, shown
        return match[1]

    def _boot_command(self, root: Path) -> list[str]:
        network = ["ip", "netns", "exec", self._premises.namespace(self.name)]
        apart = ["unshare", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child"]
        return [*network, *apart, "sh", "-c", _BOOT, "sh", str(root)]

    def _is_up(self) -> bool:
        return "up" in self.sh(f"{_LISTENS} && pidof crond >/dev/null && echo up", check=False)

    def _power_off(self) -> None:
        self.sh("poweroff")


def _program(name: str) -> Path:
    path = shutil.which(name)
    assert path, f"{name} is not installed"
    return Path(os.path.realpath(path))


def _copy_with_libraries(program: Path, tree: Path) -> None:
    libraries = re.findall(r"(/\S+) \(0x", run(["ldd", program]).stdout)
    for path in (program, *map(Path, libraries)):
        target = tree / path.relative_to("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
