"""Repositories of restic: their snapshots, and its own check of them."""

import re
from collections.abc import Iterator, Mapping, Sequence

from collectors.backup_sources.asking import LIST_SECONDS, PASSWORD_FILE, TEST_SECONDS, as_root
from collectors.backup_sources.copies import Copy, Listing
from collectors.backup_sources.moments import moment
from collectors.backup_sources.told import told_by_lines
from collectors.backup_sources.tool import Form, Setting, Tool
from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number

# Without lock and cache restic writes nothing, neither to the repository nor beside it.
_REPOSITORY = r"""
installed restic || return 0
location=$1
if file=$(option password_file "$@"); then secret=--password-file=$file; else secret=--insecure-no-password; fi
case $location in
  /*) reachable "$location" "$location/config" "$location/keys" ${file:+"$file"} || return 0 ;;
  *) reachable ${file:+"$file"} || return 0 ;;
esac
# told_why: why restic could not, in its own words; a newer one wraps them in JSON.
told_why() {
  why=$(said 'Fatal: ' | sed -e 's/^{.*"message":"\(.*\)"}$/\1/' -e 's/\\n.*//' -e 's/.*Fatal: //')
  case $why in
    *"unable to open config file"*"no such file"*) echo "absent $location" ;;
    *insecure-no-password*) failed "needs a password_file" ;;
    *) failed "$why" ;;
  esac
}
"""

# A snapshot is told by its id, when it was begun, and by a newer restic (0.17) when it began and ended by the clock,
# and how much was saved. The JSON is one line; quotes inside of a string are escaped there, so that what splits it is
# never in a path. What else it tells, paths and users, stays on the host.
#
# snapshot 890b7121 2026-11-18T02:00:00Z - - -
# snapshot ccbbdfee 2026-11-18T02:00:00Z 2026-11-18T02:00:00.25Z 2026-11-18T02:00:43.97Z 300000
_LISTS = (
    _REPOSITORY
    + r"""
host=$(option host "$@"); tag=$(option tag "$@")
ask $list_seconds "$program" --no-lock --no-cache "--repo=$location" "$secret" snapshots --json \
  ${host:+"--host=$host"} ${tag:+"--tag=$tag"}
case $status in 0) ;; 77) return 0 ;; *) told_why; return 0 ;; esac
printf '%s\n' "$told" | grep -m 1 -e '^could not load' -e '^Ignoring' | sed 's/^/failed /'
printf '%s\n' "$told" | grep '^\[' | awk '
  function value(text, key,   at) {
    at = index(text, "\"" key "\":")
    if (!at) return "-"
    text = substr(text, at + length(key) + 3)
    sub(/^"/, "", text); sub(/[]",}].*/, "", text)
    return text
  }
  {
    count = split($0, snapshots, /[{]"time":"/)
    for (i = 2; i <= count; i++) {
      time = text = snapshots[i]
      sub(/".*/, "", time)
      print "snapshot", value(text, "short_id"), time, value(text, "backup_start"), value(text, "backup_end"),
        value(text, "total_bytes_processed")
    }
  }'
"""
)

# Small repositories are read whole each time, larger ones in parts, another each day: at most 200 packs of some
# 16 MiB, or a 365th. The structure is looked at first: it is soon told that a pack is missing or too short, where
# reading it would be tried again for many minutes.
_TESTS = (
    _REPOSITORY
    + r"""
echo "tested $location"
# judge HOW: whether the check found nothing; else it says what.
judge() {
  case $status in
    0) return 0 ;;
    77) ;;
    124) late "$1" ;;
    *) case $told in
        *"contains errors"* | *"LoadIndex returned errors"*)
          echo "damaged restic check: $(said '^error: ' '^pack ' '^Pack ' 'Fatal: ')" ;;
        *) told_why ;;
      esac ;;
  esac
  return 1
}
restic() { ask $test_seconds "$program" --no-lock --no-cache "--repo=$location" "$secret" "$@"; }
restic check; judge "restic check" || return 0
restic list packs; judge "restic list packs" || return 0
packs=$(printf '%s\n' "$told" | grep -c '^[0-9a-f]*$')
day=$(($(date +%s) / 86400))
if [ "$packs" -le 200 ]; then part=1/1
elif [ "$packs" -le 1400 ]; then part=$((day % 7 + 1))/7
elif [ "$packs" -le 6000 ]; then part=$(printf %02d $((day % 30 + 1)))/30
else part=$(printf %03d $((day % 365 + 1)))/365; fi
restic check "--read-data-subset=$part"; judge "restic check, part $part of the data" || return 0
echo "whole restic check, part $part of the data"
"""
)

_SNAPSHOT = re.compile(r"snapshot ([0-9a-f]{1,64}) (\S+) (\S+) (\S+) ([0-9]+|-)")


def parse(lines: Sequence[str]) -> Listing:
    """The snapshots, as the host's awk writes them."""
    obstructions, others = told_by_lines(lines)
    return Listing(tuple(map(_copy, others)), obstructions)


def _copy(line: str) -> Copy:
    match = _SNAPSHOT.fullmatch(line)
    if match is None:
        raise UnreadableOutput("a snapshot of restic", line)
    name, time, began, ended, size = match.groups()
    began_at = moment(time, line)
    if "-" in (began, ended):
        return Copy(name, began_at, None, None if size == "-" else whole_number(size, line))
    # A snapshot may be given another time than the clock's; how long it took is told by the clock.
    took = max(0, moment(ended, line) - moment(began, line))
    return Copy(name, began_at + took, began_at, None if size == "-" else whole_number(size, line))


def _as_root(location: str, options: Mapping[str, str]) -> Iterator[str]:
    secret = f"--password-file={options['password_file']}" if "password_file" in options else "--insecure-no-password"
    chosen = [f"--{name}={options[name]}" for name in ("host", "tag") if name in options]
    for program in ("/usr/bin/restic", "/usr/local/bin/restic"):
        asked = (program, "--no-lock", "--no-cache", f"--repo={location}", secret)
        yield as_root(LIST_SECONDS, *asked, "snapshots", "--json", *chosen)
        yield as_root(TEST_SECONDS, *asked, "list", "packs")
        yield as_root(TEST_SECONDS, *asked, "check")
        for part in ("1/1", "[1-7]/7", "[0-3][0-9]/30", "[0-3][0-9][0-9]/365"):
            yield as_root(TEST_SECONDS, *asked, "check", f"--read-data-subset={part}")


TOOL = Tool(
    target=Setting(Form.LOCATION, "a repository of restic: a folder, or sftp:, rest:, s3: and so on"),
    options={
        "password_file": PASSWORD_FILE,
        "host": Setting(Form.NAME, "only the snapshots of this host"),
        "tag": Setting(Form.NAME, "only the snapshots with this tag"),
    },
    lists=_LISTS,
    parse=parse,
    tests=_TESTS,
    as_root=lambda location, options: tuple(_as_root(location, options)),
)
