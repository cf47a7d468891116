"""What is known of every host right now: the last word of each check, and the last facts."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checks.contract import State
from exporters.contract import CheckOutcome, HostCard, HostFailure, HostReport, Lane


@dataclass(frozen=True, slots=True)
class Standing:
    """How a host stands. Times are epoch seconds.

    `outcomes` holds the last word of every check, of both lanes, with `checked_at` beside it. `failure` is set
    while the host could not be checked in its last fast round.
    """

    host: HostCard
    failure: HostFailure | None = None
    outcomes: Mapping[str, CheckOutcome] = field(default_factory=dict)
    checked_at: Mapping[str, float] = field(default_factory=dict)
    last_run_at: Mapping[Lane, float] = field(default_factory=dict)
    last_success_at: Mapping[Lane, float] = field(default_factory=dict)

    @property
    def state(self) -> State | None:
        """The worst state; UNKNOWN while it cannot be checked, None when nothing was judged yet."""
        if self.failure is not None:
            return State.UNKNOWN
        return max((o.state for o in self.outcomes.values() if o.state is not None), default=None)


class Board:
    """Every host's standing and last facts. Filled by finished rounds, read by the API, tables and the next round."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._standings: dict[str, Standing] = {}
        self._facts: dict[str, dict[str, Any]] = {}

    def observe(self, report: HostReport) -> None:
        """Note a finished round."""
        name, lane = report.host.name, report.lane
        with self._lock:
            before = self._standings.get(name, Standing(report.host))
            succeeded = {} if report.failure else {lane: report.finished_at}
            self._standings[name] = Standing(
                host=report.host,
                failure=report.failure if lane is Lane.FAST else before.failure,
                outcomes={**before.outcomes, **{o.check.name: o for o in report.outcomes}},
                checked_at={**before.checked_at, **{o.check.name: report.finished_at for o in report.outcomes}},
                last_run_at={**before.last_run_at, lane: report.finished_at},
                last_success_at={**before.last_success_at, **succeeded},
            )
            self._facts.setdefault(name, {}).update(report.facts)

    def standing(self, host: str) -> Standing | None:
        """How a host stands; None before its first round."""
        with self._lock:
            return self._standings.get(host)

    def standings(self) -> tuple[Standing, ...]:
        """Every host that had a round, by name."""
        with self._lock:
            return tuple(self._standings[name] for name in sorted(self._standings))

    def facts(self, host: str) -> Mapping[str, Any]:
        """The last facts of a host by collector, however old."""
        with self._lock:
            return dict(self._facts.get(host, {}))

    def remember(self, host: str, collector: str, facts: Any) -> None:
        """Put back facts of an earlier run of the agent."""
        with self._lock:
            self._facts.setdefault(host, {}).setdefault(collector, facts)

    def forget_facts(self, host: str, collector: str) -> None:
        """The next look at a host is to be the first one for this collector."""
        with self._lock:
            self._facts.get(host, {}).pop(collector, None)

    def retain_checks(self, host: str, checks: frozenset[str]) -> None:
        """Drop what is known of checks that the configuration no longer makes."""
        with self._lock:
            if (before := self._standings.get(host)) is not None:
                self._standings[host] = Standing(
                    host=before.host,
                    failure=before.failure,
                    outcomes={k: v for k, v in before.outcomes.items() if k in checks},
                    checked_at={k: v for k, v in before.checked_at.items() if k in checks},
                    last_run_at=before.last_run_at,
                    last_success_at=before.last_success_at,
                )

    def forget(self, host: str) -> None:
        """A host is no longer on rounds."""
        with self._lock:
            self._standings.pop(host, None)
            self._facts.pop(host, None)
