"""How often each metric is looked at: some collectors have a beat of their own, slower than that of the rounds."""

from collections.abc import Collection, Mapping
from functools import cache

from agent.catalogue import catalogue
from docs.pages.replay import samples


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
