"""Datagrams of UDP that wait: to be read by the program, and to be sent."""

# Each pair of queues that is not empty, as the kernel writes it, and how many sockets have it:
#
# v4 00000000:00000D40 2
# v4 lines 21
# v6 lines 4

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import Collector, NotApplicable, Sample, UnreadableOutput
from collectors.contract.reading import whole_number

# Counted there: a name server has thousands of sockets.
PROBE = r"""
set --
[ -r /proc/net/udp ] && set -- /proc/net/udp
[ -r /proc/net/udp6 ] && set -- "$@" /proc/net/udp6
[ $# -gt 0 ] || { echo "== none"; return; }
awk '
  $1 == "sl" { ip = FILENAME ~ /6$/ ? "v6" : "v4"; lines[ip] = 0; next }
  { lines[ip]++ }
  $5 != "00000000:00000000" { waiting[ip " " $5]++ }
  END { for (w in waiting) print w, waiting[w]; for (ip in lines) print ip, "lines", lines[ip] }' "$@"
"""

_WAITING = re.compile(r"(v[46]) ([0-9A-F]{8}):([0-9A-F]{8}) (.+)")
_LINES = re.compile(r"(v[46]) lines (.+)")


@dataclass(frozen=True, slots=True)
class UdpQueues:
    """Of all sockets of one IP version (`v4`, `v6`): memory of datagrams to be sent, and to be read, in bytes."""

    version: str
    transmit_bytes: int
    receive_bytes: int


def parse(output: str) -> tuple[UdpQueues, ...]:
    """Raises `UnreadableOutput`, `NotApplicable` where the kernel shows no sockets."""
    if output.strip() == "== none":
        raise NotApplicable("no /proc/net/udp here")
    found: dict[str, UdpQueues] = {}
    lines = [line for line in output.split("\n") if line]
    for line in lines:
        if (match := _LINES.fullmatch(line)) is not None:
            whole_number(match[2], line)
            found[match[1]] = UdpQueues(match[1], 0, 0)
    if not found:
        raise UnreadableOutput("how many sockets there are of an IP version", lines[0] if lines else "")
    for line in lines:
        if _LINES.fullmatch(line):
            continue
        match = _WAITING.fullmatch(line)
        if match is None or match[1] not in found:
            raise UnreadableOutput("queues that are not empty, and how many sockets have such", line)
        before, count = found[match[1]], whole_number(match[4], line)
        transmit, receive = (int(match[n], 16) * count for n in (2, 3))
        found[match[1]] = UdpQueues(match[1], before.transmit_bytes + transmit, before.receive_bytes + receive)
    return tuple(found[version] for version in sorted(found))


def samples(queues: tuple[UdpQueues, ...]) -> Iterator[Sample]:
    """As node_exporter's collector `udp_queues` names them."""
    text = "Number of allocated memory in the kernel for UDP datagrams in bytes."
    for queue in queues:
        for name, value in (("rx", queue.receive_bytes), ("tx", queue.transmit_bytes)):
            yield Sample("node_udp_queues", value, (("ip", queue.version), ("queue", name)), text)


COLLECTOR = Collector(
    probe=PROBE, parse=parse, needs_command="awk", every_seconds=300, timeout_seconds=20, samples=samples
)
