"""Plain files: dumps, archives, folders that some job lays down."""

import re
import stat
from collections.abc import Sequence
from dataclasses import replace

from collectors.backup_sources.copies import Copy, Listing
from collectors.backup_sources.told import told_by_lines
from collectors.backup_sources.tool import Form, Setting, Tool
from collectors.backup_sources.whole_files import TESTS
from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number

# The pattern is expanded by the shell without word splitting: blanks in it are just blanks.
# Links are left out: "latest" would count twice. So are checksums and signatures, which lie beside what they are of.
# A name that holds a line break is counted by its first line, the rest does not look as stat writes. xargs makes
# batches: a folder may hold more names than one command line. Of a great many only the newest are told by name, and of
# the others one for each six hours (UTC): enough to see on which days there was one, wherever the host is.
# The checksum beside the newest is told, to be compared with that of its copy elsewhere.
# A folder that the login may not list is told apart from an empty one and from one that is not there.
# %W is when the file was begun, where the file system knows (busybox does not ask).
#
# == files	/var/backups/db/*.gz
# 81a0 1763690402 48210993 1763690398 /var/backups/db/portal-2026-11-20.sql.gz
# 81a0 1763604002 48178120 ? /var/backups/db/portal-2026-11-19.sql.gz
# also 1763517602
# count 3
# sum sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
# == files	/srv/closed/*
# closed /srv/closed
_LISTS = r"""
pattern=$1
IFS=
case ${pattern##*/} in *[*?[]*) list=yes ;; *) list= ;; esac
for folder in ${pattern%/*}/; do
  [ -e "$folder" ] || printf 'absent %s\n' "${folder%/}"
  # It may only be hidden, by a folder above it.
  while [ ! -e "$folder" ] && [ -n "$folder" ]; do folder=${folder%/} folder=${folder%/*}; done
  [ -x "$folder/" ] && { [ -r "$folder/" ] || [ -z "$list" ]; } && continue
  folder=${folder%/}; printf 'closed %s\n' "${folder:-/}"
done
set -- $pattern
[ -e "$1" ] || return 0
all_fit "$@" || return 0
listed=$(printf '%s\0' "$@" | xargs -0 stat -c '%f %Y %s %W %n' 2>/dev/null |
  grep '^[48][0-9a-f]* -*[0-9]* [0-9]* [^ ]* /' | grep -v '\.\(md5\|sha[0-9]*\|asc\|sig\)$' | sort -k2,2nr | awk '
    NR <= 40 { print; next }
    { day = int($2 / 21600) }
    !(day in told) { told[day]; print "also " $2 }
    END { print "count " NR }')
printf '%s\n' "$listed"
newest=${listed%%
*} newest=/${newest#*/}
for kind in sha512 sha256 md5; do
  [ -r "$newest.$kind" ] && [ -f "$newest.$kind" ] || continue
  IFS=' ' read -r sum rest <"$newest.$kind"
  printf 'sum %s:%s\n' "$kind" "$sum"
  break
done
"""

_FILE = re.compile(r"([48][0-9a-f]{3}) (-?[0-9]+) ([0-9]+) (\S+) (/.*)")
_SUM = re.compile(r"[a-z0-9]+:[0-9a-fA-F]{32,128}")
_LONGEST_SECONDS = 20 * 3600
"""A file that is written anew under its old name keeps the day of its birth: that says nothing of how long it took."""


def parse(lines: Sequence[str]) -> Listing:
    """The copies, from lines as stat wrote them."""
    obstructions, others = told_by_lines(lines)
    copies: list[Copy] = []
    count = 0
    for line in others:
        word, _, rest = line.partition(" ")
        if match := _FILE.fullmatch(line):
            copies.append(_copy(match, line))
        elif word == "also":
            copies.append(Copy("", whole_number(rest, line)))
        elif word == "count":
            count = whole_number(rest, line)
        elif word == "sum" and copies:
            # Something else than a sum may be in it.
            copies[0] = replace(copies[0], checksum=rest if _SUM.fullmatch(rest) else "")
        else:
            raise UnreadableOutput("a file as stat writes it", line)
    if count < len(copies):
        raise UnreadableOutput("the number of files", others[-1] if others else "")
    return Listing(tuple(copies), obstructions, count)


def _copy(match: re.Match[str], line: str) -> Copy:
    made_at = whole_number(match[2], line)
    size = whole_number(match[3], line) if stat.S_ISREG(int(match[1], 16)) else None
    born = whole_number(match[4], line) if match[4].isdecimal() and match[4].isascii() else 0
    began_at = born if born and 0 <= made_at - born < _LONGEST_SECONDS else None
    return Copy(match[5], made_at, began_at, size)


TOOL = Tool(
    target=Setting(
        Form.PATTERN, "absolute path with * ? [ ] as in a shell; links are left out, folders count as copies"
    ),
    lists=_LISTS,
    parse=parse,
    tests=TESTS,
)
