"""What became different about the hosts in a maintenance day, and before each of its problems."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from agent.history.schema import DAY
from exporters.contract import Change, DayRecord, HostChanges, Incident, net

MOST_OF_A_DAY = 500
"""Changes of a host that a day's record lists; `rounds changes` has all of them."""

MOST_BEFORE_A_PROBLEM = 20


class Upheavals:
    """Answers from `changes`, the oldest first: all from a day before `begin` until the record is made.

    `looked_at` are the hosts whose inventory was looked at in the day.
    """

    def __init__(
        self,
        changes: Iterable[Change],
        looked_at: Collection[str],
        begin: float,
        end: float,
        yesterday: DayRecord | None,
    ) -> None:
        self._looked_at = looked_at
        self._begin = begin
        self._end = end
        self._by_host: defaultdict[str, list[Change]] = defaultdict(list)
        for change in changes:
            self._by_host[change.host].append(change)
        self._told = {_key(incident): incident for incident in (yesterday.incidents if yesterday else ())}

    def of_the_day(self, hosts: Iterable[str]) -> tuple[HostChanges, ...]:
        """What is different at the end of the day, by host, in the order of `hosts`; only of those looked at."""
        found = []
        for host in hosts:
            if host in self._looked_at:
                different = net(c for c in self._by_host.get(host, ()) if self._begin <= c.at < self._end)
                found.append(HostChanges(host, len(different), different[:MOST_OF_A_DAY]))
        return tuple(found)

    def told_before(self, incident: Incident) -> Incident:
        """The incident with what became different on its host in the 24 hours before it began.

        Of one that began before the day it is what its first record said: the changes themselves may be gone by now.
        """
        if incident.began_at < self._begin:
            first = self._told.get(_key(incident))
            known = (first.changes_before, first.changes_before_total) if first else ((), 0)
            return replace(incident, changes_before=known[0], changes_before_total=known[1])
        # A look finds a change up to an hour late: it may be found only after the problem that it made.
        near = [
            change
            for change in self._by_host.get(incident.host, ())
            if change.at > incident.began_at - DAY and change.since < incident.began_at
        ]
        return replace(incident, changes_before=tuple(near[-MOST_BEFORE_A_PROBLEM:]), changes_before_total=len(near))


def _key(incident: Incident) -> tuple[str, str, str, float]:
    return incident.host, incident.check.name, incident.item, incident.began_at
