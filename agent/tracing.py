"""From the lines of a day's record back to what the host answered."""

from collections.abc import Iterator
from dataclasses import dataclass

from agent.history.answers import Keeping
from agent.history.archive import Archive
from exporters.contract import DayRecord, Evidence, ItemLine


@dataclass(frozen=True, slots=True)
class Traced:
    """A line, and the answer it rests on: None where it was not checked, or where the answer was not kept.

    `command` and `answer` say whether the texts are kept, and still what the record says they were.
    """

    line: ItemLine
    evidence: Evidence | None = None
    command: Keeping | None = None
    answer: Keeping | None = None

    @property
    def is_kept(self) -> bool:
        """False when a text that the record names is missing or altered."""
        return {self.command, self.answer} <= {Keeping.KEPT, None}


def trace(archive: Archive, record: DayRecord, host: str, check: str | None = None) -> Iterator[Traced]:
    """Every line of a host, or of one check on it, in the record's order. Raises `HistoryError`."""
    named = {(one.host, one.collector, one.at): one for one in record.evidence if one.host == host}
    known: dict[str, Keeping] = {}

    def keeping(sha256: str) -> Keeping:
        if sha256 not in known:
            known[sha256] = archive.text(sha256).keeping
        return known[sha256]

    for line in record.items:
        if line.host != host or check not in (None, line.check.name):
            continue
        found = None if line.checked_at is None else named.get((host, line.check.collector, line.checked_at))
        if found is None:
            yield Traced(line)
        else:
            yield Traced(line, found, keeping(found.command_sha256), keeping(found.answer_sha256))
