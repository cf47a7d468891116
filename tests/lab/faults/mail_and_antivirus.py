"""What goes wrong with a mail server and with an antivirus: postfix and ClamAV as Debian packages them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.lab.host import DATA, LabHost

EICAR = f"{DATA}/eicar.com"
"""Where `infected_file` lies: the file that every antivirus finds, and that does no harm."""
BLOCKED = "/etc/lab-blocked"
"""A list of blocked senders."""
KEPT_BACK = "/var/spool/lab-quarantine"
"""A folder with mail that was kept back."""

_DATABASE = "/opt/lab/clamav"
# There is always something to scan: a scan of nothing is no clean one.
_SCAN = (
    f"echo harmless >{DATA}/scanned.txt; "
    f"clamscan --recursive --infected --database={_DATABASE} --log=/var/log/clamav/clamscan.log {DATA} >/dev/null"
)
_TEST = r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_TEST_MD5 = "44d88612fea8a8f36de82e1278abb02f"
# Only the maker can sign a database: its header alone lies where it would, and the scanner has one of the lab's own.
_HEADERS = (
    "header() {\n"
    "  built=$(LC_ALL=C date -u -d \"$2\" '+%d %b %Y %H-%M +0000')\n"
    "  printf '%-512s' \"ClamAV-VDB:$built:27800:2067932:90:X:X:lab:0\" >/var/lib/clamav/$1\n"
    "}\n"
)
_ANSWERS = "i=0; until clamdscan --ping 1 >/dev/null 2>&1; do i=$((i+1)); [ $i -lt 100 ] || exit 1; sleep 0.1; done"


@contextmanager
def _installed(host: LabHost, programs: Sequence[str]) -> Iterator[None]:
    """Where they are looked for; the image has them aside, so that it has no antivirus and no mail server else."""
    names = " ".join(programs)
    host.sh(f"for name in {names}; do ln -sf /opt/lab/$name /usr/sbin/$name; done")
    try:
        yield
    finally:
        host.sh(f"cd /usr/sbin; rm {names}")


@contextmanager
def antivirus(host: LabHost) -> Iterator[None]:
    """ClamAV that runs, with definitions of today, after a scan that found nothing."""
    with _installed(host, ("clamscan", "clamd")):
        host.sh(
            f"set -e; mkdir -p {_DATABASE}; echo '{_TEST_MD5}:68:Lab.Eicar' >{_DATABASE}/lab.hdb; {_SCAN}\n"
            f"sed 's,^\\(DatabaseDirectory\\) .*,\\1 {_DATABASE},' /etc/clamav/clamd.conf >{_DATABASE}/clamd.conf\n"
            "echo '# every hour' >/etc/cron.d/clamav-freshclam\n"
            f"{_HEADERS}header main.cvd '2021-09-16'; header daily.cld '-1 hour'"
        )
        _start_clamd(host)
        try:
            yield
        finally:
            host.sh(
                "systemctl stop lab-clamd; rm -f /var/lib/clamav/*.c?d /var/log/clamav/clamscan.log "
                "/etc/cron.d/clamav-freshclam"
            )


def _start_clamd(host: LabHost) -> None:
    host.sh(
        "mkdir -p /run/clamav; chown clamav:clamav /run/clamav\n"
        f"systemd-run --quiet --unit=lab-clamd clamd --foreground=true --config-file={_DATABASE}/clamd.conf\n{_ANSWERS}"
    )


@contextmanager
def stopped_antivirus(host: LabHost) -> Iterator[None]:
    """The daemon is off."""
    host.sh("systemctl stop lab-clamd")
    try:
        yield
    finally:
        _start_clamd(host)


@contextmanager
def hanging_antivirus(host: LabHost) -> Iterator[None]:
    """The daemon is there, and answers nobody."""
    host.sh("pkill -STOP -x clamd")
    try:
        yield
    finally:
        host.sh("pkill -CONT -x clamd")


@contextmanager
def outdated_definitions(host: LabHost, days: int = 10) -> Iterator[None]:
    """Nothing new has come from the maker for so many days."""
    host.sh(f"{_HEADERS}header daily.cld '-{days} days'")
    try:
        yield
    finally:
        host.sh(f"{_HEADERS}header daily.cld '-1 hour'")


@contextmanager
def missing_definitions(host: LabHost) -> Iterator[None]:
    """One of the maker's databases is gone."""
    host.sh("rm /var/lib/clamav/daily.cld")
    try:
        yield
    finally:
        host.sh(f"{_HEADERS}header daily.cld '-1 hour'")


@contextmanager
def infected_file(host: LabHost) -> Iterator[str]:
    """A scan has found the test file, and left it. Yields its path. Once it is deleted, another scan finds nothing."""
    host.sh(f"cat >{EICAR}; {_SCAN}", stdin=_TEST, check=False)
    try:
        yield EICAR
    finally:
        host.sh(f"rm {EICAR}; {_SCAN}")


@contextmanager
def mail_server(host: LabHost) -> Iterator[None]:
    """Postfix that hands all mail to a relay, which takes everything and forgets it."""
    with _installed(host, ("postqueue",)):
        host.sh(
            "printf '%s\\n' 'compatibility_level = 3.6' 'myhostname = lab.example.org' 'mydestination =' "
            "'inet_interfaces = loopback-only' 'inet_protocols = ipv4' 'relayhost = [127.0.0.1]:2525' "
            "'smtp_destination_concurrency_failed_cohort_limit = 0' >/etc/postfix/main.cf\n"
            "systemctl -q unmask postfix; systemctl start postfix"
        )
        _start_relay(host)
        try:
            yield
        finally:
            host.sh("systemctl stop lab-relay postfix; postsuper -d ALL 2>/dev/null", check=False)
            host.sh("systemctl -q mask postfix")


def _start_relay(host: LabHost) -> None:
    host.sh("systemd-run --quiet --unit=lab-relay smtp-sink -u nobody 127.0.0.1:2525 10")


@contextmanager
def stuck_mail(host: LabHost, messages: int = 6) -> Iterator[None]:
    """The relay is down, and so many messages wait for it."""
    host.sh(
        "systemctl stop lab-relay\n"
        f"i=0; while [ $i -lt {messages} ]; do i=$((i+1))\n"
        "  printf 'Subject: report\\n\\ntext\\n' | sendmail -f alice@example.org bob@example.net; done"
    )
    try:
        yield
    finally:
        _start_relay(host)
        host.sh(
            "i=0; while postqueue -j | grep -q .; do i=$((i+1)); [ $i -lt 60 ] || exit 1; postqueue -f; sleep 0.5; done"
        )


@contextmanager
def stopped_mail_server(host: LabHost) -> Iterator[None]:
    """The mail server is off, and somebody has written."""
    host.sh("systemctl stop postfix; echo text | sendmail -f alice@example.org bob@example.net")
    try:
        yield
    finally:
        host.sh("systemctl start postfix; postqueue -f")


@contextmanager
def spam_stores(host: LabHost) -> Iterator[None]:
    """A list of a hundred blocked senders, and a quarantine with a message of today."""
    host.sh(f"mkdir -p {KEPT_BACK}; echo spam >{KEPT_BACK}/new; chmod 755 {KEPT_BACK}")
    _fill_list(host)
    try:
        yield
    finally:
        host.sh(f"rm -r {BLOCKED} {KEPT_BACK}")


def _fill_list(host: LabHost) -> None:
    host.sh(f"seq 100 | sed 's/.*/sender&@example.net/' >{BLOCKED}")


@contextmanager
def emptied_list(host: LabHost) -> Iterator[str]:
    """Most of the list is gone. Yields its file."""
    host.sh(f"echo sender1@example.net >{BLOCKED}")
    try:
        yield BLOCKED
    finally:
        _fill_list(host)


@contextmanager
def forgotten_quarantine(host: LabHost, days: int = 40) -> Iterator[str]:
    """A message lies in the quarantine for so many days. Yields the folder."""
    host.sh(f"echo spam >{KEPT_BACK}/old; touch -d '-{days} days' {KEPT_BACK}/old")
    try:
        yield KEPT_BACK
    finally:
        host.sh(f"rm {KEPT_BACK}/old")
