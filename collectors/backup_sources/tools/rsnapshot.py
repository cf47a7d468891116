"""Folders of rsnapshot: alpha.0, alpha.1, beta.0 ..., and how its log says that the last run ended."""

import re
from collections.abc import Iterator, Mapping, Sequence

from collectors.backup_sources.asking import LIST_SECONDS, as_root
from collectors.backup_sources.copies import Copy, Listing
from collectors.backup_sources.told import told_by_lines
from collectors.backup_sources.tool import Form, Setting, Tool
from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number

_LOG = "/var/log/rsnapshot.log"
_LOG_LINES = 2000

# rsnapshot makes the folder for root alone. It touches the newest copy when all of it is there; the others keep their
# time when they are renamed. What it is about to delete is no copy any more. How large a copy is only `du` could say,
# which reads every folder of it.
#
# folder alpha.0 1763690402
_FOLDERS = r"""
installed stat || return 0
location=${1%/}
reachable "$location" || return 0
if [ -z "$by" ]; then
  set -- "$location"/*.[0-9]*
  [ -e "$1" ] || set -- "$location"
  ask $list_seconds "$program" -c '%f %Y %n' "$@"
else
  # Whose login may not look into it cannot name what is there.
  program=$(command -v ls)
  ask $list_seconds "$program" -ln --time-style=+%s "$location/"
fi
case $status in 0) ;; 77) return 0 ;; *) failed "$(said 'stat: ' 'ls: ')"; return 0 ;; esac
copies=$(printf '%s\n' "$told" | sed -n \
  -e 's/^d[^ ]*  *[0-9]*  *[0-9]*  *[0-9]*  *[0-9]*  *\([0-9]*\) \([^ _.][^ .]*\.[0-9][0-9]*\)$/folder \2 \1/p' \
  -e 's,^4[0-9a-f]* \([0-9]*\) .*/\([^/ _.][^/ .]*\.[0-9][0-9]*\)$,folder \2 \1,p')
"""

_LISTS = (
    _FOLDERS
    + r"""
[ -z "$copies" ] || printf '%s\n' "$copies"
"""
)

# Its own check is what it wrote about the run that made the newest copy: rsync may have left out half of it, and the
# folder looks as new as ever. Of the log, which holds commands, only that verdict leaves the host, without a command's
# arguments.
_TESTS = (
    f'log=$(option log_file "$@") || log={_LOG}'
    + _FOLDERS
    + rf"""
newest=$(printf '%s\n' "$copies" | sort -k3,3nr | sed -n '1s/^folder \([^ ]*\) .*/\1/p')
[ -n "$newest" ] || {{ echo "failed no copy in $location"; return 0; }}
echo "tested $newest"
installed tail || return 0
reachable "$log" || return 0
ask $list_seconds "$program" -n {_LOG_LINES} "$log"
case $status in 0) ;; 77) return 0 ;; *) failed "$(said 'tail: ')"; return 0 ;; esac
"""
    + r"""
printf '%s\n' "$told" | awk -v level="${newest%.*}" '
  function tells(words) { return index($0, " " level ": " words) || index($0, " sync: " words) }
  tells("started") { before = verdict; verdict = "untestable rsnapshot is running, or was killed"; on = 1 }
  # A run that could not begin, for its configuration or another that still went on, made no copy.
  on && /can not continue/ { verdict = before; on = 0 }
  on && tells("ERROR: ") && verdict !~ /^damaged/ { sub(/.*ERROR: /, "damaged rsnapshot: "); verdict = $0 }
  on && tells("completed") {
    sub(/.*: completed/, "rsnapshot: completed")
    if (verdict !~ /^damaged/) verdict = (/errors/ ? "damaged " : "whole ") $0
    on = 0
  }
  END { print verdict ? verdict : "untestable the log tells of no run of " level }' |
  sed 's#\(backup_[a-z]* [^ ]*\) .* returned#\1 ... returned#' | without_secrets
"""
)

_FOLDER = re.compile(r"folder (\S+) ([0-9]+)")


def parse(lines: Sequence[str]) -> Listing:
    """The folders, as `ls` told of them."""
    obstructions, others = told_by_lines(lines)
    return Listing(tuple(map(_copy, others)), obstructions)


def _copy(line: str) -> Copy:
    match = _FOLDER.fullmatch(line)
    if match is None:
        raise UnreadableOutput("a folder of rsnapshot", line)
    return Copy(match[1], whole_number(match[2], line))


def _as_root(location: str, options: Mapping[str, str]) -> Iterator[str]:
    yield as_root(LIST_SECONDS, "/usr/bin/ls", "-ln", "--time-style=+%s", f"{location.rstrip('/')}/")
    yield as_root(LIST_SECONDS, "/usr/bin/tail", "-n", str(_LOG_LINES), options.get("log_file", _LOG))


TOOL = Tool(
    target=Setting(Form.PATH, "the folder rsnapshot keeps its copies in, its snapshot_root"),
    options={"log_file": Setting(Form.PATH, f"the log it writes, its logfile; {_LOG} unless said otherwise")},
    lists=_LISTS,
    parse=parse,
    tests=_TESTS,
    as_root=lambda location, options: tuple(_as_root(location, options)),
)
