"""What goes wrong on servers, done to a lab's host for real, and mended when the `with` block ends."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.lab.host import DATA, LabHost

BACKUPS = "/var/backups/db"
"""Where `lay_backups` puts its files, as `db-<n>.gz`; `db-0.gz` is the newest."""


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


@contextmanager
def stopped_service(host: LabHost) -> Iterator[str]:
    """The clock daemon is stopped. Yields its name: a unit under systemd, a process elsewhere."""
    name = "cron" if host.has_systemd else "crond"
    host.sh("systemctl stop cron" if host.has_systemd else "killall crond")
    try:
        yield name
    finally:
        host.sh("systemctl start cron" if host.has_systemd else "crond")
        # Started is said before the program has taken its name.
        host.sh(f"i=0; until pidof {name}; do i=$((i+1)); [ $i -lt 50 ] || exit 1; sleep 0.1; done", timeout=10)


@contextmanager
def failed_unit(host: LabHost) -> Iterator[str]:
    """A unit of systemd has failed. Yields its name."""
    unit = "lab-broken.service"
    host.sh(f"printf '[Service]\\nType=oneshot\\nExecStart=/bin/false\\n' >/run/systemd/system/{unit}")
    host.sh(f"systemctl daemon-reload; systemctl start {unit}", check=False)
    try:
        yield unit
    finally:
        host.sh(
            f"rm -f /run/systemd/system/{unit}; systemctl daemon-reload; systemctl reset-failed {unit}", check=False
        )


@contextmanager
def reboot_required(host: LabHost) -> Iterator[str]:
    """A package asked for a reboot, as Debian's notifier writes it down. Yields the package."""
    package = "linux-image-amd64"
    host.sh(f"echo '*** System restart required ***' >/run/reboot-required; echo {package} >/run/reboot-required.pkgs")
    try:
        yield package
    finally:
        host.sh("rm -f /run/reboot-required /run/reboot-required.pkgs")


def lay_backups(host: LabHost, copies: int = 7) -> str:
    """A healthy set of backups: one a day, the newest an hour old, each of 100 kB. Returns its pattern."""
    host.sh(
        f"rm -rf {BACKUPS}; mkdir -p {BACKUPS}; cd {BACKUPS}; now=$(date +%s)\n"
        f"i=0; while [ $i -lt {copies} ]; do\n"
        "  head -c 100000 /dev/urandom >db-$i.gz; touch -d @$((now - 3600 - 86400 * i)) db-$i.gz; i=$((i+1))\n"
        "done; chmod -R a+rX ."
    )
    return f"{BACKUPS}/*.gz"


@contextmanager
def old_backups(host: LabHost, hours: int = 48) -> Iterator[str]:
    """No backup was made for `hours`: all that `lay_backups` laid has grown older. Yields the newest file."""
    _shift(host, -hours * 3600)
    try:
        yield f"{BACKUPS}/db-0.gz"
    finally:
        _shift(host, hours * 3600)


@contextmanager
def missing_backups(host: LabHost, copies: int = 5) -> Iterator[int]:
    """The oldest `copies` of what `lay_backups` laid are gone. Yields how many are left."""
    aside = f"{BACKUPS}.aside"
    names = f"$(ls -tr {BACKUPS}/*.gz | head -n {copies})"
    host.sh(f"mkdir {aside}; mv {names} {aside}/")
    try:
        yield int(host.sh(f"ls {BACKUPS}/*.gz | wc -l"))
    finally:
        host.sh(f"mv {aside}/*.gz {BACKUPS}/; rmdir {aside}")


@contextmanager
def unplugged(host: LabHost) -> Iterator[str]:
    """The network cable is pulled. Yields the address that no longer answers."""
    host.link_down()
    try:
        yield host.address
    finally:
        host.link_up()


@contextmanager
def switched_off(host: LabHost) -> Iterator[str]:
    """The host is shut down; it boots again at the end. Yields its address."""
    host.stop()
    try:
        yield host.address
    finally:
        host.start()


@contextmanager
def changed_host_key(host: LabHost) -> Iterator[str]:
    """The host shows another key than the one that is known. Yields the new key, as known_hosts has it."""
    key = host.host_key_file
    host.sh(
        f"for f in {key} {key}.pub; do [ ! -e $f ] || mv $f $f.true; done; {host.make_host_key}; {host.restart_ssh}"
    )
    try:
        yield host.host_key
    finally:
        host.sh(f"for f in {key} {key}.pub; do [ ! -e $f.true ] || mv $f.true $f; done; {host.restart_ssh}")


def _shift(host: LabHost, seconds: int) -> None:
    host.sh(f'for f in {BACKUPS}/*.gz; do touch -d @$(($(stat -c %Y "$f") + {seconds})) "$f"; done')
