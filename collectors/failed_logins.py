"""Failed logins of the last hour and the last day: how many, from where, to which accounts."""

# Counted on the host, however long its log is:
#   now 1795291440
#   source journal
#   lines 1204
#   failed 24 26                (in the last hour, in the last day)
#   unknown 7 7                 (for names that are no account here: never told, somebody may have typed a password)
#   sources 3
#   success 192.0.2.7 anna 14   (let in by password after so many failures in a row)
#   from 192.0.2.7 14 14
#   tried root 12 12
#   bans 2                      (of fail2ban, in the last day)
# `success` may come several times, `from` and `tried` ten times: the most first.

import re
from dataclasses import dataclass

from collectors.contract import Collector, NoPermission, NotApplicable, UnreadableOutput
from collectors.contract.reading import refuse_denied, whole_number
from collectors.failed_attempts import COUNT

PROBE = r"""
now=$(date +%s); echo "now $now"
if { [ -d /var/log/journal ] || [ -d /run/log/journal ]; } && [ -S /run/systemd/journal/socket ]; then
  case $(journalctl -n 1 --no-pager 2>&1) in
    *"not seeing messages from other users"* | *"insufficient permissions"*) echo "closed journal"; return ;;
  esac
  set -- journal "$now" $((now - 3600)) $((now - 86400))
  log() {
    journalctl -q -r -S "@$4" -o short-unix --no-pager SYSLOG_FACILITY=4 + SYSLOG_FACILITY=10 2>/dev/null |
      head -n 300000
  }
else
  for file in /var/log/auth.log /var/log/secure /var/log/messages /var/log/syslog none; do [ -e "$file" ] && break; done
  [ "$file" != none ] || { echo none; return; }
  set -- "$file" "$(date '+%m-%d %T')" "$(date -d "@$((now - 3600))" '+%m-%d %T')" \
    "$(date -d "@$((now - 86400))" '+%m-%d %T')"
  log() {
    for part in "$file.1" "$file"; do
      if [ -r "$part" ]; then tail -c 15000000 "$part"; elif [ "$part" = "$file" ]; then
        as_root tail -c 15000000 "$part"
      fi
    done
  }
  if [ ! -r "$file" ]; then
    said=$(as_root tail -c 15000000 "$file" | head -n 1)
    case $said in "== denied"*) echo "$said"; return ;; esac
  fi
fi
echo "source $1"
log "$@" | tr -d '\000' | awk -v source="$1" -v now="$2" -v hour="$3" -v day="$4" '@COUNT@'
if [ -r /var/log/fail2ban.log ]; then
  tail -c 5000000 /var/log/fail2ban.log | awk -v since="$(date -d "@$((now - 86400))" '+%Y-%m-%d %T')" '
    $1 " " $2 >= since && / NOTICE +\[[^]]*\] Ban / { n++ } END { print "bans", n + 0 }'
fi
""".replace("@COUNT@", COUNT)

MOST_LINES = 300_000
"""How many lines of the log are looked at; more are cut."""

_KEYS = ("now", "lines", "failed", "unknown", "sources")
_NAME = re.compile(r"[0-9A-Za-z:.%_@\\+-]{1,64}\$?")


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed logins in the last hour and in the last day, of a source or for an account; `name` says of which."""

    name: str
    hour: int
    day: int


@dataclass(frozen=True, slots=True)
class Success:
    """The source got in with a password after `failures` in a row, within the last day."""

    source: str
    account: str
    failures: int


@dataclass(frozen=True, slots=True)
class FailedLogins:
    """`log` is `journal` or a file. `unknown` are those for names that are no account of the host, which are not told.

    `sources` is how many there were in the last day; `by_source` and `by_account` are at most ten, the most first.
    A source is an address, or `local` for su, sudo and the console. `bans` are those of fail2ban in the last day; None
    where it does not tell. `cut`: there were more lines than are looked at.
    """

    log: str
    all: Failures
    unknown: Failures
    sources: int
    by_source: tuple[Failures, ...]
    by_account: tuple[Failures, ...]
    successes: tuple[Success, ...]
    bans: int | None
    cut: bool


def parse(output: str) -> FailedLogins:
    """Raises `UnreadableOutput`, `NotApplicable` (no log), `NoPermission` (it is closed to the login)."""
    refuse_denied(output)
    lines = [line.split() for line in output.split("\n") if line.strip()]
    if ["closed", "journal"] in lines:
        raise NoPermission("the login may not read the journal: add it to the group systemd-journal (or adm)")
    if ["none"] in lines:
        raise NotApplicable("no journal here, and no log of authentication in /var/log")
    single = {words[0]: words[1:] for words in lines}
    if missing := [key for key in (*_KEYS, "source") if not single.get(key)]:
        raise UnreadableOutput(f"a line {missing[0]!r}", output.partition("\n")[0])
    number = whole_number(single["lines"][0])
    return FailedLogins(
        log=single["source"][0],
        all=_failures(["failed", "all", *single["failed"]]),
        unknown=_failures(["unknown", "unknown", *single["unknown"]]),
        sources=whole_number(single["sources"][0]),
        by_source=tuple(_failures(words) for words in lines if words[0] == "from"),
        by_account=tuple(_failures(words) for words in lines if words[0] == "tried"),
        successes=tuple(_success(words) for words in lines if words[0] == "success"),
        bans=whole_number(single["bans"][0]) if single.get("bans") else None,
        cut=number >= MOST_LINES,
    )


def _failures(words: list[str]) -> Failures:
    line = " ".join(words)
    if len(words) != 4 or not _NAME.fullmatch(words[1]):
        raise UnreadableOutput("a name, and two counts", line)
    return Failures(words[1], whole_number(words[2], line), whole_number(words[3], line))


def _success(words: list[str]) -> Success:
    line = " ".join(words)
    if len(words) != 4 or not (_NAME.fullmatch(words[1]) and _NAME.fullmatch(words[2])):
        raise UnreadableOutput("a source, an account and a count", line)
    return Success(words[1], words[2], whole_number(words[3], line))


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=900,
    timeout_seconds=60,
    keep_facts=True,
    root_commands=tuple(f"tail -c 15000000 /var/log/{name}" for name in ("auth.log", "secure", "messages", "syslog")),
)
