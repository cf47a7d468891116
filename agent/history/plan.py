"""What ought to have been checked in a maintenance day, and when that day begins and ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from exporters.contract import CheckCard, HostCard, Needs


@dataclass(frozen=True, slots=True)
class Plan:
    """Every host on rounds with the checks due on it, by host name. `timezone` is an IANA name.

    `needs` is what exporters want in the record besides.
    """

    system: str
    hosts: tuple[HostCard, ...]
    checks_by_host: Mapping[str, tuple[CheckCard, ...]]
    out_of_service: tuple[HostCard, ...] = ()
    timezone: str = "UTC"
    at: time = time(8)
    person_on_duty: str = ""
    needs: Needs = field(default_factory=Needs)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone. Raises `ZoneInfoNotFoundError`."""
        return ZoneInfo(self.timezone)

    def period(self, day: date) -> tuple[float, float]:
        """From the day before to `day`, at the hour, in epoch seconds: 23 or 25 hours when the clocks change."""
        begin, end = (datetime.combine(when, self.at, self.zone) for when in (day - timedelta(days=1), day))
        return begin.timestamp(), end.timestamp()
