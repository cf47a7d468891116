"""The counters of /proc/diskstats: what they are, what kind of device has them, how fast they grew."""

from collectors.disk_counters.activity import Activity, activity_between
from collectors.disk_counters.counters import DiskCounters, disk_counters
from collectors.disk_counters.kinds import DiskKind, disk_kind, is_partition, is_shown
from collectors.disk_counters.samples import disk_samples

__all__ = [
    "Activity",
    "DiskCounters",
    "DiskKind",
    "activity_between",
    "disk_counters",
    "disk_kind",
    "disk_samples",
    "is_partition",
    "is_shown",
]
