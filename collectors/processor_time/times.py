"""The counters of processor time."""

from dataclasses import dataclass, fields

from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_numbers

USER_HZ = 100
"""Ticks per second in /proc, sysconf(_SC_CLK_TCK).

It is part of the kernel's interface to programs, and 100 on every architecture Linux still runs on but Alpha; asking
getconf would cost a fork per round.
"""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds since the start, by what they were spent on; guests are also part of `user` and `nice`."""

    user: float
    nice: float
    system: float
    idle: float
    iowait: float
    irq: float
    softirq: float
    steal: float
    guest: float = 0.0
    guest_nice: float = 0.0


MODES = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
"""What the time of a processor is divided into, without counting any twice."""


def parse_times(words: str) -> Times:
    """The counters of one line of /proc/stat after its name. Raises `UnreadableOutput`."""
    ticks = whole_numbers(words.split(), words)
    # Kernels before 2.6.33 do not count guests.
    if len(ticks) < len(MODES) or min(ticks) < 0:
        raise UnreadableOutput(f"{len(MODES)} counters of processor time", words)
    return Times(*(tick / USER_HZ for tick in ticks[: len(fields(Times))]))


def psutil_times(times: object) -> Times:
    """The same from `psutil.cpu_times()`; what its system does not tell apart is zero."""
    return Times(*(float(getattr(times, field.name, 0.0)) for field in fields(Times)))
