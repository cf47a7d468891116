"""Main memory and swap space, as the kernel counts them.

== /proc/meminfo
MemTotal:       24684084 kB
MemFree:        23740948 kB
MemAvailable:   24184412 kB
SwapTotal:             0 kB
HugePages_Total:       0
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import psutil

from collectors.contract import Collector, Sample, SampleType, UnreadableOutput
from collectors.contract.reading import blocks, whole_number

MEMINFO = Path("/proc/meminfo")

_LINE = re.compile(r"([A-Za-z0-9_()]+):\s*([0-9]+)(?: (kB))?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of /proc/meminfo: a size in bytes, or a count of huge pages when `in_bytes` is false."""

    name: str
    value: int
    in_bytes: bool


@dataclass(frozen=True, slots=True)
class Memory:
    """Sizes in bytes. `available_bytes` is what programs can still get without swapping.

    Kernels before 3.14 do not say it; then it is estimated from what could be given back, and
    `available_is_estimated`. A host without swap has `swap_total_bytes` 0. `entries` is all of /proc/meminfo.
    """

    total_bytes: int
    available_bytes: int
    available_is_estimated: bool
    swap_total_bytes: int
    swap_free_bytes: int
    entries: tuple[Entry, ...] = ()


def parse(output: str) -> Memory:
    """Facts from what the host printed."""
    entries: dict[str, Entry] = {}
    for line in blocks(output, "/proc/meminfo")["/proc/meminfo"].split("\n"):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line)
        if match is None or match[1] in entries:
            raise UnreadableOutput("a line of /proc/meminfo", line)
        value = whole_number(match[2], line) * (1024 if match[3] else 1)
        entries[match[1]] = Entry(match[1], value, in_bytes=match[3] is not None)
    return _memory(entries)


def _memory(entries: Mapping[str, Entry]) -> Memory:
    sizes = {name: entry.value for name, entry in entries.items()}
    for name in ("MemTotal", "MemFree"):
        if name not in sizes:
            raise UnreadableOutput(f"a line {name} in /proc/meminfo")
    if sizes["MemTotal"] == 0:
        raise UnreadableOutput("more than no memory", "MemTotal: 0")
    available = sizes.get("MemAvailable")
    return Memory(
        total_bytes=sizes["MemTotal"],
        available_bytes=_estimated(sizes) if available is None else available,
        available_is_estimated=available is None,
        swap_total_bytes=sizes.get("SwapTotal", 0),
        swap_free_bytes=sizes.get("SwapFree", 0),
        entries=tuple(entries.values()),
    )


def _estimated(sizes: Mapping[str, int]) -> int:
    """Free, plus caches but for shared memory, which cannot be dropped."""
    cached = sum(sizes.get(name, 0) for name in ("Buffers", "Cached", "SReclaimable")) - sizes.get("Shmem", 0)
    return min(sizes["MemTotal"], sizes["MemFree"] + max(0, cached))


def read_local() -> Memory:
    """Facts of this machine: all the kernel says where there is a /proc, elsewhere what psutil knows."""
    return parse(f"== /proc/meminfo\n{MEMINFO.read_text('ascii')}") if MEMINFO.exists() else read_psutil()


def read_psutil() -> Memory:
    """Facts of this machine where there is no /proc; the entries are only those that mean the same there."""
    memory, swap = psutil.virtual_memory(), psutil.swap_memory()
    sizes = {
        "MemTotal": memory.total,
        "MemFree": memory.free,
        "MemAvailable": memory.available,
        "SwapTotal": swap.total,
        "SwapFree": swap.free,
    }
    return _memory({name: Entry(name, size, in_bytes=True) for name, size in sizes.items()})


def samples(memory: Memory) -> Iterator[Sample]:
    """As node_exporter's `meminfo` collector names them."""
    for entry in memory.entries:
        name, text, kind = _family(entry.name, entry.in_bytes)
        yield Sample(name, entry.value, (), text, kind)


@lru_cache(maxsize=256)
def _family(entry: str, in_bytes: bool) -> tuple[str, str, SampleType]:
    """Name, help and type for an entry; every host has the same fifty."""
    field = re.sub(r"\((.*)\)", r"_\1", entry) + ("_bytes" if in_bytes else "")
    kind = SampleType.COUNTER if field.endswith("_total") else SampleType.GAUGE
    return f"node_memory_{field}", f"Memory information field {field}.", kind


COLLECTOR = Collector(probe="", parse=parse, files=("/proc/meminfo",), read_local=read_local, samples=samples)
