"""Reads /proc/net/snmp, /proc/net/netstat and /proc/net/snmp6."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

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
_IPV6 = re.compile(r"(Ip6|Icmp6|Udp6|UdpLite6)([A-Za-z0-9]+)", re.ASCII)


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
        protocol, columns, kept = _columns(heading)
        same, *values = line.split(" ")
        if same != f"{protocol}:" or len(values) != columns:
            raise UnreadableOutput(f"the values of {heading[:20]!r}", line)
        for at, name in kept:
            yield ProtocolCounter(protocol, name, whole_number(values[at], line))


@lru_cache(maxsize=64)
def _columns(heading: str) -> tuple[str, int, tuple[tuple[int, str], ...]]:
    """Of a line of names: the protocol, how many names, and those kept with their places. A kernel's never change."""
    first, *names = heading.split(" ")
    protocol = first.removesuffix(":")
    return protocol, len(names), tuple((at, name) for at, name in enumerate(names) if _is_kept(protocol, name))


def ipv6_counters(text: str) -> Iterator[ProtocolCounter]:
    """From snmp6, a counter a line. Raises `UnreadableOutput`."""
    for line in text.split("\n"):
        if not line:
            continue
        word, _, value = line.partition(" ")
        value = value.strip()
        known = _ipv6_name(word)
        if known is None or not (value.isdecimal() and value.isascii()):
            raise UnreadableOutput("a counter of IPv6", line)
        protocol, name, is_kept = known
        if is_kept:
            yield ProtocolCounter(protocol, name, whole_number(value, line))


@lru_cache(maxsize=1024)
def _ipv6_name(word: str) -> tuple[str, str, bool] | None:
    """The protocol and the counter of a name such as Icmp6InMsgs, and whether it is kept."""
    match = _IPV6.fullmatch(word)
    return (match[1], match[2], _is_kept(match[1], match[2])) if match else None


def _is_kept(protocol: str, name: str) -> bool:
    known = _NAME.fullmatch(protocol) and _NAME.fullmatch(name)
    return bool(known and _KEPT.fullmatch(f"{protocol}_{name}"))
