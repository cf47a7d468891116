"""Cron: whether its daemon runs, what its log tells of jobs and crontabs, and when anacron's jobs last ran."""

# now 1795291440 +0000
# installed /usr/sbin/cron
# running
# crontab /etc/cron.d/orders
# anacron 1795291269 /var/spool/anacron/cron.daily
# == log journal
# 1795291441.438081 web-01 CRON[79]: (root) CMD (/usr/local/bin/sync-orders)
# 1795291441.441204 web-01 CRON[78]: (CRON) error (grandchild #79 failed with exit status 127)
# Elsewhere `== log /var/log/cron` (or another file); `== log none`; `== log closed /var/log/cron`.

from dataclasses import dataclass, replace

from collectors.contract import Collector, NoPermission, NotApplicable, UnreadableOutput
from collectors.contract.reading import whole_number
from collectors.cron_log import Told, carried, told_by
from collectors.log_lines import host_clock, lines_of, shown
from collectors.own_processes import OWN_PROCESSES

# Root's lines only: `logger -t CRON` is for everybody. A job's start is shown when the job fails, or has one of the
# commands asked for; cron writes the start before the failure, with the process that it names there.
PROBE = r"""@OWN_PROCESSES@
window=${1#window=}; [ $# = 0 ] || shift
stamp=$(date '+%s %z'); now=${stamp% *}; echo "now $stamp"
for name in cron crond fcron; do command -v "$name" >/dev/null && echo "installed $name" && break; done
[ -r /proc/1/comm ] || echo hidden; [ -z "$(own_processes -e cron -e crond -e fcron)" ] || echo running
for file in /etc/crontab /etc/cron.d/* /etc/crontabs/* /var/spool/cron/crontabs/* /var/spool/cron/*; do
  [ -f "$file" ] && printf 'crontab %s\n' "$file"
done
command -v anacron >/dev/null && stat -c 'anacron %Y %n' /var/spool/anacron/cron.* 2>/dev/null
told() {
  tr -d '\000' | cut -c 1-600 | awk '
    BEGIN { for (i = 1; i < ARGC; i++) asked[i] = ARGV[i]; n = ARGC; ARGC = 1 }
    /^[A-Z]/ && !/^[A-Z][a-z][a-z] +[0-9]/ || /insufficient permissions/ { print; next }
    / CMD \(| cmd / {
      for (i = 1; i < n; i++) if (index($0, asked[i])) last[i] = $0
      if (match($0, /\[[0-9]+\]: /)) start[substr($0, RSTART + 1, RLENGTH - 4)] = $0
      next
    }
    match($0, /grandchild #[0-9]+/) {
      pid = substr($0, RSTART + 12, RLENGTH - 12); if (pid in start) print start[pid]; delete start[pid]
    }
    /grandchild #|exit status|can.t execute|\) [A-Z]|[( ]bad / { print }
    END { for (i = 1; i < n; i++) if (i in last) print last[i] }' "$@" | tail -n 500 | without_secrets
}
if { [ -d /var/log/journal ] || [ -d /run/log/journal ]; } && [ -S /run/systemd/journal/socket ]; then
  echo "== log journal"
  journalctl _UID=0 SYSLOG_IDENTIFIER=CRON SYSLOG_IDENTIFIER=cron SYSLOG_IDENTIFIER=CROND SYSLOG_IDENTIFIER=crond \
    -S "@$((now - ${window:-7200}))" -o short-unix --no-pager 2>&1 | told "$@"
  return
fi
for file in /var/log/cron /var/log/cron.log /var/log/syslog /var/log/messages none; do [ -e "$file" ] && break; done
if [ "$file" = none ]; then echo "== log none"
elif [ ! -r "$file" ]; then echo "== log closed $file"
else echo "== log $file"; tail -c 4000000 "$file" | grep -iE ' (cron|crond)(\[[0-9]+\])?: ' | told "$@"
fi
:
""".replace("@OWN_PROCESSES@", OWN_PROCESSES)

CARRIED_SECONDS = 7 * 86400.0
"""For how long failures are carried from look to look, so that a check may show them for up to this."""


@dataclass(frozen=True, slots=True)
class AnacronJob:
    """A job of anacron, such as cron.daily, and when it last ran, in epoch seconds."""

    name: str
    ran_at: int


@dataclass(frozen=True, slots=True)
class Cron:
    """`installed` is the daemon's name, "" where there is none; `running` is None where /proc hides it.

    `log` is the journal or a file, "" where there is none; `log_closed`: the login may not read it. `told` is what it
    told since `watched_since`, the first look. `now` is the host's clock, in epoch seconds.
    """

    now: float
    installed: str
    running: bool | None
    crontabs: tuple[str, ...]
    anacron: tuple[AnacronJob, ...]
    log: str
    log_closed: bool
    told: Told
    watched_since: float


def parse(output: str) -> Cron:
    """Raises `UnreadableOutput`, and `NotApplicable` where there is no cron and no crontab that wants one."""
    head, found, rest = output.partition("\n== log ")
    clock, _, words = head.strip().partition("\n")
    now, offset = host_clock(clock)
    if not found:
        raise UnreadableOutput("the log of cron", head.rpartition("\n")[2])
    values: dict[str, list[str]] = {"installed": [], "crontab": [], "anacron": [], "hidden": [], "running": []}
    for line in words.split("\n") if words else ():
        word, _, value = line.partition(" ")
        if word not in values:
            raise UnreadableOutput("installed, hidden, running, crontab or anacron", line)
        values[word].append(value)
    installed = values["installed"][0] if values["installed"] else ""
    # Packages bring files for cron along where there is none.
    if not installed and not any("/spool/" in path or path.startswith("/etc/crontabs/") for path in values["crontab"]):
        raise NotApplicable("no cron here")
    source, _, text = rest.partition("\n")
    log, closed, told = _told(source, text, (now, offset))
    return Cron(
        now=now,
        installed=installed,
        running=True if values["running"] else None if values["hidden"] else False,
        crontabs=tuple(dict.fromkeys(shown(path) for path in values["crontab"])),
        anacron=tuple(_anacron(line) for line in values["anacron"]),
        log=log,
        log_closed=closed,
        told=told,
        watched_since=now,
    )


def _told(source: str, text: str, clock: tuple[float, int]) -> tuple[str, bool, Told]:
    """The log, whether it is closed, and what it tells."""
    if source == "none":
        return "", False, told_by(())
    if source.startswith("closed "):
        return shown(source.removeprefix("closed ")), True, told_by(())
    try:
        lines = sorted(lines_of(source, text, clock), key=lambda line: line.at)
    except NoPermission:
        # The rest is still worth something.
        return source, True, told_by(())
    return shown(source), False, told_by(lines)


def _anacron(line: str) -> AnacronJob:
    ran_at, _, path = line.partition(" ")
    return AnacronJob(shown(path.rpartition("/")[2], 60), whole_number(ran_at, line))


def compare(previous: Cron, current: Cron) -> Cron:
    """With what was told before, unless a crontab was read again since."""
    told = carried(previous.told, current.told, current.now - CARRIED_SECONDS)
    there = tuple(one for one in told.refused if one.crontab in current.crontabs or "/etc/cron.d/" not in one.crontab)
    return replace(current, told=replace(told, refused=there), watched_since=previous.watched_since)


COLLECTOR = Collector(probe=PROBE, parse=parse, every_seconds=300, timeout_seconds=30, compare=compare, keep_facts=True)
