"""What Prometheus reads: rendered when a report arrives, joined when somebody asks."""

from exporters.exposition.families import Families
from exporters.exposition.family import Family, Stability
from exporters.exposition.heads import Format
from exporters.exposition.host import Counts, HostSeries
from exporters.exposition.lines import Lines, label_value, rendered, series_name

__all__ = [
    "Counts",
    "Families",
    "Family",
    "Format",
    "HostSeries",
    "Lines",
    "Stability",
    "label_value",
    "rendered",
    "series_name",
]
