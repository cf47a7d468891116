"""TCP and UDP ports that something listens on: at which addresses, held by which process, user and unit."""

# By ss, which as root knows every process, and without root still the socket's user and systemd unit:
#   ephemeral 32768 60999
#   == ss
#   udp UNCONN 0 0 127.0.0.1:323 0.0.0.0:* users:(("chronyd",pid=6,fd=5)) ino:1 sk:1 cgroup:/system.slice/chrony.service
#   tcp LISTEN 0 128 [::]:22 [::]:* users:(("sshd",pid=614,fd=4)) ino:2 sk:3 cgroup:/system.slice/ssh.service v6only:1
#   == users
#   uid:33 www-data
# Elsewhere (busybox's netstat cuts long addresses, and mostly knows no processes) from /proc:
#   == proc
#   socket tcp 00000000:0016 uid:0 1061
#   held 1061 dropbear

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.contract import Collector, Entry, UnreadableOutput
from collectors.contract.reading import whole_number
from collectors.listeners import Port, by_ss, from_proc, lasting, ports_of

PROBE = r"""
echo "ephemeral $(cat /proc/sys/net/ipv4/ip_local_port_range 2>/dev/null)"
found=$(as_root ss -H -tulnpe 2>/dev/null); status=$?
if [ $status = 77 ]; then
  echo "$found"
  found=$(ss -H -tulnpe 2>/dev/null); status=$?
fi
if [ $status = 0 ]; then
  echo "== ss"
else
  [ -O /proc/1 ] || echo "== unprivileged"
  echo "== proc"
  found=$(ls -l /proc/[0-9]*/fd 2>/dev/null | awk '
    function look(kind, state,  path, line, f) {
      path = "/proc/net/" kind
      while ((getline line < path) > 0) {
        split(line, f, " ")
        if (f[4] == state) { print "socket", kind, f[2], "uid:" f[8], f[10]; wanted[f[10]] }
      }
    }
    BEGIN { look("tcp", "0A"); look("tcp6", "0A"); look("udp", "07"); look("udp6", "07") }
    /^\/proc\/[0-9]+\/fd:$/ { split($0, part, "/"); path = "/proc/" part[3] "/comm" }
    match($0, /socket:\[[0-9]+\]$/) {
      inode = substr($0, RSTART + 8, RLENGTH - 9)
      if (inode in wanted) { if ((getline name < path) > 0) print "held", inode, name; close(path) }
    }')
fi
printf '%s\n' "$found"
echo "== users"
while IFS=: read -r name password uid rest; do
  case $found in *"uid:$uid "*) echo "uid:$uid $name" ;; esac
done </etc/passwd
"""

_SOCKETS = re.compile(r"^== (ss|proc)(?=\n)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ListeningPorts:
    """All listening ports by protocol and number.

    `ephemeral` is the range from which the kernel takes ports that nobody named; None where it does not say.
    `root` is whether every process could be seen. `first` are the ports seen first; None on the first look.
    """

    ports: tuple[Port, ...]
    ephemeral: tuple[int, int] | None
    root: bool
    first: tuple[Port, ...] | None = None


def parse(output: str) -> ListeningPorts:
    """Raises `UnreadableOutput`."""
    begin = _SOCKETS.search(output)
    # ss prints the names of processes raw, and one may be like the line before a part: only the last is the probe's.
    text, end, known = output[begin.end() :].rpartition("\n== users") if begin else ("", "", "")
    if not begin or not end:
        raise UnreadableOutput("a part 'ss' or 'proc', and 'users'", output.partition("\n")[0])
    ephemeral, *seen = output[: begin.start()].split("\n")
    # The first of a number is the one that tools show.
    users = reversed([line.partition(" ") for line in known.split("\n")])
    names = {"uid:0": "root"} | {user: name for user, _, name in users}
    sockets = by_ss(text[1:]) if begin[1] == "ss" else from_proc(text[1:])
    return ListeningPorts(
        ports=ports_of(tuple(sockets), names),
        ephemeral=_ephemeral(ephemeral),
        root=not any(line.startswith(("== unprivileged", "== denied ")) for line in seen),
    )


def _ephemeral(text: str) -> tuple[int, int] | None:
    words = text.split()
    if words == ["ephemeral"]:
        return None
    if len(words) != 3 or words[0] != "ephemeral":
        raise UnreadableOutput("ephemeral and two ports", text.strip())
    return whole_number(words[1], text), whole_number(words[2], text)


def compare(previous: ListeningPorts, current: ListeningPorts) -> ListeningPorts:
    """Carry on what was seen first."""
    return replace(current, first=previous.ports if previous.first is None else previous.first)


def inventory(facts: ListeningPorts) -> Iterator[Entry]:
    """The ports that stay: what is in the kernel's own range, or a login's, comes and goes."""
    yield from lasting(facts.ports, facts.ephemeral)


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=300,
    timeout_seconds=20,
    compare=compare,
    inventory=inventory,
    keep_facts=True,
    root_commands=("ss -H -tulnpe",),
)
