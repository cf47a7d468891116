"""The timers that are there for good, as entries of the inventory."""

import re
from collections.abc import Iterable, Iterator

from collectors.contract import Entry, Kind
from collectors.inventoried import entries
from collectors.timed_units.timer import Timer

_FOR_ONCE = re.compile(r"run-\S*\.timer|snap\S*-run-\S*\.timer|systemd-run\S*\.timer")


def lasting(timers: Iterable[Timer]) -> Iterator[Entry]:
    """Those that are enabled or active, with their calendar; one that was only made by `systemd-run` is left out."""
    there = (timer for timer in timers if (timer.enabled or timer.active) and not _FOR_ONCE.fullmatch(timer.name))
    yield from entries(Kind.TIMER, ((timer.name, _words(timer)) for timer in there))


def _words(timer: Timer) -> str:
    starts = (
        "" if timer.service.name.removesuffix(".service") == timer.name.removesuffix(".timer") else timer.service.name
    )
    when = "; ".join(one.removeprefix("OnCalendar=") for one in timer.calendar) or "by interval"
    return f"{when}: {starts}" if starts else when
