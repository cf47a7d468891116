"""The weekly and the monthly record: when they are due, and how they are made from those of their days."""

import time
from collections.abc import Iterator
from datetime import date

from agent import __version__
from agent.config import Config
from agent.history import History, HistoryError, Plan
from agent.memory import history_url
from exporters.contract import PeriodKind, PeriodRecord, ServiceLevel, period_name
from exporters.periodic import Fold, Frame, after, before, days_of, end_of
from exporters.press import press


def due_periods(history: History, until: date) -> Iterator[tuple[PeriodKind, date]]:
    """The weeks and months over until then, whose last day has its record, and that have none: the oldest first.

    Each is named by the day it ends on. They begin with the one that the oldest day belongs to.
    """
    first, last = history.first_published_date(), history.last_published_date(until)
    if first is None or last is None:
        return
    for kind in PeriodKind:
        known = history.last_period_end(kind, until)
        ends_on = end_of(kind, first) if known is None else after(kind, known)
        while ends_on <= last:
            yield kind, ends_on
            ends_on = after(kind, ends_on)


def last_period_over(kind: PeriodKind, last_day: date) -> date:
    """The day on which the last week or month ended; `last_day` is the last day that is over."""
    ends_on = end_of(kind, last_day)
    return ends_on if ends_on == last_day else before(kind, ends_on)


def make_period_apart(plan: Plan, config: Config, kind: PeriodKind, ends_on: date) -> PeriodRecord:
    """The same as `make_period`, in a process apart: each day that is read would hold up rounds for a second or two.

    That process opens the history as the configuration names it. Raises `HistoryError`.
    """
    url, level = history_url(config), config.service_level.promised()
    try:
        return press(_made, url, plan, level, kind, ends_on, time.time())
    except OSError as error:
        raise HistoryError(f"{period_name(kind, ends_on)} cannot be told: {error}") from error


def _made(url: str, plan: Plan, level: ServiceLevel, kind: PeriodKind, ends_on: date, now: float) -> PeriodRecord:
    try:
        history = History.open(url)
        try:
            return make_period(history, plan, level, kind, ends_on, now)
        finally:
            history.stop(timeout=10.0)
    except HistoryError as error:
        raise OSError(str(error)) from error  # the kind of error that comes back from a process apart


def make_period(
    history: History, plan: Plan, level: ServiceLevel, kind: PeriodKind, ends_on: date, now: float
) -> PeriodRecord:
    """The record of the week or month that ends on a day, from the records of its days; one of them at a time is read.

    Raises `HistoryError`.
    """
    days = tuple((day, *plan.period(day)) for day in days_of(kind, ends_on))
    fold = Fold(
        Frame(
            kind=kind,
            system=plan.system,
            timezone=plan.timezone,
            days=days,
            agent_version=__version__,
            service_level=level,
            person_on_duty=plan.person_on_duty,
        )
    )
    for day, _, _ in days:
        record = history.published(day)
        if record is not None:
            fold.add(record)
    earlier = history.published_period(kind, before(kind, ends_on))
    return fold.record(history.period_number(kind, ends_on), now, earlier)
