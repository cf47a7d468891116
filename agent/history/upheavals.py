"""What became different about the hosts in a maintenance day, and before each of its problems."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from agent.history.schema import DAY
from collectors.contract import Kind
from exporters.contract import Change, DayRecord, HostChanges, Incident, net

MOST_OF_A_DAY = 500
"""Changes of a host that a day's record lists; `rounds changes` has all of them."""

MOST_BEFORE_A_PROBLEM = 20

FIRST_LOOK_SECONDS = 300.0
"""What nobody saw well so soon after the first look at its host was wrong before: nobody knows what had changed."""

OF_MOUNTS = frozenset(
    {
        "disk",
        "disks",
        "mount",
        "mounts",
        "missing",
        "inode",
        "inodes",
        "filesystem",
        "filesystems",
        "backup",
        "nfs",
        "zfs",
    }
)
"""Words in the names of the checks that a mount can concern."""


class Upheavals:
    """Answers from `changes`, the oldest first: all from a day before `begin` until the record is made.

    `compared` are the hosts whose inventory was looked at both before the day and in it, `first_looks` says when each
    host was first looked at (epoch seconds).
    """

    def __init__(
        self,
        changes: Iterable[Change],
        compared: Collection[str],
        begin: float,
        end: float,
        yesterday: DayRecord | None,
        first_looks: Mapping[str, float] | None = None,
    ) -> None:
        self._first_looks = first_looks or {}
        self._compared = compared
        self._begin = begin
        self._end = end
        self._by_host: defaultdict[str, list[Change]] = defaultdict(list)
        for change in changes:
            self._by_host[change.host].append(change)
        self._told = {_key(incident): incident for incident in (yesterday.incidents if yesterday else ())}

    def of_the_day(self, hosts: Iterable[str]) -> tuple[HostChanges, ...]:
        """What is different at the end of the day, by host, in the order of `hosts`.

        A host that was first looked at in the day is left out until something about it changes: it is not unchanged.
        """
        found = []
        for host in hosts:
            seen = [change for change in self._by_host.get(host, ()) if self._begin <= change.at < self._end]
            if seen or host in self._compared:
                different = net(seen)
                found.append(HostChanges(host, len(different), _some_of(different, MOST_OF_A_DAY)))
        return tuple(found)

    def told_before(self, incident: Incident, *, was_known: bool = True) -> Incident:
        """The incident with what became different on its host in the 24 hours before it began.

        `was_known`: its item had been seen to be well before.
        Of one that began before the day it is what its first record said: the changes themselves may be gone by now.
        """
        if incident.began_at < self._begin:
            first = self._told.get(_key(incident))
            known = (first.changes_before, first.changes_before_total) if first else ((), 0)
            return replace(incident, changes_before=known[0], changes_before_total=known[1])
        # A look finds a change up to an hour late: it may be found only after the problem that it made. What the
        # problem itself is about is no reason for it.
        near = [
            change
            for change in self._by_host.get(incident.host, ())
            if change.at > incident.began_at - DAY and change.since < incident.began_at
            if change.name != incident.item and _may_concern(change, incident)
        ]
        first_at = self._first_looks.get(incident.host)
        if not was_known and first_at is not None and incident.began_at <= first_at + FIRST_LOOK_SECONDS:
            near = []
        return replace(incident, changes_before=_some_of(near, MOST_BEFORE_A_PROBLEM), changes_before_total=len(near))


def _may_concern(change: Change, incident: Incident) -> bool:
    """Whether a change can be the reason.

    Other programs mount and unmount all day long: that is no reason but for what is about file systems.
    """
    return change.kind is not Kind.MOUNT or not OF_MOUNTS.isdisjoint(incident.check.name.split("_"))


def _some_of(changes: Sequence[Change], most: int) -> tuple[Change, ...]:
    """The last `most` changes, but first all of the kinds with few: a new account is not lost among 600 packages."""
    number = Counter(change.kind for change in changes)
    rare_first = sorted(changes, key=lambda change: (number[change.kind], -change.at))
    return tuple(sorted(rare_first[:most], key=lambda change: change.at))


def _key(incident: Incident) -> tuple[str, str, str, float]:
    return incident.host, incident.check.name, incident.item, incident.began_at
