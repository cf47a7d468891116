"""Sets of backups, sound ones and others."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.lab.host import LabHost

BACKUPS = "/var/backups/db"
"""Where `lay_backups` puts its files, as `db-<n>.gz`; `db-0.gz` is the newest."""

ELSEWHERE = "/var/backups/elsewhere"
"""Where their copies are, as a mounted share would show them."""

RESTORE_TESTS = "/var/backups/restore-tests"
"""Where the tests of restoring them are noted."""


def lay_backups(host: LabHost, copies: int = 7) -> str:
    """A healthy set of backups: one a day, the newest an hour old, each of 100 kB. Returns its pattern.

    All are elsewhere, too, and last week one was restored.
    """
    host.sh(
        f"rm -rf {BACKUPS} {ELSEWHERE}; mkdir -p {BACKUPS} {ELSEWHERE}; cd {BACKUPS}; now=$(date +%s)\n"
        f"i=0; while [ $i -lt {copies} ]; do\n"
        "  head -c 100000 /dev/urandom | gzip >db-$i.gz; touch -d @$((now - 3600 - 86400 * i)) db-$i.gz; i=$((i+1))\n"
        f"done; cp -p db-*.gz {ELSEWHERE}/; chmod -R a+rX . {ELSEWHERE}\n"
        f'echo "$(date -d @$((now - 604800)) +%Y-%m-%dT%H:%M:%S%z) ok restored db-0.gz in 2 min" >{RESTORE_TESTS}'
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
def missed_day(host: LabHost) -> Iterator[None]:
    """The job did not run three days ago, and kept an older copy in its place."""
    host.sh(
        f"cd {BACKUPS}; now=$(date +%s); mv db-3.gz ../db-3.aside; for i in 7 8; do cp db-6.gz db-$i.gz\n"
        "touch -d @$((now - 3600 - 86400 * i)) db-$i.gz; done"
    )
    try:
        yield
    finally:
        host.sh(f"cd {BACKUPS}; mv ../db-3.aside db-3.gz; rm db-7.gz db-8.gz")


@contextmanager
def truncated_backup(host: LabHost) -> Iterator[str]:
    """The newest copy breaks off after 80 kB, as on a full disk. Yields its name."""
    with _replaced(host, f"{BACKUPS}/db-0.gz", "head -c 80000 $aside >$file"):
        yield "db-0.gz"


@contextmanager
def shrunk_backup(host: LabHost) -> Iterator[str]:
    """The newest copy is whole, and holds a tenth of what the others hold. Yields its name."""
    with _replaced(host, f"{BACKUPS}/db-0.gz", "head -c 10000 /dev/urandom | gzip >$file"):
        yield "db-0.gz"


@contextmanager
def nothing_elsewhere(host: LabHost) -> Iterator[str]:
    """The share that held the copies shows none any more. Yields where it was."""
    host.sh(f"mkdir {ELSEWHERE}.aside; mv {ELSEWHERE}/*.gz {ELSEWHERE}.aside/")
    try:
        yield ELSEWHERE
    finally:
        host.sh(f"mv {ELSEWHERE}.aside/*.gz {ELSEWHERE}/; rmdir {ELSEWHERE}.aside")


@contextmanager
def cut_off_on_its_way(host: LabHost) -> Iterator[str]:
    """The newest copy did not arrive whole elsewhere. Yields its name."""
    with _replaced(host, f"{ELSEWHERE}/db-0.gz", "head -c 80000 $aside >$file"):
        yield "db-0.gz"


@contextmanager
def failed_restore_test(host: LabHost) -> Iterator[str]:
    """Today a copy could not be restored. Yields what was noted."""
    host.sh(
        f"cp -p {RESTORE_TESTS} {RESTORE_TESTS}.aside\n"
        f'echo "$(date +%Y-%m-%dT%H:%M:%S%z) failed no table portal" >>{RESTORE_TESTS}'
    )
    try:
        yield "no table portal"
    finally:
        host.sh(f"mv {RESTORE_TESTS}.aside {RESTORE_TESTS}")


@contextmanager
def _replaced(host: LabHost, file: str, how: str) -> Iterator[None]:
    """`file` is made anew by the sh text `how`, and as old as it was; `$aside` is the file it was."""
    host.sh(f"file={file} aside=/var/backups/aside.gz; cp -p $file $aside; {how}; touch -r $aside $file")
    try:
        yield
    finally:
        host.sh(f"cp -p /var/backups/aside.gz {file}; rm /var/backups/aside.gz")


def _shift(host: LabHost, seconds: int) -> None:
    host.sh(f'for f in {BACKUPS}/*.gz; do touch -d @$(($(stat -c %Y "$f") + {seconds})) "$f"; done')
