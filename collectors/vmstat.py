"""The kernel's counters of paging and swapping, and of processes killed for want of memory."""

# == /proc/vmstat
# nr_free_pages 1203771
# pgfault 81221911
# oom_kill 1
# == /proc/sys/kernel/random/boot_id
# 1d4f6ae4-45d9-4c2e-8c3a-0c7c6a8a5a3c
# == at
# 1795291440.250

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from collectors.contract import Collector, NotApplicable, Sample, SampleType, UnreadableOutput
from collectors.contract.reading import blocks, decimal_number, whole_number

VMSTAT = "/proc/vmstat"
BOOT_ID = "/proc/sys/kernel/random/boot_id"

# The agent's clock, which no restart of the host sets back.
PROBE = """\
echo "== at
$sent_at"
"""

REMEMBERED = 50
"""How many rises of the number of kills are carried from look to look."""

_EXPORTED = re.compile(r"oom_kill|pgpg.*|pswp.*|pg.*fault.*")


@dataclass(frozen=True, slots=True)
class Counter:
    """One counter of those that node_exporter exports."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Kills:
    """So many processes were killed between two looks; `at` is the agent's clock at the later one, epoch seconds."""

    count: int
    at: float


@dataclass(frozen=True, slots=True)
class Vmstat:
    """Counters since the host started. `oom_kills` is how many processes the kernel killed for want of memory.

    `boot_id` is the kernel's name for this boot, "" where it gives none. `kills` are the rises seen since the first
    look, the latest last; without `compared` this is the first look.
    """

    at: float
    boot_id: str
    oom_kills: int
    counters: tuple[Counter, ...]
    kills: tuple[Kills, ...] = ()
    compared: bool = False


def parse(output: str) -> Vmstat:
    """Raises `UnreadableOutput`, and `NotApplicable` for kernels before 4.13, which do not count kills."""
    parts = blocks(output, "at")
    if VMSTAT not in parts:
        raise NotApplicable("no /proc/vmstat")
    counters: dict[str, int] = {}
    for line in parts[VMSTAT].split("\n"):
        name, _, value = line.partition(" ")
        if name and name in counters:
            raise UnreadableOutput("each counter once", line)
        if name:
            counters[name] = whole_number(value, line)
    if not counters:
        raise UnreadableOutput("the counters of /proc/vmstat", parts[VMSTAT])
    if "oom_kill" not in counters:
        raise NotApplicable("this kernel does not count the processes it kills for want of memory: needs Linux 4.13")
    return Vmstat(
        at=decimal_number(parts["at"].strip()),
        boot_id=parts.get(BOOT_ID, "").strip(),
        oom_kills=counters["oom_kill"],
        counters=tuple(Counter(name, value) for name, value in counters.items() if _is_exported(name)),
    )


@lru_cache(maxsize=1024)
def _is_exported(name: str) -> bool:
    return _EXPORTED.fullmatch(name) is not None


def compare(previous: Vmstat, current: Vmstat) -> Vmstat:
    """With the kills seen so far. After a restart of the host all that its counter has are new."""
    restarted = previous.boot_id != current.boot_id or current.oom_kills < previous.oom_kills
    count = current.oom_kills - (0 if restarted else previous.oom_kills)
    kills = (*previous.kills, Kills(count, current.at)) if count else previous.kills
    return replace(current, kills=kills[-REMEMBERED:], compared=True)


def samples(vmstat: Vmstat) -> Iterator[Sample]:
    """As node_exporter's `vmstat` collector names them."""
    for counter in vmstat.counters:
        text = f"/proc/vmstat information field {counter.name}."
        yield Sample(f"node_vmstat_{counter.name}", counter.value, (), text, SampleType.UNTYPED)


COLLECTOR = Collector(
    probe=PROBE, files=(VMSTAT, BOOT_ID), parse=parse, compare=compare, samples=samples, keep_facts=True
)
