"""Whether the service level was reached, with the numbers that say so."""

from collections.abc import Iterable
from dataclasses import dataclass

from exporters.contract import PeriodIncident, PeriodRecord


@dataclass(frozen=True, slots=True)
class Availability:
    """Rounds that reached their host against what was promised; `hosts` are those with rounds, `hosts_reached` kept it.

    `is_kept` None: there was no round to tell by.
    """

    promised: float
    rounds: int
    rounds_reached: int
    hosts: int
    hosts_kept: int

    @property
    def share(self) -> float | None:
        """What was reached (0..1)."""
        return self.rounds_reached / self.rounds if self.rounds else None

    @property
    def is_kept(self) -> bool | None:
        """Whether the promise was kept for all hosts together."""
        return None if self.share is None else self.share >= self.promised


@dataclass(frozen=True, slots=True)
class InTime:
    """Incidents against a limit. Each is counted once, in the period in which it is settled.

    `over` were over before anybody had to say something; `never` passed the limit and nothing had happened by the end;
    `pending` may still be in time.
    """

    limit_seconds: float
    in_time: int = 0
    over: int = 0
    late: int = 0
    never: int = 0
    pending: int = 0

    @property
    def kept(self) -> int:
        """How many kept to the limit."""
        return self.in_time + self.over

    @property
    def settled(self) -> int:
        """How many it was decided of."""
        return self.kept + self.late + self.never

    @property
    def is_kept(self) -> bool:
        """Whether the promise was kept each time. None was due: it was."""
        return self.kept == self.settled


@dataclass(frozen=True, slots=True)
class Reached:
    """The three promises, and what became of them."""

    availability: Availability
    response: InTime
    repair: InTime

    @property
    def is_kept(self) -> bool | None:
        """All of them; None: nothing was broken, but of the availability nothing is known."""
        if not (self.response.is_kept and self.repair.is_kept):
            return False
        return self.availability.is_kept


def reached(period: PeriodRecord) -> Reached:
    """Hold a period against its service level."""
    level, figures = period.service_level, period.figures
    known = [line.availability for line in period.hosts if line.availability is not None]
    availability = Availability(
        promised=level.availability,
        rounds=figures.rounds,
        rounds_reached=figures.rounds - figures.rounds_failed,
        hosts=len(known),
        hosts_kept=sum(share >= level.availability for share in known),
    )
    concerned = [one for one in period.incidents if one.worst >= level.severity or one.is_host_failure]
    return Reached(availability, _response(period, concerned), _repair(period, concerned))


def _response(period: PeriodRecord, incidents: Iterable[PeriodIncident]) -> InTime:
    limit = period.service_level.respond_seconds
    counts = dict.fromkeys(("in_time", "over", "late", "never", "pending"), 0)
    for one in incidents:
        fate = _fate(period, one, one.began_at + limit, one.answered_at, _noticed_end(period, one))
        if fate is not None:
            counts[fate] += 1
    return InTime(limit, **counts)


def _repair(period: PeriodRecord, incidents: Iterable[PeriodIncident]) -> InTime:
    limit = period.service_level.repair_seconds
    counts = dict.fromkeys(("in_time", "late", "never", "pending"), 0)
    for one in incidents:
        fate = _fate(period, one, one.began_at + limit, _noticed_end(period, one), None)
        if fate is not None:
            counts[fate] += 1
    return InTime(limit, **counts)


def _fate(
    period: PeriodRecord, one: PeriodIncident, deadline: float, done_at: float | None, over_at: float | None
) -> str | None:
    """What became of one; None: that was decided in an earlier period, or nobody looked long enough to tell."""
    settled_at = min(at for at in (deadline, done_at, over_at) if at is not None)
    if settled_at < period.begins_at:
        return None
    if settled_at >= period.ends_at:
        return None if period.is_lapsed(one) else "pending"
    if done_at == settled_at:
        return "in_time"
    if over_at == settled_at:
        return "over"
    if period.is_lapsed(one) and deadline > _seen_until(period, one):
        return None
    return "late" if done_at is not None or over_at is not None else "never"


def _seen_until(period: PeriodRecord, one: PeriodIncident) -> float:
    """Until when it is known to have lasted: the end of the last day whose record has it."""
    return next(day.ends_at for day in period.days if day.date == one.last_on)


def _noticed_end(period: PeriodRecord, one: PeriodIncident) -> float | None:
    """When it ended, but not before the period: the one before had it open."""
    return None if one.ended_at is None else max(one.ended_at, period.begins_at)
