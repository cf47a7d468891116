"""How fast the counters of a disk grew between two looks."""

from dataclasses import dataclass

from collectors.disk_counters.counters import SECTOR_BYTES, DiskCounters

_WRAP = 2**32


@dataclass(frozen=True, slots=True)
class Activity:
    """Mean values of the time between two looks; rates are per second.

    `read_seconds` and `write_seconds` are what an operation took, from being asked for to its end; None when none
    ended. `queue` is how many were in progress, `busy_ratio` the part of the time, 0..1, in which any was.
    """

    reads: float
    writes: float
    bytes_read: float
    bytes_written: float
    read_seconds: float | None
    write_seconds: float | None
    queue: float
    busy_ratio: float


_NONE = Activity(0.0, 0.0, 0.0, 0.0, None, None, 0.0, 0.0)


def activity_between(then: DiskCounters, now: DiskCounters, elapsed_seconds: float) -> Activity | None:
    """None where the device is another one, or its counters began anew."""
    if now == then and elapsed_seconds > 0:  # most of the devices that a server has besides its disks
        return _NONE
    reads, writes = now.reads - then.reads, now.writes - then.writes
    sectors_read, sectors_written = now.sectors_read - then.sectors_read, now.sectors_written - then.sectors_written
    if min(reads, writes, sectors_read, sectors_written) < 0 or elapsed_seconds <= 0:
        return None
    return Activity(
        reads=reads / elapsed_seconds,
        writes=writes / elapsed_seconds,
        bytes_read=sectors_read * SECTOR_BYTES / elapsed_seconds,
        bytes_written=sectors_written * SECTOR_BYTES / elapsed_seconds,
        read_seconds=_seconds(then.read_ms, now.read_ms) / reads if reads else None,
        write_seconds=_seconds(then.write_ms, now.write_ms) / writes if writes else None,
        queue=_seconds(then.weighted_ms, now.weighted_ms) / elapsed_seconds,
        busy_ratio=min(1.0, _seconds(then.busy_ms, now.busy_ms) / elapsed_seconds),
    )


def _seconds(then_ms: int, now_ms: int) -> float:
    grown = now_ms - then_ms
    if grown < 0:
        # Printed as 32 bits: on a busy disk they begin again every few weeks, or days with a long queue. A small step
        # back is none: the sums over all processors are not taken at one moment.
        grown = grown % _WRAP if now_ms < _WRAP / 2 <= then_ms else 0
    return grown / 1000
