"""disk_forecast looks back through a real history on what it measured itself."""

import pytest

from agent.catalogue import catalogue
from checks.contract import Past, State
from checks.disk_forecast import DiskForecastParams
from collectors.filesystem_space import Filesystem, Filesystems
from exporters.contract import CheckOutcome
from tests.agent.reports import report

GIB, HOUR, DAY = 1024**3, 3600, 86400
BEGIN = 1_700_000_000 // DAY * DAY
PLUGIN = catalogue().checks["disk_forecast"]


def facts(hour: int) -> Filesystems:
    """10 GiB a day, of 600."""
    used = round((400 + 10 * hour / 24) * GIB)
    return Filesystems(
        (Filesystem("/srv", "/dev/vdb", "ext4", False, 600 * GIB, 600 * GIB - used, 600 * GIB - used, None, None),), ()
    )


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_two_weeks_of_rounds_foretell_the_third(history):
    past = Past(BEGIN)
    for hour in range(14 * 24):
        now = BEGIN + hour * HOUR + 700
        if hour % 24 == 5:
            assert history.flush(20)
            history.prune(now)
            past = history.past("web-01", "disk_forecast", PLUGIN.check.recalls, now)
        results = tuple(PLUGIN.check.judge(facts(hour), DiskForecastParams(), Past(now, past.series)))
        history.record(report(now, CheckOutcome(PLUGIN.card, results)), (), {})
    assert history.flush(20)
    now = BEGIN + 14 * DAY + 700
    past = history.past("web-01", "disk_forecast", PLUGIN.check.recalls, now)
    assert {span.seconds for span in past.of("/srv", "used")} == {HOUR, DAY}
    assert len(past.of("/srv", "expected")) > 7 * 24
    (result,) = PLUGIN.check.judge(facts(14 * 24), DiskForecastParams(), past)
    told = {one.name: one.value for one in result.measurements}
    assert result.state is State.WARN
    assert told["full_in"] == pytest.approx(6 * DAY, rel=0.03)
    assert told["growth_bytes"] * DAY == pytest.approx(10 * GIB, rel=0.03)
    assert told["wrong_forecasts"] == 0
