"""When accounts were last logged in to, from whatever keeps that: lastlog, lastlog2, wtmp, wtmpdb."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number

# lastlog's record of an account stands at its number times the record's size: a time of four bytes or eight, a terminal
# of 32 and a host of 256. It is read so because the command lastlog is gone in Debian 13, whose sshd still writes it.
LAST_LOGINS = r"""
last_logins() {
  if command -v lastlog2 >/dev/null && found=$(lastlog2 -a 2>/dev/null); then
    echo "source lastlog2 0"
    printf '%s\n' "$found" | awk '$(NF - 1) ~ /^[+-][0-9]+$/ { print $1, $(NF-4), $(NF-3), $(NF-2), $(NF-1), $NF }'
  fi
  if [ -r /var/log/lastlog ]; then
    echo "source lastlog 0"
    size=$(stat -L -c %s /var/log/lastlog) record=292
    [ $((size % record)) = 0 ] || record=296
    while IFS=: read -r name password uid gid gecos home shell; do
      case $shell in */nologin | */false | */sync) continue ;; esac
      case $uid in '' | *[!0-9]* | ????????*) continue ;; esac
      [ "$uid" -lt $((size / record)) ] || continue
      set -- $(od -A n -t d4 -j $((uid * record)) -N 4 /var/log/lastlog)
      echo "$name ${1:-0}"
    done </etc/passwd
  fi
  if command -v last >/dev/null && found=$(last -w --time-format iso 2>/dev/null); then
    printf '%s\n' "$found" | awk '
      $2 == "begins" { print "source", $1, $3; next }
      match($0, /[0-9]+-[0-9]+-[0-9]+T[0-9:]+[+-][0-9:]+/) && !($1 in seen) {
        seen[$1]; print $1, substr($0, RSTART, RLENGTH)
      }'
  fi
}
"""
"""Text of sh that defines `last_logins`; what that prints, `login_records` reads."""

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:?[0-9]{2}")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class LoginRecords:
    """`last` is the latest login by account, in epoch seconds; `since` is from when on logins are on record.

    0: from ever on; None: nothing keeps them.
    """

    last: Mapping[str, int]
    since: int | None


def login_records(text: str) -> LoginRecords:
    """From lines `source NAME SINCE` and `ACCOUNT WHEN`, where a time is an epoch, ISO, or as lastlog2 prints it."""
    last: dict[str, int] = {}
    since: int | None = None
    for line in text.split("\n"):
        name, _, when = line.partition(" ")
        if name == "source":
            begins = _epoch(when.partition(" ")[2], line)
            since = begins if since is None else min(since, begins)
        elif line:
            last[name] = max(last.get(name, 0), _epoch(when, line))
    return LoginRecords({name: when for name, when in last.items() if when > 0}, since)


def _epoch(when: str, line: str) -> int:
    words = when.split()
    if len(words) == 1 and "T" not in when:
        return whole_number(when, line)
    if len(words) == 5 and words[0] in _MONTHS:
        month, day, clock, zone, year = words
        when = f"{year}-{_MONTHS.index(month) + 1:02}-{day:0>2}T{clock}{zone}"
    if not _ISO.fullmatch(when):
        raise UnreadableOutput("a time", line)
    try:
        return int(datetime.fromisoformat(when).timestamp())
    except ValueError:
        raise UnreadableOutput("a time", line) from None
