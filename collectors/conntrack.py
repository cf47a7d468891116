"""Connection tracking of the packet filter: how full its table is, and what it lost.

== /proc/uptime
86423.51 170934.02
== /proc/sys/net/netfilter/nf_conntrack_count
1234
== /proc/sys/net/netfilter/nf_conntrack_max
262144
== /proc/net/stat/nf_conntrack
entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  ...
000004d2  00000000 00000000 00000000 00000003 00001a2b 00000000 00000000 00000000 00000000 00000000 00000000 ...
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from collectors.contract import Collector, NotApplicable, Sample, UnreadableOutput
from collectors.contract.reading import blocks, decimal_number, whole_number

_UPTIME, _STATISTICS = "/proc/uptime", "/proc/net/stat/nf_conntrack"
_COUNT, _MAXIMUM = (f"/proc/sys/net/netfilter/nf_conntrack_{what}" for what in ("count", "max"))
_FILES = (_UPTIME, _COUNT, _MAXIMUM, _STATISTICS)

_HEX = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Statistic:
    """One counter of all processors together, under the kernel's name for it."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Conntrack:
    """The table of the network namespace that is looked at. `maximum` 0 is no limit.

    `statistics` are empty where the kernel does not tell them. `drops_per_second` are packets dropped since no entry
    could be made, and entries thrown out early to make room for others; None until two looks could be compared.
    """

    uptime_seconds: float
    entries: int
    maximum: int
    statistics: tuple[Statistic, ...] = ()
    drops_per_second: float | None = None


def parse(output: str) -> Conntrack:
    """Raises `UnreadableOutput`, `NotApplicable` where connections are not tracked."""
    parts = blocks(output, _UPTIME)
    if _COUNT not in parts and _MAXIMUM not in parts:
        raise NotApplicable("connections are not tracked here: nf_conntrack is not loaded")
    parts = blocks(output, _UPTIME, _COUNT, _MAXIMUM)
    entries, maximum = (whole_number(parts[name].strip()) for name in (_COUNT, _MAXIMUM))
    if entries < 0 or maximum < 0:
        raise UnreadableOutput("how many connections are tracked, and may be", output.partition("\n")[0])
    uptime = decimal_number(parts[_UPTIME].partition(" ")[0], parts[_UPTIME].strip())
    return Conntrack(uptime, entries, maximum, _statistics(parts.get(_STATISTICS, "")))


def _statistics(text: str) -> tuple[Statistic, ...]:
    """The sum over all processors of each column."""
    lines = [line.split() for line in text.split("\n") if line.strip()]
    if not lines:
        return ()
    names, *rows = lines
    if len(set(names)) < len(names) or any(len(row) != len(names) for row in rows):
        raise UnreadableOutput(f"columns of {_STATISTICS}", text.partition("\n")[0])
    for word in (word for row in rows for word in row):
        if not _HEX.fullmatch(word):
            raise UnreadableOutput("a hexadecimal counter", word)
    sums = (sum(int(word, 16) for word in column) for column in zip(*rows, strict=True))
    return tuple(Statistic(name, value) for name, value in zip(names, sums, strict=False) if name in _HELPS)


def compare(previous: Conntrack, current: Conntrack) -> Conntrack:
    """The current facts with the rate of what was lost since the previous ones."""
    elapsed = current.uptime_seconds - previous.uptime_seconds
    before, now = _drops(previous), _drops(current)
    # Fewer than before: the module was loaded anew, or a 32-bit counter began again.
    if before is None or now is None or elapsed <= 0 or now < before:
        return current
    return replace(current, drops_per_second=(now - before) / elapsed)


def _drops(facts: Conntrack) -> int | None:
    values: Mapping[str, int] = {statistic.name: statistic.value for statistic in facts.statistics}
    return values["drop"] + values["early_drop"] if values.keys() >= {"drop", "early_drop"} else None


_HELPS = {
    "found": "Number of searched entries which were successful.",
    "invalid": "Number of packets seen which can not be tracked.",
    "ignore": "Number of packets seen which are already connected to a conntrack entry.",
    "insert": "Number of entries inserted into the list.",
    "insert_failed": "Number of entries for which list insertion was attempted but failed.",
    "drop": "Number of packets dropped due to conntrack failure.",
    "early_drop": "Number of dropped conntrack entries to make room for new ones, if maximum table size was reached.",
    "search_restart": "Number of conntrack table lookups which had to be restarted due to hashtable resizes.",
}


def samples(facts: Conntrack) -> Iterator[Sample]:
    """As node_exporter's `conntrack` collector names them."""
    help_entries = "Number of currently allocated flow entries for connection tracking."
    yield Sample("node_nf_conntrack_entries", facts.entries, help=help_entries)
    yield Sample("node_nf_conntrack_entries_limit", facts.maximum, help="Maximum size of connection tracking table.")
    for statistic in facts.statistics:
        yield Sample(f"node_nf_conntrack_stat_{statistic.name}", statistic.value, help=_HELPS[statistic.name])


COLLECTOR = Collector(probe="", files=_FILES, parse=parse, compare=compare, samples=samples)
