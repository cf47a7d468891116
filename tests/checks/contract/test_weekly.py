from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from checks.contract.weekly import Weekly, weekly_window, within_any


def at(day: int, hour: int, minute: int = 0) -> float:
    """A moment in November 2026; the 22nd is a Sunday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("window", "moment", "inside"),
    [
        ("Sun 02:00-04:00", at(22, 2), True),
        ("Sun 02:00-04:00", at(22, 3, 59), True),
        ("Sun 02:00-04:00", at(22, 4), False),
        ("Sun 02:00-04:00", at(22, 1, 59), False),
        ("Sun 02:00-04:00", at(21, 3), False),
        ("mon,thu 22:00-01:00", at(23, 23), True),
        ("mon,thu 22:00-01:00", at(24, 0, 30), True),
        ("mon,thu 22:00-01:00", at(25, 0, 30), False),
        ("Sun 23:00-01:00", at(23, 0, 30), True),  # over the end of the week
        ("Sun 23:00-01:00", at(22, 0, 30), False),
        ("daily 03:00-03:30", at(25, 3, 29), True),
        ("daily 00:00-24:00", at(25, 12), True),
        ("Sat 00:00-24:00", at(21, 23, 59), True),
        ("Sat 00:00-24:00", at(22, 0), False),
    ],
)
def test_moments_in_a_window(window: str, moment: float, inside: bool) -> None:
    assert weekly_window(window).holds(moment) is inside
    assert within_any(["Wed 12:34-12:35", window], moment) is inside


@pytest.mark.parametrize(
    "text", ["", "Sun", "Sun 2-4", "Sunday 02:00-04:00", "Sun 25:00-26:00", "Sun 02:60-03:00", "Sun 24:00-02:00", "٣"]
)
def test_what_is_no_weekly_time(text: str) -> None:
    with pytest.raises(ValidationError, match="expected"):
        TypeAdapter(Weekly).validate_python(text)


def test_it_is_kept_as_written() -> None:
    assert TypeAdapter(Weekly).validate_python("Sun 2:00-4:00") == "Sun 2:00-4:00"
