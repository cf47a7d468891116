"""What changed about a host: what it is made of, not how it fares."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from collectors.contract import Kind


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of a host's inventory that came (`before` is None), went (`after` is None) or became another.

    `at` is the look that found it so, `since` the last look that had not, both in epoch seconds.
    """

    host: str
    kind: Kind
    name: str
    before: str | None
    after: str | None
    since: float
    at: float


@dataclass(frozen=True, slots=True)
class HostChanges:
    """Changes of one host, the oldest first. `total` is how many there were; of very many not all are listed."""

    host: str
    total: int
    changes: tuple[Change, ...]


def net(changes: Iterable[Change]) -> tuple[Change, ...]:
    """What is left of changes, the oldest first: one for each entry, none where all is as it was."""
    found: dict[tuple[str, Kind, str], Change] = {}
    for change in changes:
        key = (change.host, change.kind, change.name)
        first = found.get(key)
        found[key] = change if first is None else replace(change, before=first.before, since=first.since)
    return tuple(sorted((c for c in found.values() if c.before != c.after), key=lambda c: c.at))
