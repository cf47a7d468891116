"""The files that lie where backups should: how old, how large, how many."""

import re
import stat
from dataclasses import dataclass

from collectors.contract import Collector, UnreadableOutput
from collectors.contract.reading import whole_number

# Each argument is a glob pattern, expanded by the shell without word splitting: blanks in it are just blanks.
# Links are left out: "latest" would count twice. A name that holds a line break is counted by its first line, the
# rest does not look as stat writes. xargs makes batches: a folder may hold more names than one command line.
# A folder that the login may not list is told apart from an empty one and from one that is not there.
#
# now 1763744000
# == /var/backups/db/*.gz
# 81a0 1763690402 48210993 /var/backups/db/portal-2026-11-20.sql.gz
# 81a0 1763604002 48178120 /var/backups/db/portal-2026-11-19.sql.gz
# 2
# == /srv/closed/*
# closed /srv/closed
PROBE = r"""
date '+now %s'
IFS=
for pattern in "$@"; do
  printf '== %s\n' "$pattern"
  case ${pattern##*/} in *[*?[]*) list=yes ;; *) list= ;; esac
  for folder in ${pattern%/*}/; do
    [ -e "$folder" ] || printf 'absent %s\n' "$folder"
    # It may only be hidden, by a folder above it.
    while [ ! -e "$folder" ] && [ -n "$folder" ]; do folder=${folder%/} folder=${folder%/*}; done
    [ -x "$folder/" ] && { [ -r "$folder/" ] || [ -z "$list" ]; } || printf 'closed %s\n' "$folder"
  done
  set -- $pattern
  [ -e "$1" ] || continue
  printf '%s\0' "$@" | xargs -0 stat -c '%f %Y %s %n' 2>/dev/null |
    grep '^[48][0-9a-f]* -*[0-9]* [0-9]* /' | sort -k2,2nr | sed -n -e 1,10p -e '$='
done
:
"""

_FILE = re.compile(r"([48][0-9a-f]{3}) (-?[0-9]+) ([0-9]+) (/.*)")


@dataclass(frozen=True, slots=True)
class BackupFile:
    """One copy. A folder (a snapshot, as rsnapshot makes them) has no size of its own: None."""

    path: str
    modified_at: int  # epoch seconds, by the host's clock
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class MatchingFiles:
    """What one pattern matches: how many, and the newest ten, newest first.

    `closed` are folders on its way that the login may not list: there may be more behind them. `absent` are those
    that are not there, or are behind a closed one.
    """

    pattern: str
    count: int
    newest: tuple[BackupFile, ...]
    closed: tuple[str, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Backups:
    """All patterns that were asked about. `now` is the host's clock, in epoch seconds."""

    now: int
    patterns: tuple[MatchingFiles, ...]


def parse(output: str) -> Backups:
    """Facts from the probe's blocks, one for each pattern."""
    head, *parts = output.removeprefix("\n").split("\n== ")
    word, _, now = head.strip().partition(" ")
    if word != "now":
        raise UnreadableOutput("the host's time", head)
    return Backups(whole_number(now, head), tuple({part.pattern: part for part in map(_matching, parts)}.values()))


def _matching(part: str) -> MatchingFiles:
    pattern, *lines = part.split("\n")
    files: list[BackupFile] = []
    folders: dict[str, list[str]] = {"closed": [], "absent": []}
    count = 0
    for line in lines:
        word, _, rest = line.partition(" ")
        if match := _FILE.fullmatch(line):
            size = whole_number(match[3], line) if stat.S_ISREG(int(match[1], 16)) else None
            files.append(BackupFile(match[4], whole_number(match[2], line), size))
        elif word in folders and rest:
            folders[word].append(rest.rstrip("/") or "/")
        elif line:
            count = whole_number(line, line)
    if count < len(files):
        raise UnreadableOutput("the number of files", part.rpartition("\n")[2])
    closed, absent = (tuple(dict.fromkeys(names)) for names in folders.values())
    return MatchingFiles(pattern, count, tuple(files), closed, absent)


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    needs_command="stat",
    every_seconds=900,
    timeout_seconds=20,  # a pattern may lead onto a dead network mount
)
