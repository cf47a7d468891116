"""How the sections of rounds fared, as node_exporter tells of its collectors."""

from collections.abc import Collection, Iterable

from exporters.contract import SectionTiming
from exporters.exposition.family import Family
from exporters.exposition.lines import Lines

_DURATION = Family("node_scrape_collector_duration_seconds", "node_exporter: Duration of a collector scrape.")
_SUCCESS = Family("node_scrape_collector_success", "node_exporter: Whether a collector succeeded.")


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

    def lines(self) -> Lines:
        """Both families; one that never ended has no duration."""
        lines = Lines()
        for name, timing in self._timings.items():
            labels = f'collector="{name}"'
            if timing.seconds is not None:
                lines.add(_DURATION, labels, timing.seconds)
            lines.add(_SUCCESS, labels, timing.reason is None)
        return lines
