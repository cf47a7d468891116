"""Repositories of restic, Borg and rsnapshot as backup jobs leave them, jobs that stop, and copies that rot."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.lab.host import LabHost

REPOSITORIES = "/srv/repositories"
PASSWORD_FILE = "/root/.backup-pass"
PASSWORD = "planted-Lab-Password"

_TOOLS = rf"""
set -e
export TZ=UTC HOME=/root RESTIC_PASSWORD_FILE={PASSWORD_FILE} BORG_PASSCOMMAND='cat {PASSWORD_FILE}'
cd {REPOSITORIES}
now=$(date +%s)
# back_up HOURS: as the jobs did so many hours ago, each with its tool.
back_up() {{
  then=$((now - $1 * 3600))
  head -c 30000 /dev/urandom >home/"$then"
  restic -q -r restic --no-cache backup home --time "$(date -d @$then '+%F %T')"
  borg create --timestamp "$(date -d @$then +%FT%T)" "borg::web-$then" home
  command -v rsnapshot >/dev/null || return 0
  rsnapshot -c rsnapshot.conf alpha
  touch -d @$then copies/alpha.0
}}
"""

_CONFIG = "\\n".join(
    "\\t".join(words)
    for words in (
        ("config_version", "1.2"),
        ("snapshot_root", f"{REPOSITORIES}/copies/"),
        ("cmd_rsync", "/usr/bin/rsync"),
        ("retain", "alpha", "5"),
        ("logfile", f"{REPOSITORIES}/rsnapshot.log"),
        ("lockfile", "/run/rsnapshot.pid"),
        ("backup", f"{REPOSITORIES}/home/", "web-01/"),
    )
)


@contextmanager
def backup_repositories(host: LabHost) -> Iterator[str]:
    """Three nights of sound copies by each tool that is installed, for root alone. Yields the folder."""
    host.sh(f"mkdir -p -m 700 {REPOSITORIES}/home {REPOSITORIES}/copies; chmod 700 {REPOSITORIES}")
    host.sh(f"(umask 077; echo {PASSWORD} >{PASSWORD_FILE}); printf '{_CONFIG}\\n' >{REPOSITORIES}/rsnapshot.conf")
    host.sh(
        f"{_TOOLS}restic -q -r restic --no-cache init; borg init -e repokey borg 2>/dev/null\n"
        "head -c 600000 /dev/urandom >home/portal; for hours in 51 27 3; do back_up $hours; done"
    )
    try:
        yield REPOSITORIES
    finally:
        host.sh(f"rm -rf {REPOSITORIES} {PASSWORD_FILE} /root/.config/borg /root/.cache/borg")


@contextmanager
def stopped_backups(host: LabHost) -> Iterator[str]:
    """No job ran in the last night: the newest copies are of the night before. Then all of them run."""
    host.sh(
        f"{_TOOLS}restic -q -r restic --no-cache forget latest >/dev/null\n"
        "borg delete borg::$(borg list --short --last 1 borg)\n"
        "[ ! -e copies/alpha.0 ] || rm -r copies/alpha.0"
    )
    try:
        yield REPOSITORIES
    finally:
        host.sh(f"{_TOOLS}[ ! -e copies/alpha.1 ] || mv copies/alpha.1 copies/alpha.0\nback_up 2")


@contextmanager
def rotten_repositories(host: LabHost) -> Iterator[str]:
    """Bytes in the largest files of the repositories of restic and Borg are not those that were written."""
    host.sh(
        f"{_TOOLS}for data in restic borg; do\n"
        "  file=$(find $data/data -type f -size +20k -printf '%s %p\\n' | sort -n | sed -n '$s/^[0-9]* //p')\n"
        "  cp -a $file $data.kept; echo $file >$data.place; chmod u+w $file\n"
        "  printf '\\0rotten\\0rotten' | dd of=$file bs=1 seek=5000 conv=notrunc 2>/dev/null\n"
        "done"
    )
    try:
        yield REPOSITORIES
    finally:
        host.sh(f"{_TOOLS}for data in restic borg; do mv $data.kept $(cat $data.place); done")


@contextmanager
def half_a_backup(host: LabHost) -> Iterator[str]:
    """The last run of rsnapshot could save only a part. Then one goes well."""
    host.sh(
        f"{_TOOLS}cp -a rsnapshot.conf kept.conf; printf 'backup_script\\t/bin/false\\tdb-01/\\n' >>rsnapshot.conf\n"
        "rsnapshot -c rsnapshot.conf alpha >/dev/null 2>&1 || :"
    )
    try:
        yield REPOSITORIES
    finally:
        host.sh(f"{_TOOLS}mv kept.conf rsnapshot.conf; rsnapshot -c rsnapshot.conf alpha")
