"""Fibre Channel ports of the host's adapters: their link, its speed, and the errors counted on it."""

# A port's name (WWPN) stays when the kernel numbers the hosts anew. Counters are hexadecimal; all ones: not counted.
# statistics/reset_statistics is for writing, and left alone.
#
# /sys/class/fc_host/host1/port_name:0x10000090fa942779
# /sys/class/fc_host/host1/port_state:Online
# /sys/class/fc_host/host1/speed:16 Gbit
# /sys/class/fc_host/host1/statistics/link_failure_count:0x2

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from collectors.contract import Collector, NotApplicable, Sample, SampleType, UnreadableOutput
from collectors.fc_host import COUNTED, ERRORS

PROBE = r"""
cd /sys/class/fc_host 2>/dev/null || return 0
grep -Hs . */port_name */port_state */port_type */port_id */speed */supported_speeds */supported_classes */fabric_name \
  */symbolic_name */dev_loss_tmo */statistics/*_count */statistics/*_frames */statistics/*_words \
  */statistics/fcp_packet_aborts */statistics/seconds_since_last_reset
:
"""

_LINE = re.compile(r"(host[0-9]{1,6})/(?:(statistics)/)?([a-z_]+):(.*)")
_NAME = re.compile(r"(?:0x)?([0-9a-f]{16})")
_GIGABITS = re.compile(r"([0-9]{1,4}) Gbit")
_NOT_COUNTED = 2**64 - 1


@dataclass(frozen=True, slots=True)
class FcPort:
    """One port. `name` is its WWPN, as `10:00:00:90:fa:94:27:79`; `host` the kernel's name for it, `host1`.

    `state` is the kernel's word (`Online`, `Linkdown`, `Offline` ...). `details` and `counters` are the files as they
    are, without those that this adapter does not count. `first_gigabits` is the speed of the first look at it online.
    `new_errors` are those since the look before; None when there was none, or the counters began anew.
    """

    name: str
    host: str
    state: str
    gigabits: int | None
    details: tuple[tuple[str, str], ...]
    counters: tuple[tuple[str, int], ...]
    was_online: bool = False
    first_gigabits: int | None = None
    new_errors: tuple[tuple[str, int], ...] | None = None


@dataclass(frozen=True, slots=True)
class FibreChannel:
    """All ports; `gone` are names of such as were online once, and are no longer in the host."""

    ports: tuple[FcPort, ...]
    gone: tuple[str, ...] = ()


def parse(output: str) -> FibreChannel:
    """Raises `NotApplicable` (no adapter), `UnreadableOutput`."""
    files: dict[str, dict[str, str]] = {}
    counters: dict[str, dict[str, int]] = {}
    for line in output.split("\n"):
        match = _LINE.fullmatch(line)
        if match is None:
            if line.strip():
                raise UnreadableOutput("a file of /sys/class/fc_host", line)
        elif match[2]:
            count = _count(match[4], line)
            if count != _NOT_COUNTED:
                counters.setdefault(match[1], {})[match[3]] = count
        else:
            files.setdefault(match[1], {})[match[3]] = match[4]
    if not files and not counters:
        raise NotApplicable("no Fibre Channel adapter (/sys/class/fc_host)")
    ports = [_port(host, of, counters.get(host, {})) for host, of in files.items()]
    return FibreChannel(tuple({port.name: port for port in ports}.values()))


def _count(word: str, line: str) -> int:
    if not re.fullmatch(r"0x[0-9a-f]{1,16}", word):
        raise UnreadableOutput("a counter such as 0x1f", line)
    return int(word, 16)


def _port(host: str, files: Mapping[str, str], counters: Mapping[str, int]) -> FcPort:
    name, speed = _NAME.fullmatch(files.get("port_name", "")), _GIGABITS.fullmatch(files.get("speed", ""))
    if name is None or "port_state" not in files:
        raise UnreadableOutput(f"port_name and port_state of {host}", files.get("port_name", ""))
    online = files["port_state"] == "Online"
    gigabits = int(speed[1]) if speed and online else None
    return FcPort(
        name=":".join(name[1][i : i + 2] for i in range(0, 16, 2)),
        host=host,
        state=files["port_state"],
        gigabits=gigabits,
        details=tuple(sorted(files.items())),
        counters=tuple(sorted(counters.items())),
        was_online=online,
        first_gigabits=gigabits,
    )


def compare(previous: FibreChannel, current: FibreChannel) -> FibreChannel:
    """What was seen first, what is gone, and the errors since the look before."""
    before = {port.name: port for port in previous.ports}
    once = {*previous.gone, *(port.name for port in previous.ports if port.was_online)}
    ports = [_compared(before[port.name], port) if port.name in before else port for port in current.ports]
    return FibreChannel(
        tuple(replace(port, was_online=port.was_online or port.name in once) for port in ports),
        tuple(sorted(once - {port.name for port in ports})),
    )


def _compared(old: FcPort, new: FcPort) -> FcPort:
    counts, were = dict(new.counters), dict(old.counters)
    grown = {name: counts[name] - were[name] for name in ERRORS if name in counts and name in were}
    return replace(
        new,
        first_gigabits=old.first_gigabits or new.first_gigabits,
        new_errors=None if min(grown.values(), default=0) < 0 else tuple(grown.items()),
    )


def samples(facts: FibreChannel) -> Iterator[Sample]:
    """As node_exporter's collector fibrechannel names them."""
    for port in facts.ports:
        host = ("fc_host", port.host)
        labels = ((name, value.removeprefix("0x")) for name, value in port.details)
        words = "Non-numeric data from /sys/class/fc_host/<host>, value is always 1."
        yield Sample("node_fibrechannel_info", 1, (host, *labels), words)
        for file, count in port.counters:
            if file in COUNTED:
                name, words = COUNTED[file]
                yield Sample(f"node_fibrechannel_{name}_total", count, (host,), words, SampleType.COUNTER)


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    needs_command="grep",
    every_seconds=300,
    timeout_seconds=20,  # some adapters are asked for their counters, and some take their time
    compare=compare,
    samples=samples,
    keep_facts=True,
    absent=FibreChannel(()),
)
