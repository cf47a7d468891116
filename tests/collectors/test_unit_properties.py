from time import process_time

import pytest

from collectors.contract import UnreadableOutput
from collectors.unit_properties import units


def test_units() -> None:
    first, second = units("Id=a.timer\nTimersCalendar=1\nTimersCalendar=2\nX=a=b\n\nId=b.timer\nX=\n")
    assert first.values == {"Id": ("a.timer",), "TimersCalendar": ("1", "2"), "X": ("a=b",)}
    assert (first.text("X"), second.text("X"), second.text("Y")) == ("a=b", "", "")
    with pytest.raises(UnreadableOutput, match="property X"):
        second.required("X")
    assert list(units("")) == []
    assert list(units("\n")) == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Sat 2026-11-21 20:00:00 UTC", 1795291200.0),
        ("Sat 2026-11-21 20:00:00.123456 UTC", 1795291200.0),
        ("n/a", None),
        ("", None),
        ("0", None),
    ],
)
def test_moment(text: str, seconds: float | None) -> None:
    (unit,) = units(f"At={text}")
    assert unit.moment("At") == seconds


@pytest.mark.parametrize("text", ["Sat 2026-11-21 20:00:00 CST", "2026-13-41 20:00:00 UTC", "now", "1795291200"])
def test_odd_moment(text: str) -> None:
    (unit,) = units(f"At={text}")
    with pytest.raises(UnreadableOutput, match="At as a time"):
        unit.moment("At")


@pytest.mark.parametrize(
    ("text", "seconds"), [("1h 40min", 6000.0), ("5min", 300.0), ("0", 0.0), ("infinity", 0.0), ("1.5s 200ms", 1.7)]
)
def test_span(text: str, seconds: float) -> None:
    (unit,) = units(f"For={text}")
    assert unit.span("For") == pytest.approx(seconds)


def test_odd_output() -> None:
    with pytest.raises(UnreadableOutput, match="For as a span"):
        next(units("For=1 fortnight")).span("For")
    with pytest.raises(UnreadableOutput, match="systemctl show"):
        list(units("Failed to connect to bus"))


def test_a_property_told_very_often_takes_no_time() -> None:
    began = process_time()
    (unit,) = units("A=1\n" * 200_000 + "B=2")
    assert (len(unit.values["A"]), unit.text("B")) == (200_000, "2")
    assert process_time() - began < 5
