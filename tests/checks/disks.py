"""Disks for the checks that read their activity."""

from dataclasses import replace

from collectors.disk_activity import Disk, DiskActivity
from collectors.disk_counters import Activity, DiskCounters, DiskKind

IDLE = Activity(0.0, 0.0, 0.0, 0.0, None, None, 0.0, 0.0)
COUNTERS = DiskCounters(0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0)


def disk(name: str = "sda", kind: DiskKind = DiskKind.DISK, stuck: float | None = None, **activity: float) -> Disk:
    return Disk(name, kind, COUNTERS, replace(IDLE, **activity), stuck)


def looked_at(*disks: Disk) -> DiskActivity:
    return DiskActivity(100.0, disks, 60.0)
