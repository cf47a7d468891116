"""How processor time was used between two looks, and which looks to keep for that."""

from dataclasses import dataclass

from collectors.processor_time.times import MODES, Times

WINDOW_SECONDS = 300.0
LONGEST_WINDOW_SECONDS = 3600.0
SPACING_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Look:
    """The times of all processors together when the host had been up for so long."""

    uptime_seconds: float
    total: Times


@dataclass(frozen=True, slots=True)
class Usage:
    """Parts of the processors' time during the last `span_seconds`, each 0..1; busy is neither idle nor iowait."""

    span_seconds: float
    busy_ratio: float
    iowait_ratio: float
    steal_ratio: float


def was_reset(last: Look, now: Look) -> bool:
    """Whether counters began anew in between, so that differences mean nothing."""
    # idle, iowait and steal may run backwards a little on a healthy kernel, see proc(5).
    return now.uptime_seconds < last.uptime_seconds or any(
        getattr(now.total, mode) < getattr(last.total, mode) for mode in ("user", "nice", "system", "irq", "softirq")
    )


def window(earlier: tuple[Look, ...], last: Look, now: Look) -> tuple[Look, ...]:
    """The looks to keep, oldest first: those of the last five minutes, at most one per `SPACING_SECONDS`."""
    looks = earlier
    if not looks or last.uptime_seconds - looks[-1].uptime_seconds >= SPACING_SECONDS:
        looks = (*looks, last)
    kept = tuple(look for look in looks if now.uptime_seconds - look.uptime_seconds <= WINDOW_SECONDS)
    # Where rounds are further apart than the window, the last look is still better than none, within reason.
    if not kept and now.uptime_seconds - looks[-1].uptime_seconds <= LONGEST_WINDOW_SECONDS:
        return looks[-1:]
    return kept


def usage_between(then: Look, now: Look) -> Usage | None:
    """What the time between two looks was used for; None when none passed."""
    spent = {mode: max(0.0, getattr(now.total, mode) - getattr(then.total, mode)) for mode in MODES}
    total = sum(spent.values())
    if total <= 0:
        return None
    return Usage(
        span_seconds=now.uptime_seconds - then.uptime_seconds,
        busy_ratio=max(0.0, (total - spent["idle"] - spent["iowait"]) / total),
        iowait_ratio=spent["iowait"] / total,
        steal_ratio=spent["steal"] / total,
    )
