"""Reads /proc/net/snmp, /proc/net/netstat and /proc/net/snmp6."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number

# Of several hundred, those that node_exporter shows unless told otherwise.
_KEPT = re.compile(
    r".*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)"
    r"|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)"
    r"|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)"
    r"|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors)"
)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*", re.ASCII)
_IPV6 = re.compile(r"(Ip6|Icmp6|Udp6|UdpLite6)([A-Za-z0-9]+)\s+([0-9]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class ProtocolCounter:
    """One counter under the kernel's names, such as RetransSegs of Tcp; a few of them are gauges."""

    protocol: str
    name: str
    value: int


def protocol_counters(text: str) -> Iterator[ProtocolCounter]:
    """From snmp and netstat, where a line of names comes before each line of values. Raises `UnreadableOutput`."""
    lines = [line for line in text.split("\n") if line]
    if len(lines) % 2:
        raise UnreadableOutput("pairs of lines, names and values", lines[-1])
    for heading, line in zip(lines[::2], lines[1::2], strict=True):
        (protocol, *names), (same, *values) = heading.split(" "), line.split(" ")
        if protocol != same or not protocol.endswith(":") or len(names) != len(values):
            raise UnreadableOutput(f"the values of {heading[:20]!r}", line)
        for name, value in zip(names, values, strict=True):
            if _is_kept(protocol[:-1], name):
                yield ProtocolCounter(protocol[:-1], name, whole_number(value, line))


def ipv6_counters(text: str) -> Iterator[ProtocolCounter]:
    """From snmp6, a counter a line. Raises `UnreadableOutput`."""
    for line in text.split("\n"):
        match = _IPV6.fullmatch(line.strip())
        if match and _is_kept(match[1], match[2]):
            yield ProtocolCounter(match[1], match[2], whole_number(match[3], line))
        elif line and not match:
            raise UnreadableOutput("a counter of IPv6", line)


def _is_kept(protocol: str, name: str) -> bool:
    known = _NAME.fullmatch(protocol) and _NAME.fullmatch(name)
    return bool(known and _KEPT.fullmatch(f"{protocol}_{name}"))
