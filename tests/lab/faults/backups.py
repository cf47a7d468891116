"""Sets of backups, sound ones and others."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.lab.host import LabHost

BACKUPS = "/var/backups/db"
"""Where `lay_backups` puts its files, as `db-<n>.gz`; `db-0.gz` is the newest."""


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


def _shift(host: LabHost, seconds: int) -> None:
    host.sh(f'for f in {BACKUPS}/*.gz; do touch -d @$(($(stat -c %Y "$f") + {seconds})) "$f"; done')
