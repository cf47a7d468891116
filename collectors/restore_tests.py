"""When backups were last restored to try them out, as a small file on the host notes it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from collectors.contract import Collector, UnreadableOutput
from collectors.contract.reading import whole_number

# Each argument is the path of a file that people or scripts add a line to after each test; lines that begin with # and
# empty ones are theirs. The last one counts. A time without a zone is the host's.
#
# now 1763744000 +0800
# == /var/lib/backup/restore-test
# 2026-05-02T09:30:00+08:00 failed pg_restore: relation missing
# 2026-11-01T10:00:00+08:00 ok restored db to test-01 in 12 min
# == /srv/gone
# absent
PROBE = r"""
date '+now %s %z'
for path in "$@"; do
  printf '== %s\n' "$path"
  # It may only be hidden, by a folder above it.
  folder=${path%/*}/
  while [ ! -e "$folder" ] && [ "$folder" != / ]; do folder=${folder%/} folder=${folder%/*}/; done
  if [ ! -x "$folder" ]; then printf 'closed %s\n' "$folder"
  elif [ ! -f "$path" ]; then echo absent
  elif [ ! -r "$path" ]; then printf 'closed %s\n' "$path"
  else
    tail -c 4000 "$path" | grep -v '^[[:space:]]*#' | grep '[^[:space:]]' | tail -n 1 | cut -c 1-300 |
      sed 's/^[[:space:]]*/last /' | without_secrets
  fi
done
:
"""

_NOW = re.compile(r"now ([0-9]+) ([+-])([0-9]{2})([0-9]{2})")
_LINE = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2})(?::[0-9]{2}(?:[.,][0-9]+)?)?)?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?\s+(ok|failed)\b[\s:,-]*(.*)",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Record:
    """What one file notes last.

    at          when the test was made, in epoch seconds; None where nothing is noted
    ok          whether it went well
    words       what was written behind it
    absent      the file is not there
    closed      the file or folder that the login may not look into; empty where it may
    unreadable  the last line, where it is not as it should be
    """

    path: str
    at: int | None = None
    ok: bool = False
    words: str = ""
    absent: bool = False
    closed: str = ""
    unreadable: str = ""


@dataclass(frozen=True, slots=True)
class RestoreTests:
    """All files that were asked about. `now` is the host's clock, in epoch seconds, `utc_offset` seconds ahead."""

    now: int
    utc_offset: int
    records: tuple[Record, ...]


def parse(output: str) -> RestoreTests:
    """Facts from the probe's blocks, one for each file."""
    head, *parts = output.removeprefix("\n").split("\n== ")
    match = _NOW.fullmatch(head.strip())
    if match is None:
        raise UnreadableOutput("the host's time", head.partition("\n")[0])
    ahead = whole_number(match[3]) * 3600 + whole_number(match[4]) * 60
    offset = -ahead if match[2] == "-" else ahead
    found = {path: _record(path, lines, offset) for path, *lines in (part.split("\n") for part in parts)}
    return RestoreTests(whole_number(match[1], head), offset, tuple(found.values()))


def _record(path: str, lines: Sequence[str], utc_offset: int) -> Record:
    line = next((line for line in lines if line), "")
    word, _, rest = line.partition(" ")
    match word:
        case "":
            return Record(path)
        case "absent":
            return Record(path, absent=True)
        case "closed":
            return Record(path, closed=rest.rstrip("/") or "/")
        case "last":
            return _noted(path, rest.strip(), utc_offset)
    raise UnreadableOutput("absent, closed, or the last line", line)


def _noted(path: str, line: str, utc_offset: int) -> Record:
    match = _LINE.fullmatch(line)
    try:
        at = _moment(match, utc_offset) if match else None
    except (ValueError, OverflowError):  # no such day, or none that has a number
        at = None
    if match is None or at is None:
        return Record(path, unreadable=line[:100])
    return Record(path, at, match[4].lower() == "ok", match[5].strip())


def _moment(match: re.Match[str], utc_offset: int) -> int:
    zone = UTC if (match[3] or "").upper() == "Z" else timezone(timedelta(seconds=utc_offset))
    if match[3] and match[3] not in "Zz":
        digits = match[3][1:].replace(":", "")
        ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        zone = timezone(-ahead if match[3][0] == "-" else ahead)
    moment = datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}").replace(tzinfo=zone)
    return int(moment.timestamp())


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=3600,
    timeout_seconds=10,  # a path may lead onto a dead network mount
)
