"""Who gets in: passwords that are guessed, an sshd that lets more in, a firewall that is off, logs cut short."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.lab.host import LabHost
from tests.lab.lab import Lab

GUESSER = "192.0.2.66"
"""From where passwords are guessed: an address of nobody's own, so that the agent is not shut out with it."""

_OWNER = "lab-owner"
_PASSWORD = "Planted-7lab"

# Several tries a connection, and not too many connections: newer versions of sshd shut out who fails too often.
_GUESS = """
import socket, sys
import paramiko
source, address, user, password, connections = sys.argv[1:]
for number in range(int(connections)):
    channel = socket.socket()
    channel.settimeout(20)
    channel.bind((source, 0))
    channel.connect((address, 22))
    transport = paramiko.Transport(channel)
    transport.auth_timeout = 20
    try:
        transport.start_client(timeout=20)
        for _ in range(5):
            try:
                transport.auth_password(user, password, fallback=False)
                break
            except paramiko.BadAuthenticationType:
                break
            except paramiko.AuthenticationException:
                pass
    except (EOFError, paramiko.SSHException):
        pass
    finally:
        transport.close()
"""

RULES = """
table inet filter {
    chain input {
        type filter hook input priority 0; policy drop;
        iif lo accept
        ct state established,related accept
        ip saddr 192.0.2.0/24 tcp dport 22 accept
        meta l4proto { 1, 58 } accept
        udp dport 123 accept
    }
}
"""


@contextmanager
def guesser(lab: Lab) -> Iterator[str]:
    """Somebody in the hosts' network who guesses passwords. Yields the address."""
    place = [f"{GUESSER}/24", "dev", "bridge"]
    lab.run_in_monitor(["ip", "addr", "add", *place], check=True)
    try:
        yield GUESSER
    finally:
        lab.run_in_monitor(["ip", "addr", "del", *place], check=True)


def _guess(lab: Lab, host: LabHost, user: str, password: str, connections: int) -> None:
    words = [GUESSER, host.address, user, password, str(connections)]
    lab.run_in_monitor([sys.executable, "-c", _GUESS, *words], timeout=120, check=True)


@contextmanager
def guessed_passwords(lab: Lab, host: LabHost) -> Iterator[str]:
    """Passwords of root and of nobody are tried, none fits. Yields the source."""
    try:
        _guess(lab, host, "root", "Planted-wrong", 2)
        _guess(lab, host, "Planted-typed-word", "Planted-wrong", 1)
        yield GUESSER
    finally:
        forget_logins(host)


@contextmanager
def found_password(lab: Lab, host: LabHost) -> Iterator[str]:
    """A password is tried until it fits. Yields the account."""
    host.sh(f"useradd --shell /bin/true {_OWNER}; echo {_OWNER}:{_PASSWORD} | chpasswd")
    try:
        _guess(lab, host, _OWNER, "Planted-wrong", 1)
        _guess(lab, host, _OWNER, _PASSWORD, 1)
        yield _OWNER
    finally:
        host.sh(f"userdel {_OWNER}", check=False)
        forget_logins(host)


def forget_logins(host: LabHost) -> None:
    """As if an hour and a day had passed: the log begins anew."""
    if host.has_systemd:
        host.sh("sleep 1.1; journalctl --quiet --rotate --vacuum-time=1s; logger -p auth.info begins")
    else:
        host.sh(": >/var/log/messages; logger -p auth.info begins")


@contextmanager
def loosened_sshd(host: LabHost) -> Iterator[str]:
    """sshd lets root in with a password, and one user without any. Yields the keyword."""
    path = "/etc/ssh/sshd_config.d/lab.conf"
    host.sh(f"printf 'PermitRootLogin yes\\nMatch User guest\\n  PermitEmptyPasswords yes\\n' >{path}")
    try:
        yield "permitrootlogin"
    finally:
        host.sh(f"rm {path}")


@contextmanager
def firewall(host: LabHost) -> Iterator[None]:
    """A firewall that lets the lab in, and nobody else."""
    host.sh("nft -f -", stdin=RULES)
    try:
        yield
    finally:
        host.sh("nft flush ruleset")


@contextmanager
def no_firewall(host: LabHost) -> Iterator[None]:
    """Somebody who looked for a fault has switched the firewall off."""
    host.sh("nft flush ruleset")
    try:
        yield
    finally:
        host.sh("nft -f -", stdin=RULES)


@contextmanager
def added_rule(host: LabHost) -> Iterator[None]:
    """A rule that nobody asked for lets somebody in."""
    handle = host.sh(
        "nft -e -a add rule inet filter input tcp dport 8099 accept | sed -n 's/.*# handle \\([0-9]*\\)$/\\1/p'"
    )
    try:
        yield
    finally:
        host.sh(f"nft delete rule inet filter input handle {handle}")


@contextmanager
def other_time_zone(host: LabHost) -> Iterator[str]:
    """The clock is read in another zone. Yields it."""
    zone = "Asia/Tokyo"
    before = host.sh("readlink -f /etc/localtime").strip()
    host.sh(f"ln -sf /usr/share/zoneinfo/{zone} /etc/localtime")
    try:
        yield zone
    finally:
        host.sh(f"ln -sf {before} /etc/localtime")


def logs_cut_short(host: LabHost) -> None:
    """Whoever broke in has thrown the journal away."""
    host.sh("sleep 1.1; journalctl --quiet --rotate --vacuum-time=1s; logger begins")
