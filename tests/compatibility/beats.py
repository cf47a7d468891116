"""How often each metric is looked at: some collectors have a beat of their own, slower than that of the rounds."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from agent.catalogue import catalogue
from collectors.contract import SampleType
from docs.pages.replay import samples


@dataclass(frozen=True, slots=True)
class SlowSection:
    """A collector with a beat of its own, and node_exporter's families that it makes."""

    collector: str
    seconds: float
    counters: tuple[str, ...]
    others: tuple[str, ...]


def slow_sections() -> Iterator[SlowSection]:
    """Those that make any, by name."""
    for name, plugin in sorted(catalogue().collectors.items()):
        seconds = plugin.collector.every_seconds
        found = [sample for sample in samples(name) if sample.name.startswith("node_")] if seconds else []
        if seconds and found:
            counters = tuple(sample.name for sample in found if sample.type is SampleType.COUNTER)
            others = tuple(sample.name for sample in found if sample.type is not SampleType.COUNTER)
            yield SlowSection(name, float(seconds), counters, others)


@cache
def slow_metrics() -> Mapping[str, float]:
    """The seconds between two looks, for the metrics of collectors that set them."""
    return {
        sample.name: float(plugin.collector.every_seconds)
        for name, plugin in catalogue().collectors.items()
        if plugin.collector.every_seconds
        for sample in samples(name)
    }


def beat_of(metrics: Collection[str], beat: float) -> float:
    """The slowest beat among `metrics`, where the rounds have `beat`."""
    return max((slow_metrics().get(name, 0.0) for name in metrics), default=0.0) or beat
