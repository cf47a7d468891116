"""What a look tells of one timer, and what is carried on to the next look."""

from dataclasses import dataclass, replace

_EARLY = 60.0  # seconds by which a run may be before what was due, by rounding


@dataclass(frozen=True, slots=True)
class Service:
    """What a timer starts: how it failed ("" when it did not), since when it runs, when it last ended, when well.

    Times are the host's clock, in epoch seconds; None where there is none.
    """

    name: str
    failed: str = ""
    running_since: float | None = None
    ended_at: float | None = None
    succeeded_at: float | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """One timer; times as in `Service`.

    `next_at` is when its calendar wants it next, `delay_seconds` how much later it may run, `last_at` when it last ran,
    `due_at` when it was due and has not run since. `spent`: it is active, and never due again. `watched_since` is when
    it was first seen.
    """

    name: str
    service: Service
    active: bool
    enabled: bool
    spent: bool
    calendar: tuple[str, ...]
    delay_seconds: float
    next_at: float | None
    last_at: float | None
    due_at: float | None
    watched_since: float


def carried(before: Timer | None, timer: Timer, now: float) -> Timer:
    """The timer as it is `now`, with what was seen of it before."""
    if before is None:
        return timer
    last_at = timer.last_at or before.last_at
    succeeded_at = timer.service.succeeded_at or before.service.succeeded_at
    return replace(
        timer,
        last_at=last_at,
        service=replace(timer.service, succeeded_at=succeeded_at),
        due_at=_due(before, timer, last_at, now),
        watched_since=before.watched_since,
    )


def _due(before: Timer, timer: Timer, last_at: float | None, now: float) -> float | None:
    due = before.due_at or before.next_at
    if not timer.active or timer.calendar != before.calendar or due is None or due >= now:
        return timer.due_at
    # systemd throws the dice for the delay anew whenever it reads its units.
    ran = last_at is not None and last_at >= due - timer.delay_seconds - _EARLY
    return timer.due_at if ran else due
