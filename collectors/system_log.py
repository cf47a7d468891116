"""Errors in the system's log, their kinds, and the lines that an organisation looks for."""

# Under systemd (newest first; of a pattern the newest line that has it):
#   now 1795291440 +0000
#   == journal
#   1795291400.497119 web-01 systemd[1]: Failed to start report.service - Nightly report.
#   == pattern quota exceeded
#   1795291390.101010 web-01 imapd[812]: quota exceeded for anna
# Elsewhere `== file /var/log/syslog` (or messages) with its lines, oldest first; `== denied` where it is closed.

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from collectors.contract import Collector, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, refuse_denied
from collectors.kernel_families import family_of
from collectors.log_lines import ENDS, Kind, LogLine, carried_on, host_clock, kinds_in, known_before, lines_of, shown

# A look sees the newest 500 errors, however old: what a host says at each start is known before it is started again.
# Patterns are sought in all of the log since `window`. -r: journalctl counts -n from the beginning, else. What
# continues an entry begins with a blank. A file of syslog keeps no priorities: its lines are errors by their words. Cut
# to what is shown, and no NUL, which hides a line from grep. A pattern that grep refuses would hide the others.
PROBE = r"""
window=${1#window=}; [ $# = 0 ] || shift
stamp=$(date '+%s %z'); now=${stamp% *}; echo "now $stamp"
for pattern in "$@"; do
  shift; { echo | grep -E -e "$pattern"; } >/dev/null 2>&1
  if [ $? -gt 1 ]; then printf '== refused %s\n' "$pattern"; else set -- "$@" "$pattern"; fi
done
sought() {
  [ $# != 0 ] || return 0
  for pattern in "$@"; do set -- "$@" -e "$pattern"; shift; done
  tr -d '\000' | cut -c 1-1000 | grep -E "$@"
}
if { [ -d /var/log/journal ] || [ -d /run/log/journal ]; } && [ -S /run/systemd/journal/socket ]; then
  echo "== journal"; newest=1p
  journalctl -r -p err -n 500 -o short-unix --no-pager 2>&1 | grep -v '^ ' | cut -c 1-400 |
    awk -v hour=$((now - 3600)) '@ENDS@' | without_secrets
  [ $# = 0 ] || found=$(journalctl -q -r -S "@$((now - ${window:-7200}))" -o short-unix --no-pager 2>/dev/null |
    sought "$@" | head -n 500)
else
  for file in /var/log/syslog /var/log/messages none; do [ -e "$file" ] && break; done
  [ "$file" != none ] || { echo "== none"; return; }
  echo "== file $file"; newest=\$p
  last() { if [ -r "$1" ]; then tail -c 4000000 "$1"; else as_root tail -c 4000000 "$1"; fi; }
  { for old in "$file.0" "$file.1"; do [ ! -r "$old" ] || last "$old"; done; last "$file"; } | tr -d '\000' |
    cut -c 1-400 |
    grep -iE '^== denied|err|fail|crit|fatal|panic|emerg|alert|corrupt|segfault' | tail -n 500 | without_secrets
  [ $# = 0 ] || found=$(last "$file" | sought "$@" | tail -n 500)
fi
for pattern in "$@"; do
  printf '== pattern %s\n' "$pattern"
  printf '%s\n' "$found" | grep -E -e "$pattern" | cut -c 1-400 | sed -n "$newest" | without_secrets
done
:
""".replace("@ENDS@", ENDS)

_HOUR = 3600.0
_MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class Sought:
    """The newest line that has a pattern; `at` is None when none was seen. `refused`: grep cannot read the pattern."""

    pattern: str
    at: float | None = None
    example: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class SystemLog:
    """`source` is `journal` or a file, `now` the host's clock in epoch seconds.

    `errors` came in the last `span_seconds`: an hour, or less when there are more than are looked at. `kinds` are the
    kinds of error, the latest first, without those of the kernel that `kernel_log` tells of; with `compared` they are
    all that are known, and those that were not there at the first look have a `first_at`.
    """

    source: str
    now: float
    errors: int
    span_seconds: float
    kinds: tuple[Kind, ...]
    sought: tuple[Sought, ...]
    compared: bool = False


def parse(output: str) -> SystemLog:
    """Raises `UnreadableOutput`, `NotApplicable` (no log), `NoPermission` (it is closed to the login)."""
    refuse_denied(output)
    parts = blocks(output)
    if "none" in parts:
        raise NotApplicable("no journal here, no /var/log/syslog and no /var/log/messages")
    source = next((name for name in parts if name == "journal" or name.startswith("file ")), "")
    if not source:
        raise UnreadableOutput("the journal, or a file", output.partition("\n")[0])
    clock = now, _ = host_clock(parts[""])
    seen = list(lines_of(source, parts[source], clock, severe=True))
    lines = [line for line in seen if line.is_error]
    # When all the lines there was room for are of the last hour they tell of less than that.
    span = now - min(line.at for line in seen) if len(seen) >= _MOST_LINES else _HOUR
    return SystemLog(
        source=source.removeprefix("file "),
        now=now,
        errors=sum(line.at > now - _HOUR for line in lines),
        span_seconds=min(_HOUR, max(1.0, span)),
        # Who may read the journal may read the kernel's messages in it.
        kinds=kinds_in((line for line in lines if source != "journal" or not _is_told(line)), now - _HOUR),
        sought=tuple(_sought(source, parts, clock)),
    )


def _is_told(line: LogLine) -> bool:
    return line.program == "kernel" and family_of(line.message) is not None


def _sought(source: str, parts: Mapping[str, str], clock: tuple[float, int]) -> Iterator[Sought]:
    for name, text in parts.items():
        word, _, pattern = name.partition(" ")
        if word == "refused":
            yield Sought(pattern, refused=True)
        elif word == "pattern":
            line = next(lines_of(source, text, clock), None)
            yield Sought(pattern, line.at, shown(f"{line.program}: {line.message}")) if line else Sought(pattern)


def compare(previous: SystemLog, current: SystemLog) -> SystemLog:
    """With all kinds known, and which are new since the first look; a line with a pattern stays till the next one."""
    before = previous.kinds if previous.compared else known_before(previous.kinds)
    kinds = carried_on(before, current.kinds, current.now)
    if previous.source != current.source:
        # Another log, with other words for the same.
        kinds = known_before(kinds)
    older = {sought.pattern: sought for sought in previous.sought if sought.at is not None}
    sought = tuple(older.get(one.pattern, one) if one.at is None else one for one in current.sought)
    return replace(current, kinds=kinds, sought=sought, compared=True)


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=300,
    timeout_seconds=30,
    compare=compare,
    keep_facts=True,
    root_commands=tuple(f"tail -c 4000000 /var/log/{name}" for name in ("syslog", "messages")),
)
