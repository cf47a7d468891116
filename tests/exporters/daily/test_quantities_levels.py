"""Which of a result's numbers is the one that is bad."""

import pytest

from checks.contract import Measurement
from exporters.daily.quantities import is_beyond


@pytest.mark.parametrize(
    ("measurement", "beyond"),
    [
        (Measurement("used", 0.8, warn=0.8, crit=0.9), True),
        (Measurement("used", 0.79, warn=0.8, crit=0.9), False),
        (Measurement("used", 0.95, crit=0.9), True),
        (Measurement("copies", 7, warn=7, lower=True), False),
        (Measurement("copies", 6, warn=7, lower=True), True),
        (Measurement("free", 6, warn=10, crit=5, lower=True), True),
        (Measurement("size", 6), False),
    ],
)
def test_beyond_its_levels(measurement: Measurement, beyond: bool) -> None:
    assert is_beyond(measurement) is beyond
