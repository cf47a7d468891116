"""Prometheus' text format 0.0.4: rendered when a report arrives, joined when somebody asks."""

from exporters.exposition.families import Families
from exporters.exposition.host import HostSeries
from exporters.exposition.lines import Family, Lines, label_value, rendered, series_name

__all__ = ["Families", "Family", "HostSeries", "Lines", "label_value", "rendered", "series_name"]
