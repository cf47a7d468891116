"""The week or month that somebody asks `rounds report` for."""

import time

from agent.catalogue import catalogue
from agent.cli.options import fail
from agent.config import Config
from agent.daily import last_day_due, plan_of
from agent.history import History
from agent.periods import last_period_over, make_period
from exporters.contract import PeriodKind, PeriodRecord
from exporters.periodic import read_name

LAST = "last"

_SHAPES = {PeriodKind.WEEK: "2026-W47", PeriodKind.MONTH: "2026-11"}


def period_record(history: History, config: Config, kind: PeriodKind, written: str) -> PeriodRecord:
    """The record as it was published, or made now from those of its days; `written` is its name, or `last`."""
    plan = plan_of(config, catalogue())
    last_over = last_period_over(kind, last_day_due(time.time(), plan))
    if written == LAST:
        ends_on = last_over
    else:
        try:
            ends_on = read_name(kind, written)
        except ValueError:
            fail(f"--{kind}: expected a {kind} as {_SHAPES[kind]}, or last, not {written!r}")
    if ends_on > last_over:
        fail(f"--{kind}: {written} is not over yet")
    first = history.first_published_date()
    if first is None:
        fail(
            "no daily record is kept yet, and weeks and months are made of these: the first is made when a day is over"
        )
    known = history.published_period(kind, ends_on)
    if known is not None:
        return known
    record = make_period(history, plan, config.service_level.promised(), kind, ends_on, time.time())
    if not record.figures.days_made:
        fail(f"--{kind}: there is no daily record of {record.name}; the oldest is of {first}")
    return record
