"""A number for Prometheus, under the name the field already gave it."""

from enum import StrEnum
from typing import NamedTuple


class SampleType(StrEnum):
    """The Prometheus metric type."""

    GAUGE = "gauge"
    COUNTER = "counter"
    UNTYPED = "untyped"  # what node_exporter itself does not tell apart


class Sample(NamedTuple):
    """One sample of one metric family, in base units. A tuple: a round makes hundreds, in a third of the time.

    A counter's `name` ends in `_total`, as Prometheus wants it. `help` is the family's help text.
    """

    name: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()
    help: str = ""
    type: SampleType = SampleType.GAUGE
