"""Which days belong to which week and month."""

import re
from datetime import date, timedelta

import pytest

from exporters.contract import PeriodKind, period_name
from exporters.periodic import after, before, days_of, end_of, read_any, read_name

WEEK, MONTH = PeriodKind.WEEK, PeriodKind.MONTH


def test_a_week_is_of_the_days_that_end_on_tuesday_to_monday() -> None:
    days = days_of(WEEK, date(2026, 11, 23))
    assert (days[0], days[-1], len(days)) == (date(2026, 11, 17), date(2026, 11, 23), 7)
    assert period_name(WEEK, date(2026, 11, 23)) == "2026-W47"


def test_a_month_is_of_the_days_that_end_on_its_second_to_the_first_of_the_next() -> None:
    days = days_of(MONTH, date(2026, 3, 1))
    assert (days[0], days[-1], len(days)) == (date(2026, 2, 2), date(2026, 3, 1), 28)
    assert period_name(MONTH, date(2026, 3, 1)) == "2026-02"


@pytest.mark.parametrize("kind", list(PeriodKind))
def test_every_day_of_four_years_is_in_one_period_and_names_are_read_back(kind: PeriodKind) -> None:
    day = date(2024, 1, 1)
    while day < date(2028, 3, 1):
        end = end_of(kind, day)
        assert day in days_of(kind, end)
        assert day not in days_of(kind, before(kind, end))
        assert day not in days_of(kind, after(kind, end))
        assert after(kind, before(kind, end)) == end
        assert read_name(kind, period_name(kind, end)) == end
        assert read_any(period_name(kind, end)) == (kind, end)
        day += timedelta(days=1)


def test_the_53rd_week_is_of_the_year_that_iso_says() -> None:
    assert period_name(WEEK, date(2027, 1, 4)) == "2026-W53"
    assert read_name(WEEK, "2026-W53") == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (WEEK, "2026-47"),
        (MONTH, "2026-W47"),
        (WEEK, "2025-W53"),
        (WEEK, "2026-W00"),
        (MONTH, "2026-13"),
        (MONTH, "2026-11-01"),
        (MONTH, "9999-12"),
        (MONTH, "0001-01"),
        (WEEK, "0001-W01"),
        (MONTH, "1969-12"),
        (WEEK, "9999-W52"),
        (MONTH, "２０２６-11"),
        (WEEK, " "),
    ],
)
def test_what_is_no_period_is_refused(kind: PeriodKind, written: str) -> None:
    with pytest.raises(ValueError, match=re.escape(written)):
        read_name(kind, written)
