"""What a machine is built of."""

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import Entry, Kind
from collectors.inventoried import entries, size

_SIXTEENTH = 2**26  # of a GiB


@dataclass(frozen=True, slots=True)
class MemoryModule:
    """A module that holds memory, under the label its board gives it."""

    label: str
    kind: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Swap:
    """A file or device that is swapped to; `kind` is the kernel's word, `file` or `partition`."""

    path: str
    kind: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class HardwareParts:
    """`cores` and `sockets` are 0 where the kernel does not tell; `modules` are those the memory controller tells of.

    `memory_bytes` is all there is where `memory_is_exact`, and else what the kernel has left for use, which is not
    quite the same in each kernel.
    """

    architecture: str
    model: str
    threads: int
    cores: int
    sockets: int
    memory_bytes: int
    memory_is_exact: bool
    modules: tuple[MemoryModule, ...]
    swaps: tuple[Swap, ...]


def inventory(facts: HardwareParts) -> Iterator[Entry]:
    """Processors, memory, each module, each swap space; what a kernel keeps for itself is rounded away."""
    told = ((facts.sockets, "socket"), (facts.cores, "core"), (facts.threads, "thread"))
    counts = ", ".join(f"{count} {word}{'s' * (count != 1)}" for count, word in told if count)
    things = [("processors", ", ".join(word for word in (facts.model, facts.architecture, counts) if word))]
    memory = facts.memory_bytes if facts.memory_is_exact else round(facts.memory_bytes / _SIXTEENTH) * _SIXTEENTH
    things.append(("memory", size(memory)))
    things += [(f"memory module {one.label}", f"{size(one.size_bytes)} {one.kind}") for one in facts.modules]
    yield from entries(Kind.HARDWARE, things)
    yield from entries(Kind.DISK, ((f"swap {one.path}", f"{size(one.size_bytes)}, {one.kind}") for one in facts.swaps))
