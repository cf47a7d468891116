"""What is wrong for how long: a state is soft until it held for some rounds, then hard, in both directions."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from agent.hysteresis import MARGIN, Crossed, settle
from agent.reasons import not_checked_text
from checks.contract import Layer, Params, Section, State, Text
from collectors.contract import Reason
from exporters.contract import CheckCard, CheckOutcome, HostReport

REACHABLE = CheckCard("reachable", Text("Host reachable", "主机可达"), Layer.NETWORK, Section.SERVERS)
"""The host itself is followed like a check of this name, with one item that has an empty name."""

DEFAULT_RETRIES: int = Params.model_fields["retries"].default


class Kind(StrEnum):
    """SOFT: seen, not yet confirmed. HARD: confirmed by as many rounds as the check's `retries`."""

    SOFT = "soft"
    HARD = "hard"


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of state. `at` is when it was noticed, `since` when the new state was first seen (epoch seconds).

    SOFT: the state seen changed. HARD: the confirmed state changed; when one observation was enough, there is no SOFT
    one before it. `before` and `after` are of that kind; None is "not there". `reason` is set when `after` is UNKNOWN
    because the item was not checked.
    """

    at: float
    host: str
    check: str
    item: str
    before: State | None
    after: State | None
    kind: Kind
    reason: Reason | None
    summary: Text
    since: float


@dataclass(frozen=True, slots=True)
class Standing:
    """What is held of one item. `seen` is the last state, `hard` the confirmed one (None: never confirmed).

    `agreeing` is how many observations in a row saw `seen`, `troubled` how many in a row were judged WARN or CRIT.
    """

    host: str
    check: str
    item: str
    seen: State
    seen_since: float
    hard: State | None
    hard_since: float | None
    reason: Reason | None
    summary: Text
    agreeing: int = 1
    troubled: int = 0
    crossed: Crossed = ()


@dataclass(frozen=True, slots=True)
class _Sight:
    """One observation of one item."""

    at: float
    state: State
    summary: Text
    reason: Reason | None = None
    crossed: Crossed = ()


class Tracker:
    """Follows every item of every host. May be used from several threads.

    `margin` is the share of a level a value must be away from it before a state counts as left.
    """

    def __init__(self, margin: float = MARGIN) -> None:
        self._margin = margin
        self._hosts: dict[str, dict[str, dict[str, Standing]]] = {}
        self._seen_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def follow(self, report: HostReport, retries: Mapping[str, int]) -> tuple[Transition, ...]:
        """Take in a round. `retries` is by check name; a check that is not in it has the default.

        A round that was interrupted by the agent's own stop says nothing about the host and changes nothing.
        """
        at, host, failure = report.finished_at, report.host.name, report.failure
        if failure is not None and failure.reason is Reason.INTERRUPTED:
            return ()
        if failure is None:
            sight = _Sight(at, State.OK, Text("reachable", "可达"))
        else:
            summary = not_checked_text(failure.reason, failure.message)
            sight = _Sight(at, State.UNKNOWN, summary, failure.reason)
        with self._lock:
            self._seen_at[host] = at
            found = self._look(host, REACHABLE.name, {"": sight}, retries) if report.asked else []
            for outcome in report.outcomes:
                sights = self._sights(host, outcome, at)
                if sights is not None:
                    found += self._look(host, outcome.check.name, sights, retries)
                    found += self._end(host, outcome.check.name, at, keep=sights)
        return tuple(found)

    def forget(self, host: str, at: float | None = None) -> tuple[Transition, ...]:
        """A host is off rounds: all of it ends `at` (default: when it was last seen)."""
        return self.retain_checks(host, frozenset(), at)

    def retain_checks(self, host: str, checks: frozenset[str], at: float | None = None) -> tuple[Transition, ...]:
        """Checks of a host that are not in `checks` are no longer made: they end. No check left: so does the host."""
        with self._lock:
            when = self._seen_at.get(host, 0.0) if at is None else at
            kept = checks | {REACHABLE.name} if checks else checks
            ended = [name for name in self._hosts.get(host, {}) if name not in kept]
            found = [transition for name in ended for transition in self._end(host, name, when, keep=())]
            if not checks:
                self._hosts.pop(host, None)
                self._seen_at.pop(host, None)
        return tuple(found)

    def restore(self, standings: Iterable[Standing]) -> None:
        """Take up where an earlier tracker ended."""
        with self._lock:
            for standing in standings:
                self._put(standing)
                last = self._seen_at.get(standing.host, 0.0)
                self._seen_at[standing.host] = max(last, standing.seen_since, standing.hard_since or 0.0)

    def standings(self) -> tuple[Standing, ...]:
        """All that is held, for `restore`."""
        with self._lock:
            return tuple(s for checks in self._hosts.values() for items in checks.values() for s in items.values())

    def problems(self, host: str) -> tuple[Standing, ...]:
        """Every item of a host that is confirmed not to be well.

        Without what only follows from a host that cannot be asked, which is one problem, and without what is judged
        again: then it is known.
        """
        with self._lock:
            checks = self._hosts.get(host, {}).values()
            return tuple(s for items in checks for s in items.values() if _is_problem(s))

    def _put(self, standing: Standing) -> None:
        self._hosts.setdefault(standing.host, {}).setdefault(standing.check, {})[standing.item] = standing

    def _sights(self, host: str, outcome: CheckOutcome, at: float) -> Mapping[str, _Sight] | None:
        """What an outcome shows, by item. None: it says nothing about any item, so all stay as they were."""
        known = self._hosts.get(host, {}).get(outcome.check.name, {})
        if outcome.reason is Reason.NOT_APPLICABLE:
            return {}
        if says_nothing(outcome.reason):
            return None
        if outcome.reason is not None:
            unjudged = _Sight(at, State.UNKNOWN, not_checked_text(outcome.reason, outcome.detail), outcome.reason)
            return {name: replace(unjudged, crossed=known[name].crossed) for name in known} or {"": unjudged}
        sights: dict[str, _Sight] = {}
        for result in outcome.results:
            before = known[result.item].crossed if result.item in known else ()
            state, crossed = settle(result, before, self._margin)
            if result.item not in sights or state > sights[result.item].state:
                sights[result.item] = _Sight(at, state, result.summary, None, crossed)
        return sights

    def _look(
        self, host: str, check: str, sights: Mapping[str, _Sight], retries: Mapping[str, int]
    ) -> list[Transition]:
        needed = retries.get(check, DEFAULT_RETRIES)
        known = self._hosts.get(host, {}).get(check, {})
        found = []
        for item, sight in sights.items():
            before = known.get(item)
            after = _confirm(_observe(host, check, item, before, sight), needed, sight.at)
            self._put(after)
            transition = _transition(before, after, sight.at)
            if transition is not None:
                found.append(transition)
        return found

    def _end(self, host: str, check: str, at: float, keep: Iterable[str]) -> list[Transition]:
        items = self._hosts.get(host, {}).get(check, {})
        return [_gone(items.pop(name), at) for name in items.keys() - set(keep)]


def says_nothing(reason: Reason | None) -> bool:
    """Whether an outcome for this reason leaves every state as it was: a rate's first look, the agent's own stop."""
    return reason in (Reason.FIRST_LOOK, Reason.INTERRUPTED)


def _observe(host: str, check: str, item: str, before: Standing | None, sight: _Sight) -> Standing:
    """The standing with one more observation; not yet confirmed."""
    is_trouble = sight.state in (State.WARN, State.CRIT)
    if before is None:
        return Standing(
            host=host,
            check=check,
            item=item,
            seen=sight.state,
            seen_since=sight.at,
            hard=None,
            hard_since=None,
            reason=sight.reason,
            summary=sight.summary,
            troubled=int(is_trouble),
            crossed=sight.crossed,
        )
    same = before.seen is sight.state
    return replace(
        before,
        seen=sight.state,
        seen_since=before.seen_since if same else sight.at,
        reason=sight.reason,
        summary=sight.summary,
        agreeing=before.agreeing + 1 if same else 1,
        troubled=before.troubled + 1 if is_trouble else 0,
        crossed=sight.crossed,
    )


def _confirm(standing: Standing, needed: int, at: float) -> Standing:
    """Make `seen` hard when it held long enough.

    What is well when first seen needs no proof. What swings between WARN and CRIT is in trouble all the same, so it is
    confirmed as what it is at that moment.
    """
    well = standing.hard in (None, State.OK)
    held = standing.agreeing >= needed or (well and standing.troubled >= needed)
    first = standing.hard is None and standing.seen is State.OK
    if standing.seen is standing.hard or not (held or first):
        return standing
    return replace(standing, hard=standing.seen, hard_since=at)


def _transition(before: Standing | None, after: Standing, at: float) -> Transition | None:
    seen_before, hard_before = (None, None) if before is None else (before.seen, before.hard)
    if after.hard is not hard_before:
        return _told(after, at, Kind.HARD, hard_before, after.hard)
    if after.seen is not seen_before:
        return _told(after, at, Kind.SOFT, seen_before, after.seen)
    return None


def _told(standing: Standing, at: float, kind: Kind, before: State | None, after: State | None) -> Transition:
    return Transition(
        at=at,
        host=standing.host,
        check=standing.check,
        item=standing.item,
        before=before,
        after=after,
        kind=kind,
        reason=standing.reason,
        summary=standing.summary,
        since=standing.seen_since,
    )


def _is_problem(standing: Standing) -> bool:
    if standing.hard is not State.UNKNOWN:
        return standing.hard in (State.WARN, State.CRIT)
    follows = standing.reason is not None and standing.reason.is_of_the_host and standing.check != REACHABLE.name
    return standing.seen is State.UNKNOWN and not follows


def _gone(standing: Standing, at: float) -> Transition:
    """The end of an item. It is SOFT when nothing about it had ever been confirmed."""
    kind = Kind.SOFT if standing.hard is None else Kind.HARD
    before = standing.seen if standing.hard is None else standing.hard
    told = _told(standing, at, kind, before, None)
    return replace(told, reason=None, summary=Text("no longer there", "已不存在"), since=at)
