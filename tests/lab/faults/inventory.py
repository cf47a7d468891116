"""What appears overnight: a package, a port, a user, and other things that a host is made of."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager

from tests.lab.commands import run
from tests.lab.host import LabHost

PACKAGE = "lab-portal"
"""What `new_package` installs, in version 1.0-1, and `newer_package` brings to 1.1-1."""

NEW_PORT = 8443
NEW_USER = "contractor"
NEW_ADDRESS = "192.0.2.99/32"


@contextmanager
def new_package(host: LabHost) -> Iterator[str]:
    """A package was installed. Yields its name."""
    _install(host, "1.0-1")
    try:
        yield PACKAGE
    finally:
        host.sh(f"dpkg --purge {PACKAGE}")


@contextmanager
def newer_package(host: LabHost) -> Iterator[tuple[str, str, str]]:
    """`new_package` is there, and was brought to another version. Yields its name, and both versions."""
    _install(host, "1.1-1")
    try:
        yield PACKAGE, "1.0-1", "1.1-1"
    finally:
        _install(host, "1.0-1")


def _install(host: LabHost, version: str) -> None:
    control = (
        f"Package: {PACKAGE}",
        f"Version: {version}",
        "Architecture: all",
        "Maintainer: Lab <lab@example.org>",
        "Description: what appears overnight",
    )
    # In /run: nothing of it is left in the host's own folders.
    host.sh(
        "set -e; folder=$(mktemp -d /run/lab-package.XXXXXX); chmod 755 $folder; mkdir -m 755 -p $folder/tree/DEBIAN\n"
        f"printf '%s\\n' {shlex.join(control)} >$folder/tree/DEBIAN/control\n"
        "dpkg-deb --build $folder/tree $folder/it.deb >/dev/null; dpkg -i $folder/it.deb >/dev/null 2>&1; rm -r $folder"
    )


@contextmanager
def new_port(host: LabHost) -> Iterator[str]:
    """A new service, `lab-web.service`, listens on a port, and is started at boot. Yields `tcp/<port>`."""
    unit = "/etc/systemd/system/lab-web.service"
    lines = (
        "[Service]",
        f"ExecStart=/usr/bin/systemd-socket-activate -l {NEW_PORT} /bin/cat",
        "[Install]",
        "WantedBy=multi-user.target",
    )
    host.sh(
        f"printf '%s\\n' {shlex.join(lines)} >{unit}; systemctl daemon-reload; "
        "systemctl enable --now lab-web.service 2>/dev/null"
    )
    listens = f"ss -Hltn 'sport = :{NEW_PORT}' | grep -q ."
    host.sh(f"i=0; until {listens}; do i=$((i+1)); [ $i -lt 50 ] || exit 1; sleep 0.1; done")
    try:
        yield f"tcp/{NEW_PORT}"
    finally:
        host.sh(f"systemctl disable --now lab-web.service 2>/dev/null; rm -f {unit}; systemctl daemon-reload")


@contextmanager
def new_user(host: LabHost) -> Iterator[str]:
    """Somebody made an account. Yields its name."""
    # The busybox host has no program for it.
    by_hand = f"echo '{NEW_USER}:x:1001:1001::/home/{NEW_USER}:/bin/sh' >>/etc/passwd"
    host.sh(f"useradd --create-home --shell /bin/sh {NEW_USER}" if host.has_systemd else by_hand)
    try:
        yield NEW_USER
    finally:
        host.sh(
            f"userdel --remove {NEW_USER} 2>/dev/null" if host.has_systemd else f"sed -i /^{NEW_USER}:/d /etc/passwd"
        )


@contextmanager
def new_address(host: LabHost) -> Iterator[str]:
    """The host has one more address. Yields it, with its length."""
    device = host.sh("ip -o -4 addr show scope global | sed -n '1s/^[0-9]*: *\\([^ @]*\\).*/\\1/p'").strip()
    host.sh(f"ip addr add {NEW_ADDRESS} dev {device}")
    try:
        yield NEW_ADDRESS
    finally:
        host.sh(f"ip addr del {NEW_ADDRESS} dev {device}")


@contextmanager
def changed_parameter(host: LabHost) -> Iterator[tuple[str, str, str]]:
    """A parameter of the kernel was set. Yields its name, and its values before and after.

    One of the network's: only these are a host's own here.
    """
    name, path = "net.ipv4.tcp_keepalive_time", "/proc/sys/net/ipv4/tcp_keepalive_time"
    before = host.sh(f"cat {path}").strip()
    after = str(int(before) // 2)
    _set(host, path, after)
    try:
        yield name, before, after
    finally:
        _set(host, path, before)


def _set(host: LabHost, path: str, value: str) -> None:
    """From outside: a container may only read its parameters."""
    run(["nsenter", "-t", str(host.init), "-n", "sh", "-c", f"echo {value} >{path}"])


@contextmanager
def new_job(host: LabHost) -> Iterator[tuple[str, str]]:
    """Cron has a new job, whose command holds a password. Yields its file with the program, and its schedule."""
    path, program = "/etc/cron.d/lab-night", "/usr/local/bin/lab-night"
    host.sh(f"printf '7 3 * * * root %s --password PlantedSecret\\n' {program} >{path}")
    try:
        yield f"{path} {program}", "7 3 * * * as root"
    finally:
        host.sh(f"rm {path}")


@contextmanager
def other_name(host: LabHost) -> Iterator[tuple[str, str]]:
    """The host was renamed. Yields both names."""
    before = host.sh("cat /proc/sys/kernel/hostname").strip()
    host.sh("hostname lab-renamed")
    try:
        yield before, "lab-renamed"
    finally:
        host.sh(f"hostname {shlex.quote(before)}")
