"""The counters of a disk as node_exporter's `diskstats` collector names them."""

from collections.abc import Iterator
from operator import attrgetter

from collectors.contract import Sample, SampleType
from collectors.disk_counters.counters import SECTOR_BYTES, DiskCounters

# In the order of the fields; what the field is multiplied by, node_exporter's name and help.
_FIELDS = (
    (1, "reads_completed_total", "The total number of reads completed successfully."),
    (1, "reads_merged_total", "The total number of reads merged."),
    (SECTOR_BYTES, "read_bytes_total", "The total number of bytes read successfully."),
    (0.001, "read_time_seconds_total", "The total number of seconds spent by all reads."),
    (1, "writes_completed_total", "The total number of writes completed successfully."),
    (1, "writes_merged_total", "The number of writes merged."),
    (SECTOR_BYTES, "written_bytes_total", "The total number of bytes written successfully."),
    (0.001, "write_time_seconds_total", "This is the total number of seconds spent by all writes."),
    (1, "io_now", "The number of I/Os currently in progress."),
    (0.001, "io_time_seconds_total", "Total seconds spent doing I/Os."),
    (0.001, "io_time_weighted_seconds_total", "The weighted # of seconds spent doing I/Os."),
    (1, "discards_completed_total", "The total number of discards completed successfully."),
    (1, "discards_merged_total", "The total number of discards merged."),
    (1, "discarded_sectors_total", "The total number of sectors discarded successfully."),
    (0.001, "discard_time_seconds_total", "This is the total number of seconds spent by all discards."),
    (1, "flush_requests_total", "The total number of flush requests completed successfully"),
    (0.001, "flush_requests_time_seconds_total", "This is the total number of seconds spent by all flush requests."),
)


_FAMILIES = tuple(
    (
        attrgetter(field),
        factor,
        f"node_disk_{name}",
        help_text,
        SampleType.COUNTER if name.endswith("_total") else SampleType.GAUGE,
    )
    for field, (factor, name, help_text) in zip(DiskCounters.__slots__, _FIELDS, strict=True)
)


def disk_samples(device: str, counters: DiskCounters) -> Iterator[Sample]:
    """Those of one device that its kernel tells."""
    labels = (("device", device),)
    for field, factor, name, help_text, kind in _FAMILIES:
        if (value := field(counters)) is not None:
            yield Sample(name, value * factor, labels, help_text, kind)
