"""Holds what each host last answered, so that a day's record and a change of state can name what they rest on."""

import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from agent.deposition import Deposition, heard
from agent.history.sheet import SLOT
from agent.problems import Kind, Transition
from checks.contract import State
from exporters.contract import HostReport, Lane

LONGEST = 256 * 1024
"""Characters. A longer answer goes to the database at once, each round."""

MOST = 256 * 1024 * 1024
"""Characters held of all hosts together; what comes beyond goes to the database at once."""

_TROUBLED = (State.WARN, State.UNKNOWN, State.CRIT)


@dataclass(slots=True)
class _Held:
    """The last answer that was understood, and the last before the five minutes that one came in (see `items`).

    Not frozen: it is one of many, of each host, in each round. `characters` is how much room it takes.
    """

    last: Deposition
    earlier: Deposition | None
    characters: int

    def follow(self, new: Deposition) -> None:
        """Take in one more answer. A clock that was set back begins anew."""
        before = self.last
        if new.answer == before.answer:
            new = replace(new, answer=before.answer)
        if new.at < before.at:
            self.earlier = None
        elif before.at < new.at // SLOT * SLOT:
            self.earlier = before
        self.last = new
        self.characters = len(new.answer.text)
        if self.earlier is not None and self.earlier.answer is not new.answer:
            self.characters += len(self.earlier.answer.text)

    def all(self) -> Iterator[Deposition]:
        """The last first."""
        yield self.last
        if self.earlier is not None:
            yield self.earlier


class Keeper:
    """The answers of the fast lane, held in memory as they came. May be used from several threads."""

    def __init__(self, longest: int = LONGEST, most: int = MOST) -> None:
        self._longest = longest
        self._most = most
        self._hosts: dict[str, dict[str, _Held]] = {}
        self._lock = threading.Lock()
        self.characters = 0
        """How much is held."""

    def hear(self, report: HostReport, transitions: Sequence[Transition]) -> tuple[Deposition, ...]:
        """Take in a round. Returns what is to be written at once.

        That is what a problem was found or ended by, what the slow lane brought, and what is too much to be held.
        """
        if not report.answers:
            return ()
        understood = [name for name in report.answers if name in report.facts]
        lasting = _troubling(report, transitions)
        at_once = list(heard(report, sorted(lasting), lasting=True))
        if report.lane is Lane.SLOW:
            return (*at_once, *heard(report, (name for name in understood if name not in lasting)))
        with self._lock:
            held = self._hosts.setdefault(report.host.name, {})
            for new in heard(report, understood):
                at_once += self._hold(held, new)
        return tuple(at_once)

    def forget(self, host: str) -> None:
        """A host is off rounds."""
        with self._lock:
            self.characters -= sum(held.characters for held in self._hosts.pop(host, {}).values())

    def retain(self, host: str, collectors: Collection[str]) -> None:
        """From now on only these are asked on a host."""
        with self._lock:
            held = self._hosts.get(host, {})
            for name in [name for name in held if name not in collectors]:
                self.characters -= held.pop(name).characters

    def between(self, begin: float, end: float) -> Iterator[Deposition]:
        """Of each host and collector the last answer between two times (epoch seconds), as far as it is held."""
        for held in self._all():
            found = [one for one in held if begin <= one.at < end]
            yield from found[:1]

    def everything(self) -> Iterator[Deposition]:
        """All that is held: first the last answers, then those before."""
        every = self._all()
        yield from (held[0] for held in every)
        yield from (one for held in every for one in held[1:])

    def _all(self) -> tuple[tuple[Deposition, ...], ...]:
        with self._lock:
            return tuple(tuple(held.all()) for by_collector in self._hosts.values() for held in by_collector.values())

    def _hold(self, held: dict[str, _Held], new: Deposition) -> tuple[Deposition, ...]:
        """Hold an answer, or return it with those before it, when that is too much."""
        mine = held.get(new.collector)
        much = len(new.answer.text)
        if much > self._longest or self.characters + much > self._most:
            if mine is None:
                return (new,)
            self.characters -= mine.characters
            return (*held.pop(new.collector).all(), new)
        if mine is None:
            held[new.collector] = _Held(new, None, much)
            self.characters += much
        else:
            self.characters -= mine.characters
            mine.follow(new)
            self.characters += mine.characters
        return ()


def _troubling(report: HostReport, transitions: Sequence[Transition]) -> set[str]:
    """The collectors whose answers made a problem begin, change or end."""
    hard = {
        transition.check
        for transition in transitions
        if transition.kind is Kind.HARD and (transition.after in _TROUBLED or transition.before in _TROUBLED)
    }
    return {outcome.check.collector for outcome in report.outcomes if outcome.check.name in hard}
