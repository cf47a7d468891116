"""How large the newest copy is against what was usual weeks ago: what shrinks a little every day is found, too."""

from collections.abc import Iterator, Sequence
from statistics import median

from checks.backup_sets.expected import SetExpected
from checks.backup_sets.finding import Finding
from checks.backup_sets.size import whole_copies
from checks.contract import Span, State, Text, format_bytes
from collectors.backup_sources import Source

SIZE = "newest_size"
"""The measurement that the trend is read from, where the source itself does not hold so many copies."""

DAYS = 30
_FEWEST_DAYS = 4
"""With fewer days nothing is usual yet."""

_DAY = 86400


def size_against_trend(wanted: SetExpected, source: Source, now: int, past: Sequence[Span]) -> Iterator[Finding]:
    """The newest whole copy is about as large as copies were in the older half of the last thirty days."""
    newest = next(iter(whole_copies(wanted, source, now)), None)
    if wanted.size_trend is None or newest is None or not newest.size_bytes:
        return
    by_day = _measured(past, newest.made_at) | _of_copies(source, newest.made_at)
    days = sorted(by_day)
    if len(days) < _FEWEST_DAYS:
        return
    older = days[: max(2, len(days) // 2)]
    usual = median(by_day[day] for day in older)
    change = (newest.size_bytes - usual) / usual * 100 if usual else 0.0
    if abs(change) > wanted.size_trend:
        size, ago = format_bytes(newest.size_bytes), max(1, round((now - older[0] * _DAY) / _DAY))
        yield Finding(
            State.WARN,
            Text(
                en=f"{size} is {change:+.0f} % against {format_bytes(usual)} up to {ago} d ago"
                f" (warn above {wanted.size_trend:g} %)",
                zh=f"{size},与 {ago} 天前以来的常见大小 {format_bytes(usual)} 相比变化 {change:+.0f} %"
                f"(警告阈值 {wanted.size_trend:g} %)",
            ),
        )


def _of_copies(source: Source, until: int) -> dict[int, float]:
    """Sizes of the copies before the newest, by day."""
    return {
        copy.made_at // _DAY: copy.size_bytes
        for copy in reversed(source.newest)
        if copy.size_bytes and until - DAYS * _DAY <= copy.made_at < until
    }


def _measured(past: Sequence[Span], until: int) -> dict[int, float]:
    """Sizes that were measured before the newest copy was there, by day."""
    return {
        int(span.begin) // _DAY: span.mean
        for span in past
        if span.mean > 0 and until - DAYS * _DAY <= span.begin and span.begin + span.seconds <= until
    }
