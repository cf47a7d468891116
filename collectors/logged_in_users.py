"""Who is logged in at a terminal or a desktop: since when, from where, and for how long idle."""

# A terminal's login is told by its first process, which login, sshd or their like has started, for utmp is not there on
# newer systems, logind learns of terminals from it, and without its PAM module knows no sessions at all:
#   uptime 12921.31
#   now 1795291990
#   == terminals
#   terminal 34816 1289245 1000 1766 231     (device, start in ticks, user, logind's session or -, parent)
#   parent sshd
#   command bash
#   == used
#   1795291969 /dev/pts/0
#   == sessions
#   Id=1766 (a line for each property, sessions parted by empty lines)
#   == who
#   rounds   pts/0        Nov 21 20:12 (192.0.2.7)
#   == users
#   1000 rounds

from dataclasses import dataclass

from collectors.contract import Collector, NoPermission
from collectors.contract.reading import blocks, decimal_number, pairs, whole_number
from collectors.logins import Login, Session, origins_by_terminal, sessions, terminals

# Programs that keep terminals for people already logged in (tmux, sudo, expect) are not looked for, nor what runs in a
# container, whose /proc/PID/status tells a process id more than one.
PROBE = r"""
found=$(awk '
  function line_of(path,  line) { line = ""; getline line < path; close(path); return line }
  function look(path,  line, last, part, field, pid, open) {
    line = line_of(path)
    if (line !~ /^[0-9]+ \(.*\) [A-Za-z] /) return
    last = split(line, part, ")"); split(part[last], field, " "); open = index(line, "(")
    pid = substr(line, 1, open - 2); called[pid] = substr(line, open + 1, length(line) - open - length(part[last]) - 1)
    if (field[4] == pid && field[5] != 0 && field[1] != "Z") {
      n++; own[n] = pid; parent[n] = field[2]; told[n] = "terminal " field[5] " " field[20]
    }
  }
  function tell(i,  path, line, f, user, nested, session) {
    path = "/proc/" own[i] "/status"
    while ((getline line < path) > 0) {
      split(line, f)
      if (f[1] == "Uid:") user = f[2]
      if (f[1] == "NSpid:" && 3 in f) nested = 1
    }
    close(path); path = "/proc/" own[i] "/cgroup"; session = "-"
    while ((getline line < path) > 0)
      if (match(line, /session-[^\/]*\.scope/)) session = substr(line, RSTART + 8, RLENGTH - 14)
    close(path)
    if (user == "" || nested) return
    print told[i], user, session, parent[i]; print "parent", called[parent[i]]; print "command", called[own[i]]
  }
  BEGIN {
    split(line_of("/proc/uptime"), up, " "); print "uptime", up[1]
    if (line_of("/proc/1/stat") == "") print "hidden"
    for (i = 1; i < ARGC; i++) look(ARGV[i])
    print "== terminals"
    for (i = 1; i <= n; i++) tell(i)
  }' /proc/[0-9]*/stat)
date '+now %s'
printf '%s\n' "$found"
echo "== used"
stat -c '%X %n' /dev/console /dev/pts/[0-9]* /dev/tty[0-9]* /dev/ttyS[0-9]* /dev/hvc[0-9]* 2>/dev/null
echo "== sessions"
if command -v loginctl >/dev/null; then
  set -- $(loginctl list-sessions --no-legend --no-pager 2>/dev/null | awk '{ print $1 }')
  [ $# = 0 ] || loginctl show-session --no-pager "$@" -p Id -p Name -p Type -p Class -p State -p Display -p Remote \
    -p RemoteHost -p TimestampMonotonic -p IdleHint -p IdleSinceHint 2>/dev/null
fi
echo "== who"
who 2>/dev/null
echo "== users"
while IFS=: read -r name password uid rest; do
  case $found in *" $uid "*) echo "$uid $name" ;; esac
done </etc/passwd
"""


@dataclass(frozen=True, slots=True)
class LoggedInUsers:
    """Every login, the longest first. The agent's own is at no terminal, as those of scripts and file copies are."""

    logins: tuple[Login, ...]


def parse(output: str) -> LoggedInUsers:
    """Raises `UnreadableOutput`, and `NoPermission` where /proc hides the processes of others."""
    parts = blocks(output, "terminals", "used", "sessions", "who", "users")
    head = pairs(parts[""], "uptime", "now")
    if "hidden" in head:
        raise NoPermission(
            "/proc hides other users' processes (hidepid): add the login to the group it is mounted with"
        )
    uptime, now = decimal_number(head["uptime"]), whole_number(head["now"])
    known, origins = sessions(parts["sessions"]), origins_by_terminal(parts["who"])
    used, names = _used(parts["used"]), _names(parts["users"])
    logins = [_at_desktop(session, uptime, now) for session in known.values() if session.is_desktop]
    for terminal in terminals(parts["terminals"]):
        session = known.get(terminal.session)
        user = names.get(str(terminal.user_id)) or (session.user if session else "") or f"uid {terminal.user_id}"
        origin = (session.origin if session else None) or origins.get(terminal.name)
        idle = max(0.0, float(now - used[terminal.name])) if terminal.name in used else None
        logins.append(Login(user, terminal.name, origin, round(max(0.0, uptime - terminal.started), 2), idle))
    return LoggedInUsers(tuple(sorted(logins, key=lambda login: (-login.lasted_seconds, login.terminal))))


def _used(text: str) -> dict[str, int]:
    """When each terminal was last typed into, in epoch seconds."""
    lines = (line.split(" ", 1) for line in text.split("\n") if line)
    return {words[-1].removeprefix("/dev/"): whole_number(words[0], " ".join(words)) for words in lines}


def _names(text: str) -> dict[str, str]:
    """Users by number; the first of a number is the one that tools show."""
    return dict(reversed([(uid, name) for uid, _, name in (line.partition(" ") for line in text.split("\n"))]))


def _at_desktop(session: Session, uptime: float, now: int) -> Login:
    since = session.idle_since_microseconds
    return Login(
        user=session.user,
        terminal=session.display,
        origin=session.origin,
        lasted_seconds=round(max(0.0, uptime - session.began_microseconds / 1e6), 2),
        idle_seconds=0.0 if since is None else round(max(0.0, now - since / 1e6), 2),
        graphical=True,
    )


COLLECTOR = Collector(probe=PROBE, parse=parse, needs_command="awk", every_seconds=300, timeout_seconds=20)
