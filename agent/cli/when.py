"""Moments as people write them on the command line."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.cli.options import fail
from checks.contract.quantities import parse_duration

_FORMS = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")


def moment(option: str, written: str, now: float, zone: ZoneInfo) -> float:
    """Epoch seconds of `2d` (before now), `2026-11-20` (when that day begins in `zone`), `2026-11-20 18:00`, `today`.

    Anything else ends the command; `option` is what the message calls it.
    """
    day = datetime.fromtimestamp(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    named = {"now": now, "today": day.timestamp(), "yesterday": (day - timedelta(days=1)).timestamp()}
    if written in named:
        return named[written]
    for form in _FORMS:
        try:
            return datetime.strptime(written, form).replace(tzinfo=zone).timestamp()
        except (ValueError, OverflowError):
            continue
    try:
        return now - parse_duration(written)
    except ValueError:
        fail(f"{option}: expected how long ago (36h, 7d) or a moment (2026-11-20, 2026-11-20 18:00), not {written!r}")


def shown(at: float, zone: ZoneInfo) -> str:
    """`2026-11-20 18:00`, in `zone`."""
    return f"{datetime.fromtimestamp(at, zone):%Y-%m-%d %H:%M}"
