"""Jobs of cron and anacron: file, user, schedule, and the program alone; what it is told stays on the host."""

# job /etc/crontab|17 * * * *|root|cd
# job /var/spool/cron/crontabs/app|@daily|app|/srv/app/bin/report
# job /etc/anacrontab|every 7 days|root|run-parts
# script /etc/cron.daily/logrotate
# == denied /usr/bin/grep -rs . /etc/crontab /etc/cron.d /etc/crontabs /etc/anacrontab /var/spool/cron

from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.contract import Collector, Entry, Kind, NotApplicable, UnreadableOutput
from collectors.inventoried import entries

_GREP = "grep -rs . /etc/crontab /etc/cron.d /etc/crontabs /etc/anacrontab /var/spool/cron"

# A command may hold a password, as may the variables before it: awk lets neither out. What at and batch keep in the
# spool is no crontab, and holds the whole environment of whoever left it.
PROBE = r"""
for place in /etc/crontab /etc/cron.d /etc/crontabs /etc/anacrontab /var/spool/cron none; do
  [ ! -e "$place" ] || break
done
[ "$place" != none ] || { echo "== none"; return; }
reduce() {
  awk '
    BEGIN {
      field = "[-0-9*\\/,~#LW?RH]+"; named = "(" field "|([A-Za-z][A-Za-z][A-Za-z][-,]?)+)"
      valid = "^(@(reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)|every [0-9]+ days|" \
        field " " field " " field " " named " " named ")$"
    }
    /^== denied / { print; next }
    {
      at = index($0, ":"); file = substr($0, 1, at - 1); line = substr($0, at + 1); name = file; sub(/.*\//, "", name)
      if (file ~ /[|]/ || name ~ /^\.|~$|\.(rpmsave|rpmnew|rpmorig|dpkg-[a-z]+|bak|orig|swp)$|^tmp\./) next
      if (file ~ /^\/etc\/(crontab|anacrontab|cron\.d\/[^\/]+)$/) of = ""
      else if (file ~ /^\/(etc\/crontabs|var\/spool\/cron|var\/spool\/cron\/(crontabs|tabs))\/[^\/]+$/) of = name
      else next
      sub(/^[ \t]+/, "", line); sub(/^-/, "", line)
      if (line ~ /^#/ || line ~ /^[A-Za-z_"][A-Za-z0-9_"]*[ \t]*=/) next
      n = split(line, word, /[ \t]+/)
      if (name == "anacrontab") {
        i = 4; schedule = (word[1] ~ /^@/) ? word[1] : "every " word[1] " days"; user = "root"
      } else if (line ~ /^@/) { schedule = word[1]; i = 2 }
      else { schedule = word[1] " " word[2] " " word[3] " " word[4] " " word[5]; i = 6 }
      if (name != "anacrontab") user = (of == "") ? word[i++] : of
      if (n < i || schedule !~ valid || user !~ /^[A-Za-z0-9_.@$-]+$/) next
      while (i < n && word[i] ~ /^[A-Za-z_][A-Za-z0-9_]*=[^"\047`$(\\]*$/) i++
      program = (word[i] ~ /^[A-Za-z0-9_.\/+@~-]+$/) ? word[i] : (word[i] ~ /^\[+$/) ? "test" : "?"
      print "job " file "|" schedule "|" user "|" program
    }'
}
told=$(as_root @GREP@ </dev/null 2>/dev/null | reduce)
case $told in
  "== denied "*) echo "$told"; told=$(@GREP@ 2>/dev/null | reduce) ;;
esac
[ -z "$told" ] || printf '%s\n' "$told"
for file in /etc/cron.hourly/* /etc/cron.daily/* /etc/cron.weekly/* /etc/cron.monthly/* /etc/periodic/*/*; do
  [ -f "$file" ] && [ -x "$file" ] && echo "script $file"
done
:
""".replace("@GREP@", _GREP)


@dataclass(frozen=True, slots=True)
class Job:
    """A line of a crontab. `program` is the first word of what is run, `?` where that is no plain word."""

    file: str
    schedule: str
    user: str
    program: str


@dataclass(frozen=True, slots=True)
class Crontabs:
    """`all_seen` is whether users' crontabs, which only root may read, were read too.

    `scripts` are files that are run daily or weekly for the folder they lie in.
    """

    jobs: tuple[Job, ...]
    scripts: tuple[str, ...]
    all_seen: bool


def parse(output: str) -> Crontabs:
    """Raises `UnreadableOutput`, `NotApplicable` (no crontabs)."""
    jobs: list[Job] = []
    scripts: list[str] = []
    denied = False
    for line in output.split("\n"):
        word, _, rest = line.partition(" ")
        if line.startswith("== denied "):
            denied = True
        elif line == "== none":
            raise NotApplicable("no crontabs here")
        elif word == "job" and rest.count("|") == 3:
            jobs.append(Job(*rest.split("|")))
        elif word == "script":
            scripts.append(rest)
        elif line:
            raise UnreadableOutput("a job or a script", line)
    return Crontabs(tuple(jobs), tuple(scripts), all_seen=not denied)


def compare(previous: Crontabs, current: Crontabs) -> Crontabs:
    """Carry on what only root could read, where root's part is denied now: it did not go, it is not seen."""
    if current.all_seen:
        return current
    seen = {job.file for job in current.jobs}
    return replace(current, jobs=current.jobs + tuple(job for job in previous.jobs if job.file not in seen))


def inventory(facts: Crontabs) -> Iterator[Entry]:
    """Each program with where it is written down, and when it runs as whom; of scripts run by period, each file."""
    things = [(f"{job.file} {job.program}", f"{job.schedule} as {job.user}") for job in facts.jobs]
    things += [(file, file.rpartition("/")[0].rpartition("/")[2].removeprefix("cron.")) for file in facts.scripts]
    yield from entries(Kind.TIMER, things)


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=3600,
    timeout_seconds=20,
    compare=compare,
    inventory=inventory,
    keep_facts=True,
    root_commands=(_GREP,),
)
