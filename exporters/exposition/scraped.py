"""How the sections of rounds fared, as node_exporter tells of its collectors."""

from collections.abc import Collection, Iterable, Iterator

from collectors.contract import Sample
from exporters.contract import SectionTiming

_DURATION = "node_scrape_collector_duration_seconds"
_SUCCESS = "node_scrape_collector_success"


class ScrapedSections:
    """The latest timing of each section, whichever lane it is in.

    Sections that only read files take what it took to read those of all. One that found nothing of its kind on the
    host was no success, as in node_exporter.
    """

    def __init__(self) -> None:
        self._timings: dict[str, SectionTiming] = {}

    def observe(self, timings: Iterable[SectionTiming]) -> None:
        """Take over those of one round."""
        self._timings |= {timing.collector: timing for timing in timings}

    def retain(self, collectors: Collection[str]) -> None:
        """Forget those that are not made any more."""
        self._timings = {name: timing for name, timing in self._timings.items() if name in collectors}

    def forget(self, collectors: Collection[str]) -> None:
        """Nothing is known of these any more."""
        self._timings = {name: timing for name, timing in self._timings.items() if name not in collectors}

    def samples(self) -> Iterator[Sample]:
        """Both families; one that never ended has no duration."""
        for name, timing in self._timings.items():
            labels = (("collector", name),)
            if timing.seconds is not None:
                yield Sample(_DURATION, timing.seconds, labels, "node_exporter: Duration of a collector scrape.")
            success = int(timing.reason is None)
            yield Sample(_SUCCESS, success, labels, "node_exporter: Whether a collector succeeded.")
