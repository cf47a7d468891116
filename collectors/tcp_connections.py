"""TCP connections by state, and the port that most of those in each state are of."""

# Lines read, with a heading for each file. Then each state and how many are in it; for all but `listen` also the
# commonest port at this end, and at the other, with how many:
#
# lines 194
# 01 152 01BB 140 D431 2
# 08 31 1F90 31 C350 1
# 0A 9

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import Collector, NotApplicable, Sample, UnreadableOutput
from collectors.contract.reading import whole_number

# Counted there, in one pass: a busy server has a hundred thousand of them. A host without IPv6 has no tcp6.
PROBE = r"""
[ -r /proc/net/tcp ] || { echo "== none"; return; }
set -- /proc/net/tcp
[ -r /proc/net/tcp6 ] && set -- "$@" /proc/net/tcp6
awk '
  $1 == "sl" { next }
  { count[$4]++ }
  $4 != "0A" {
    n = split($2, here, ":"); if (++local[$4, here[n]] > near[$4]) { near[$4]++; port[$4] = here[n] }
    n = split($3, there, ":"); if (++remote[$4, there[n]] > far[$4]) { far[$4]++; partner[$4] = there[n] }
  }
  END {
    print "lines", NR
    for (s in count) print s, count[s] (s in near ? " " port[s] " " near[s] " " partner[s] " " far[s] : "")
  }' "$@"
"""

_STATES = (
    "established",
    "syn_sent",
    "syn_recv",
    "fin_wait1",
    "fin_wait2",
    "time_wait",
    "close",
    "close_wait",
    "last_ack",
    "listen",
    "closing",
)
_PORT = re.compile(r"[0-9A-F]{4}")


@dataclass(frozen=True, slots=True)
class PortCount:
    """How many connections are of one port."""

    port: int
    count: int


@dataclass(frozen=True, slots=True)
class StateCount:
    """Connections in one state of /proc/net/tcp, under node_exporter's name for it.

    `local` and `remote` are the ports that most of them have at this end and at the other; None for `listen`.
    """

    state: str
    count: int
    local: PortCount | None
    remote: PortCount | None


@dataclass(frozen=True, slots=True)
class TcpConnections:
    """Of IPv4 and IPv6 together. A state that no connection is in is left out."""

    states: tuple[StateCount, ...]


def parse(output: str) -> TcpConnections:
    """Raises `UnreadableOutput`, `NotApplicable` where the kernel shows no connections."""
    if output.strip() == "== none":
        raise NotApplicable("no /proc/net/tcp here")
    head, *lines = [line for line in output.split("\n") if line] or [""]
    if not head.startswith("lines ") or whole_number(head.removeprefix("lines "), head) < 1:
        raise UnreadableOutput("how many lines were read, at least the heading", head)
    found: dict[str, StateCount] = {}
    for line in sorted(lines):
        counted = _state(line)
        if counted.state in found:
            raise UnreadableOutput(f"{counted.state} once", line)
        found[counted.state] = counted
    return TcpConnections(tuple(found.values()))


def _state(line: str) -> StateCount:
    state, *words = line.split(" ")
    number = int(state, 16) if re.fullmatch(r"0[1-9AB]", state) else 0
    if not number or len(words) not in (1, 5):
        raise UnreadableOutput("a state of TCP and how many connections are in it", line)
    local = _port(words[1], words[2], line) if len(words) == 5 else None
    remote = _port(words[3], words[4], line) if len(words) == 5 else None
    return StateCount(_STATES[number - 1], _count(words[0], line), local, remote)


def _port(port: str, count: str, line: str) -> PortCount:
    if not _PORT.fullmatch(port):
        raise UnreadableOutput("a port, four hexadecimal digits", line)
    return PortCount(int(port, 16), _count(count, line))


def _count(word: str, line: str) -> int:
    count = whole_number(word, line)
    if count <= 0:
        raise UnreadableOutput("a count above zero", line)
    return count


def samples(connections: TcpConnections) -> Iterator[Sample]:
    """As node_exporter's `tcpstat` collector names them."""
    for found in connections.states:
        labels = (("state", found.state),)
        yield Sample("node_tcp_connection_states", found.count, labels, "Number of connection states.")


COLLECTOR = Collector(
    probe=PROBE, parse=parse, needs_command="awk", every_seconds=300, timeout_seconds=20, samples=samples
)
