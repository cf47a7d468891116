"""The kernel's clock, from the numbers of the kernel or from the words of the command."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from collectors.contract import NoPermission, UnreadableOutput
from collectors.contract.reading import whole_number

_ERROR = 5  # TIME_ERROR: the clock is not synchronised
_NANOSECONDS = 0x2000  # STA_NANO

FIELDS = 20
"""Numbers in struct timex after its mode."""


@dataclass(frozen=True, slots=True)
class PulsePerSecond:
    """What the kernel keeps of a pulse that comes each second. All zero where there is none, as nearly everywhere.

    `frequency` and `stability` are in 2**-16 parts of a million, `jitter` is in the unit of the clock's offset.
    """

    frequency: int
    jitter: int
    shift: int
    stability: int
    jitter_exceeded: int
    calibrations: int
    errors: int
    stability_exceeded: int


@dataclass(frozen=True, slots=True)
class KernelClock:
    """Numbers as adjtimex(2) has them: microseconds, but for the `offset`, in nanoseconds where `is_fine`.

    `frequency` is in 2**-16 parts of a million. `pulse` and `tai_offset_seconds` are None where only the command
    was asked, which does not print them.
    """

    synchronised: bool
    offset: int
    frequency: int
    maximum_error: int
    estimated_error: int
    status: int
    time_constant: int
    tick: int
    pulse: PulsePerSecond | None = None
    tai_offset_seconds: int | None = None

    @property
    def is_fine(self) -> bool:
        """Whether the offset is in nanoseconds."""
        return bool(self.status & _NANOSECONDS)


def from_numbers(state: int, timex: Sequence[int]) -> KernelClock:
    """From what the call returned, and struct timex without its mode. Raises `UnreadableOutput`."""
    if len(timex) != FIELDS or not 0 <= state <= _ERROR:
        raise UnreadableOutput(f"a state of 0 to {_ERROR}, and {FIELDS} numbers of the kernel's clock", str(state))
    # Between the time constant and the tick: precision, tolerance, and the time of day.
    clock = _clock(state, (*timex[:6], timex[10]))
    return replace(clock, pulse=PulsePerSecond(*timex[11:19]), tai_offset_seconds=timex[19])


def _clock(state: int, numbers: Sequence[int]) -> KernelClock:
    offset, frequency, maximum_error, estimated_error, status, constant, tick = numbers
    return KernelClock(state != _ERROR, offset, frequency, maximum_error, estimated_error, status, constant, tick)


_WORDS = ("offset", "freq.adjust", "maxerror", "esterror", "status", "timeconstant", "tick")
_LINE = re.compile(r"^.{0,4}(return value|[a-z]+(?:\.[a-z]+)?): +(\S+)", re.MULTILINE)


def from_words(text: str) -> KernelClock:
    """From what the command adjtimex of busybox prints. Raises `UnreadableOutput`."""
    found: dict[str, str] = dict(_LINE.findall(text))
    if not found.keys() >= {*_WORDS, "return value"}:
        raise UnreadableOutput("what adjtimex prints", text.partition("\n")[0])
    return _clock(whole_number(found["return value"]), [whole_number(found[name]) for name in _WORDS])


def refused() -> NoPermission:
    """The error where the call itself failed."""
    return NoPermission("the kernel's clock may not be read: a container's filter of system calls forbids adjtimex")
