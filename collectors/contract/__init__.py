"""What a collector is made of: the only part of `collectors` that exporters may know."""

from collectors.contract.collector import Collector
from collectors.contract.errors import (
    NoPermission,
    NotApplicable,
    SectionError,
    TransportError,
    UnreadableOutput,
)
from collectors.contract.inventory import Entry, Kind
from collectors.contract.reason import Reason
from collectors.contract.sample import Sample, SampleType

__all__ = [
    "Collector",
    "Entry",
    "Kind",
    "NoPermission",
    "NotApplicable",
    "Reason",
    "Sample",
    "SampleType",
    "SectionError",
    "TransportError",
    "UnreadableOutput",
]
