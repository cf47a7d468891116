"""Which days a week or a month has, and how people write it."""

import re
from datetime import date, timedelta

from exporters.contract import PeriodKind

ONE_DAY = timedelta(days=1)

EARLIEST = date(1970, 1, 1)
"""Before this day there are no moments that records could speak of."""


def end_of(kind: PeriodKind, day: date) -> date:
    """The day on which the period ends that the day ending on `day` belongs to: a Monday, or a first of the month.

    A day that ends on a Monday is the Sunday's, and so the week's last. Raises OverflowError after the year 9999.
    """
    if kind is PeriodKind.WEEK:
        return day + timedelta(days=-day.weekday() % 7)
    return day if day.day == 1 else _next_month(day)


def days_of(kind: PeriodKind, ends_on: date) -> tuple[date, ...]:
    """The days of the period that ends on a day, by the days they end on, the first one first."""
    begins_on = before(kind, ends_on)
    return tuple(begins_on + ONE_DAY * (n + 1) for n in range((ends_on - begins_on).days))


def before(kind: PeriodKind, ends_on: date) -> date:
    """The day on which the period before ended."""
    return ends_on - timedelta(days=7) if kind is PeriodKind.WEEK else (ends_on - ONE_DAY).replace(day=1)


def after(kind: PeriodKind, ends_on: date) -> date:
    """The day on which the period after it ends."""
    return ends_on + timedelta(days=7) if kind is PeriodKind.WEEK else _next_month(ends_on)


def read_name(kind: PeriodKind, written: str) -> date:
    """The day on which `2026-W47` or `2026-11` ends. Raises ValueError for anything else."""
    found = re.fullmatch(r"(\d{4})-(W?)(\d{2})", written, re.ASCII)
    if not found or bool(found[2]) is not (kind is PeriodKind.WEEK):
        raise ValueError(written)
    year, number = int(found[1]), int(found[3])
    try:
        begins_on = date.fromisocalendar(year, number, 1) if kind is PeriodKind.WEEK else date(year, number, 1)
        ends_on = after(kind, begins_on)
    except (ValueError, OverflowError) as error:
        raise ValueError(written) from error
    if begins_on < EARLIEST:
        raise ValueError(written)
    return ends_on


def read_any(written: str) -> tuple[PeriodKind, date]:
    """Which period a name is of, and the day it ends on. Raises ValueError for anything else."""
    kind = PeriodKind.WEEK if "W" in written else PeriodKind.MONTH
    return kind, read_name(kind, written)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
