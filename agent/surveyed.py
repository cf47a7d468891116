"""Which inventories the history has been told of: what is the same as before need not be compared again each round."""

from collections.abc import Mapping

from collectors.contract import Entry
from exporters.contract import HostReport

TELL_AGAIN_SECONDS = 3600.0
"""An inventory that stays the same is told again so often, for its last look to be known, and to heal what was lost."""


class Surveyed:
    """What was last told of each host, and when. Used under the lock that orders the reports of a host."""

    def __init__(self) -> None:
        self._told: dict[str, dict[str, tuple[int, float]]] = {}

    def worth_telling(self, report: HostReport) -> Mapping[str, tuple[Entry, ...]]:
        """The inventories of a report that are new, different, or were told long ago; from now on they are told."""
        told = self._told.setdefault(report.host.name, {})
        found = {}
        for collector, entries in report.inventory.items():
            likeness = hash(entries)
            before, at = told.get(collector, (None, 0.0))
            if likeness != before or abs(report.finished_at - at) >= TELL_AGAIN_SECONDS:  # a clock may go back
                told[collector] = likeness, report.finished_at
                found[collector] = entries
        return found

    def forget(self, host: str) -> None:
        """A host is off rounds."""
        self._told.pop(host, None)
