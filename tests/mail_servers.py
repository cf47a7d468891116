"""A real postfix that delivers into a real dovecot's mailbox, both on loopback and below one folder."""

import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

POSTFIX, DOVECOT = shutil.which("postfix"), shutil.which("dovecot")
DAEMONS = Path("/usr/lib/postfix/sbin")
USER, PASSWORD = "duty", "correct-horse"
PATIENCE = 30.0
LARGEST = 2_000_000
"""Bytes of the largest mail that postfix takes."""

QUEUES = (
    *("active", "bounce", "corrupt", "defer", "deferred", "flush"),
    *("hold", "incoming", "private", "saved", "trace"),
)

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.org
mydestination =
mynetworks = 127.0.0.0/8
relay_domains =
default_transport = error:this server sends nothing
virtual_mailbox_domains = example.org
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = regexp:{folder}/mailboxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_recipient_restrictions = permit_mynetworks, reject
alias_maps =
biff = no
message_size_limit = {largest}
"""

MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup  unix n - n - 0 cleanup
qmgr     unix n - n 300 1 qmgr
rewrite  unix - - n - - trivial-rewrite
bounce   unix - - n - 0 bounce
defer    unix - - n - 0 bounce
trace    unix - - n - 0 bounce
error    unix - - n - - error
virtual  unix - n n - - virtual
anvil    unix - - n - 1 anvil
scache   unix - - n - 1 scache
proxymap unix - - n - - proxymap
postlog  unix-dgram n - n - 1 postlogd
"""

IMAP = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%n
first_valid_uid = 1
default_login_user = {nobody}
default_internal_user = {nobody}
default_internal_group = {group}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


class Servers:
    """Where letters are handed in, and the mailbox that they end in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.smtp_port, self.imap_port = free_port(), free_port()

    def fetched(self, number: int) -> list[bytes]:
        """All letters of the mailbox over IMAP, once there are `number` of them."""
        end = time.monotonic() + PATIENCE
        while len(found := self._mailbox()) < number:
            assert time.monotonic() < end, f"{len(found)} of {number} letters came; {self.log()}"
            time.sleep(0.1)
        return found

    def log(self) -> str:
        """What both servers said."""
        logs = (self.folder / name for name in ("postfix.log", "dovecot.log"))
        return "\n".join(path.read_text("utf-8", "replace")[-3000:] for path in logs if path.exists())

    def _mailbox(self) -> list[bytes]:
        with imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=PATIENCE) as imap:
            imap.login(USER, PASSWORD)
            imap.select("INBOX", readonly=True)
            _, (numbers,) = imap.search(None, "ALL")
            return [imap.fetch(number.decode(), "(BODY.PEEK[])")[1][0][1] for number in numbers.split()]


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        port: int = chosen.getsockname()[1]
        return port


@contextmanager
def serving_mail() -> Iterator[Servers]:
    """Both servers, until the end. Skips where they are not installed, or not allowed to be started."""
    if POSTFIX is None or DOVECOT is None:
        pytest.skip("needs postfix and dovecot-imapd")
    if os.geteuid() != 0:
        pytest.skip("postfix is started by root only")
    # Their own users have to reach it, and nobody but its owner reaches what pytest has for a test.
    with TemporaryDirectory(prefix="rounds-mail-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with _started(Servers(folder)) as servers:
            yield servers


@contextmanager
def _started(servers: Servers) -> Iterator[Servers]:
    folder = servers.folder
    _configure(servers)
    assert DOVECOT is not None
    processes = [
        subprocess.Popen([DOVECOT, "-F", "-c", str(folder / "dovecot.conf")], stdin=subprocess.DEVNULL),
        subprocess.Popen([DAEMONS / "master", "-c", str(folder), "-d"], stdin=subprocess.DEVNULL),
    ]
    try:
        for port in (servers.smtp_port, servers.imap_port):
            _wait_for(port, servers)
        yield servers
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(PATIENCE)


def _configure(servers: Servers) -> None:
    folder, owner = servers.folder, pwd.getpwnam("postfix")
    names = {"folder": folder, "daemons": DAEMONS, "uid": owner.pw_uid, "gid": owner.pw_gid, "password": PASSWORD}
    names["largest"] = LARGEST
    (folder / "main.cf").write_text(MAIN.format(**names), encoding="utf-8")
    (folder / "master.cf").write_text(MASTER.format(port=servers.smtp_port), encoding="utf-8")
    (folder / "mailboxes").write_text(f"/./ {USER}/\n", encoding="utf-8")
    mine = {"nobody": "dovenull", "group": "dovenull", "port": servers.imap_port}
    (folder / "dovecot.conf").write_text(IMAP.format(**names, **mine), encoding="utf-8")
    for name in ("data", "mail"):
        (folder / name).mkdir()
        os.chown(folder / name, owner.pw_uid, owner.pw_gid)
    (folder / "queue").mkdir()
    _make_queue(folder)


def _make_queue(folder: Path) -> None:
    """As `postfix check` makes it, but below this folder only."""
    owner, drop = pwd.getpwnam("postfix"), grp.getgrnam("postdrop").gr_gid
    for name in QUEUES:
        (folder / "queue" / name).mkdir(mode=0o700)
        os.chown(folder / "queue" / name, owner.pw_uid, -1)
    for name, mode in (("pid", 0o755), ("maildrop", 0o730), ("public", 0o710)):
        (folder / "queue" / name).mkdir()
        os.chown(folder / "queue" / name, 0 if name == "pid" else owner.pw_uid, -1 if name == "pid" else drop)
        (folder / "queue" / name).chmod(mode)


def _wait_for(port: int, servers: Servers) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < end, f"nobody listens on {port}; {servers.log()}"
            time.sleep(0.1)
        else:
            return
