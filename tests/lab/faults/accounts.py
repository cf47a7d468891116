"""What goes wrong with accounts, and with who may do what."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab.host import LabHost

DAY = 86400
HASH = "$6$PlantedSalt$PlantedHashThatMustNotBeSeenAnywhereOutsideOfTheHost"
"""Of every password that is made here; of no real one."""


@contextmanager
def second_superuser(host: LabHost) -> Iterator[str]:
    """An account beside root's has its number. Yields it."""
    with _account(host, "toor", 0, "/root", f"{HASH}:{{today}}:5:30:7:::") as name:
        yield name


@contextmanager
def empty_password(host: LabHost) -> Iterator[str]:
    """An account needs no password. Yields it."""
    with _account(host, "kiosk", 4001, "/home/kiosk", ":{today}:5:30:7:::") as name:
        yield name


@contextmanager
def old_password(host: LabHost) -> Iterator[str]:
    """A password is sixty days old. Yields the account."""
    with _account(host, "clerk", 4002, "/home/clerk", f"{HASH}:{{two_months_ago}}:5:30:7:::") as name:
        yield name


@contextmanager
def idle_account(host: LabHost) -> Iterator[str]:
    """Nobody has used an account for sixty days. Yields it."""
    uid = 4003
    with _account(host, "trainee", uid, "/home/trainee", f"{HASH}:{{two_months_ago}}:5:30:7:::") as name:
        _last_login(host, uid, 60 * DAY)
        yield name


def used_again(host: LabHost) -> None:
    """Somebody logs in to what `idle_account` made."""
    _last_login(host, 4003, 60)


def _last_login(host: LabHost, uid: int, ago: int) -> None:
    """As sshd and login write it: at the account's number in a file of records."""
    record = f"print pack('l a32 a256', time - {ago}, 'pts/0', '192.0.2.77')"
    host.sh(f'perl -e "{record}" | dd of=/var/log/lastlog bs=292 seek={uid} conv=notrunc 2>/dev/null')


@contextmanager
def expired_account(host: LabHost) -> Iterator[str]:
    """An account expired two months ago, and nobody has disabled it. Yields it."""
    with _account(host, "lodger", 4004, "/home/lodger", f"{HASH}:{{today}}:5:30:7::{{two_months_ago}}:") as name:
        yield name


def disabled(host: LabHost, name: str) -> None:
    """An administrator locks an account."""
    host.sh(f"usermod --lock {name}")


@contextmanager
def _account(host: LabHost, name: str, uid: int, home: str, shadow: str) -> Iterator[str]:
    """By hand, as an intruder makes it, and for busybox, which has no program for it."""
    today = int(host.sh("date +%s")) // DAY
    secret = shadow.format(today=today, two_months_ago=today - 60)
    host.sh("cat >>/etc/passwd", stdin=f"{name}:x:{uid}:{uid}::{home}:/bin/sh\n")
    host.sh("cat >>/etc/shadow", stdin=f"{name}:{secret}\n")
    try:
        yield name
    finally:
        host.sh(f"sed -i /^{name}:/d /etc/passwd /etc/shadow")


@contextmanager
def new_key(host: LabHost, account: str = "root") -> Iterator[str]:
    """A key more opens an account. Yields its fingerprint."""
    file = _keys(account)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "key")
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "intruder", "-f", path], check=True)
        public = path.with_suffix(".pub").read_text("ascii")
        told = subprocess.run(["ssh-keygen", "-lf", path], check=True, capture_output=True, text=True).stdout
    host.sh(f"mkdir -p {Path(file).parent}; cat >>{file}", stdin=public)
    try:
        yield told.split()[1]
    finally:
        host.sh(f"sed -i '/ intruder$/d' {file}")


@contextmanager
def closed_home(host: LabHost) -> Iterator[str]:
    """Nobody but root may look into root's home, as is usual elsewhere. Yields the item that says so."""
    mode = host.sh("stat -c %a /root").strip()
    host.sh("chmod 700 /root")
    try:
        yield "closed accounts"
    finally:
        host.sh(f"chmod {mode} /root")


@contextmanager
def writable_keys(host: LabHost, account: str = "root") -> Iterator[str]:
    """Everybody may add keys to an account that has some; sshd takes none of them any more. Yields the account."""
    file = _keys(account)
    mode = host.sh(f"stat -c %a {file}").strip()
    host.sh(f"chmod 666 {file}")
    try:
        yield account
    finally:
        host.sh(f"chmod {mode} {file}")


def _keys(account: str) -> str:
    home = "/root" if account == "root" else f"/home/{account}"
    return f"{home}/.ssh/authorized_keys"


@contextmanager
def sudo_for_everything(host: LabHost) -> Iterator[str]:
    """Somebody may do all, and without a password. Yields whom the rule is about."""
    file = "/etc/sudoers.d/lab-intruder"
    # Put in place whole: sudo minds its mode, and the agent itself goes through sudo.
    host.sh(f"umask 337; echo 'games ALL=(ALL) NOPASSWD: ALL' >/run/lab-intruder; mv /run/lab-intruder {file}")
    try:
        yield "games"
    finally:
        host.sh(f"rm -f {file}")


@contextmanager
def lockout(host: LabHost) -> Iterator[None]:
    """For once a cure: pam_faillock is set up as the manual wants it."""
    auth, account, settings = "/etc/pam.d/common-auth", "/etc/pam.d/common-account", "/etc/security/faillock.conf"
    host.sh(
        f"mkdir /run/lab-pam; cp -a {auth} {account} {settings} /run/lab-pam/\n"
        f"sed -i 's/^auth.*pam_unix.*/auth required pam_faillock.so preauth\\nauth [success=2 default=ignore] "
        f"pam_unix.so nullok\\nauth [default=die] pam_faillock.so authfail/' {auth}\n"
        f"echo 'account required pam_faillock.so' >>{account}; printf 'deny = 5\\nunlock_time = 900\\n' >>{settings}"
    )
    try:
        yield
    finally:
        host.sh(
            f"cd /run/lab-pam; cp -a common-auth common-account /etc/pam.d/; cp -a faillock.conf {settings}\n"
            "cd /; rm -r /run/lab-pam"
        )


@contextmanager
def joined_sudo(host: LabHost, name: str) -> Iterator[str]:
    """An account that was there becomes an administrator's. Yields the group."""
    host.sh(f"usermod --append --groups sudo {name}")
    try:
        yield "sudo"
    finally:
        host.sh(f"gpasswd --delete {name} sudo")
