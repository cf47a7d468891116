"""The counters of one line of /proc/diskstats."""

from collections.abc import Sequence
from dataclasses import dataclass

from collectors.contract import UnreadableOutput

SECTOR_BYTES = 512
"""What the kernel counts in, whatever the size of the disk's own sectors."""


@dataclass(frozen=True, slots=True)
class DiskCounters:
    """Counters since the device came, but for `in_progress`. Times are in milliseconds, and begin again at 2**32.

    `read_ms` and its kin add up what each operation took, `busy_ms` the time in which there was any, `weighted_ms` the
    operations in progress times their time. None: older kernels do not tell (discards before 4.18, flushes before 5.5).
    """

    reads: int
    reads_merged: int
    sectors_read: int
    read_ms: int
    writes: int
    writes_merged: int
    sectors_written: int
    write_ms: int
    in_progress: int
    busy_ms: int
    weighted_ms: int
    discards: int | None = None
    discards_merged: int | None = None
    sectors_discarded: int | None = None
    discard_ms: int | None = None
    flushes: int | None = None
    flush_ms: int | None = None

    @property
    def completed(self) -> int:
        """Operations of all kinds."""
        return self.reads + self.writes + (self.discards or 0) + (self.flushes or 0)


_COLUMNS = (17, 15, 11)


def disk_counters(numbers: Sequence[int], line: str) -> DiskCounters:
    """From the numbers after the device's name; later kernels may add more. Raises `UnreadableOutput`."""
    known = next((columns for columns in _COLUMNS if columns <= len(numbers)), 0)
    # in_progress was below zero for a moment on kernels up to 2.6.
    if not known or min(*numbers[:8], *numbers[9:known]) < 0:
        raise UnreadableOutput(f"{_COLUMNS[-1]} counters or more after the name of a device", line)
    return DiskCounters(*numbers[:known])
