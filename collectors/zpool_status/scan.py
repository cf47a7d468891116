"""The last scrub or resilver of a pool."""

import re
from dataclasses import dataclass
from datetime import datetime

from collectors.contract import UnreadableOutput

_DATE = re.compile(r"([A-Z][a-z]{2}) +([0-9]{1,2}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([0-9]{4})$")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ERRORS = re.compile(r" with ([0-9]{1,18}) errors ")


@dataclass(frozen=True, slots=True)
class Scan:
    """A `scrub`, which reads everything, or a `resilver`, which fills a new disk.

    `state` is `finished`, `running`, `paused` or `canceled`; `age_seconds` since it ended, or began where it has not;
    None where no date is told. `errors` could not be mended.
    """

    kind: str
    state: str
    age_seconds: int | None
    errors: int


def last_scan(text: str, now: datetime) -> Scan | None:
    """None where there was none. `now` is the host's local time, as the date in `text` is. Raises `UnreadableOutput`.

    `scrub repaired 0B in 00:24:13 with 0 errors on Sun Nov  8 00:48:14 2026`
    """
    if text in ("", "none requested"):
        return None
    words = text.split()
    kind = "scrub" if words[0] == "scrub" else "resilver" if words[0] in ("resilver", "resilvered") else ""
    states = (("in progress", "running"), ("paused", "paused"), ("canceled", "canceled"), (" with ", "finished"))
    state = next((state for sign, state in states if sign in text), "")
    if not kind or not state:
        raise UnreadableOutput("a scrub or a resilver", text)
    date, errors = _DATE.search(text), _ERRORS.search(text)
    age = int((now - _moment(date)).total_seconds()) if date else None
    return Scan(kind, state, None if age is None else max(age, 0), int(errors[1]) if errors else 0)


def _moment(date: re.Match[str]) -> datetime:
    try:
        month = _MONTHS.index(date[1]) + 1
        return datetime(int(date[6]), month, int(date[2]), int(date[3]), int(date[4]), int(date[5]))
    except ValueError:
        raise UnreadableOutput("a date such as Sun Nov  8 00:48:14 2026", date[0]) from None
