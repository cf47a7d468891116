"""How much a counter grew, and when: what is remembered of it from look to look."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

_MERGED_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Growth:
    """By how much a counter was seen to have grown; `seen_at` is the host's clock in epoch seconds."""

    seen_at: float
    count: int


def grown(before: Sequence[Growth], count: int, now: float, keep_seconds: float) -> tuple[Growth, ...]:
    """What was remembered, less what is older than `keep_seconds`, and `count` more; within an hour it is one."""
    kept = [growth for growth in before if now - growth.seen_at < keep_seconds]
    if count <= 0:
        return tuple(kept)
    if kept and 0 <= now - kept[-1].seen_at < _MERGED_SECONDS:
        return (*kept[:-1], replace(kept[-1], count=kept[-1].count + count))
    return (*kept, Growth(now, count))


def grown_within(growths: Sequence[Growth], now: float, seconds: float) -> int:
    """The sum of what was seen in the last `seconds`."""
    return sum(growth.count for growth in growths if now - growth.seen_at < seconds)
