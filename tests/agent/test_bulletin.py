"""What is told of hosts beside their rounds, from a real tracker and a real history."""

from collections import Counter
from dataclasses import replace

import pytest

from agent.bulletin import Bulletin
from agent.history.change_counts import ChangeCounts
from agent.problems import Tracker
from checks.contract import State
from collectors.contract import Entry, Kind, Reason
from exporters.contract import CheckOutcome, HostReport
from exporters.prometheus import PrometheusExport
from tests.exporters.sample_report import DISK, down, fast, result
from tests.exporters.test_prometheus import series

RETRIES = {"disk_usage": 2, "memory": 2, "reachable": 2}


class Told:
    """A tracker, counts of changes and the exporter, told of each round as the agent does."""

    def __init__(self) -> None:
        self.tracker, self.changes = Tracker(), ChangeCounts()
        self.export = PrometheusExport()
        self._bulletin = Bulletin(self.tracker, self.changes, self.export)

    def of(self, report: HostReport) -> dict[tuple[str, str, str], float]:
        self.tracker.follow(report, RETRIES)
        self.export.observe(report)
        self._bulletin.hear(report)
        return self.problems()

    def problems(self) -> dict[tuple[str, str, str], float]:
        return {
            (labels["check"], labels["item"], labels["severity"]): number
            for labels, number in self.family("rounds_problem_start_timestamp_seconds")
        }

    def family(self, name: str) -> list[tuple[dict[str, str], float]]:
        return [(dict(labels), number) for (n, labels), number in series(self.export.render()).items() if n == name]


@pytest.fixture
def told() -> Told:
    return Told()


def test_a_problem_is_told_when_it_is_confirmed_and_until_its_end_is(told):
    full, well = (("/", 0.95),), (("/", 0.5),)
    assert told.of(fast(at=1000, mounts=full)) == {}
    for at in (1060, 1120):
        assert told.of(fast(at=at, mounts=full)) == {("disk_usage", "/", "critical"): 1060}
    assert told.of(fast(at=1180, mounts=well)) == {("disk_usage", "/", "critical"): 1060}
    assert told.of(fast(at=1240, mounts=well)) == {}


def test_a_host_that_cannot_be_reached_is_one_problem_and_leaves_none_behind(told):
    told.of(fast(at=1000))
    told.of(down(at=1060))
    for at in (1120, 1180):
        assert told.of(down(at=at)) == {("reachable", "", "unknown"): 1120}
    told.of(fast(at=1240))
    assert told.of(fast(at=1300)) == {}


def test_what_was_critical_before_its_host_went_is_critical_until_that_is_confirmed(told):
    for at in (1000, 1060):
        told.of(fast(at=at, mounts=(("/", 0.95),)))
    assert set(told.of(down(at=1120))) == {("disk_usage", "/", "critical")}
    assert set(told.of(down(at=1180))) == {("reachable", "", "unknown")}


def test_what_cannot_be_judged_on_a_host_that_answers_is_a_problem(told):
    blind = replace(fast(), outcomes=(CheckOutcome(DISK, reason=Reason.NO_PERMISSION, detail="sudo"),))
    told.of(replace(blind, finished_at=1000.0))
    assert told.of(replace(blind, finished_at=1060.0)) == {("disk_usage", "", "unknown"): 1060}


def test_a_check_that_is_not_made_any_more_takes_its_problem_along(told):
    outcome = CheckOutcome(DISK, (result("/", 0.95, State.CRIT),))
    for at in (1000, 1060, 1120):
        told.of(replace(fast(at=at), outcomes=(*fast(at=at).outcomes[1:], outcome)))
    assert told.problems()
    told.export.retain("web-01", ["memory"], ["memory", "filesystems"])
    assert told.problems() == {}


def test_changes_are_counted_by_kind_and_begin_at_zero(told):
    entries = (Entry(Kind.PACKAGE, "curl", "8"), Entry(Kind.DISK, "sda", "1"))
    with_inventory = replace(fast(), inventory={"packages": entries})
    told.of(with_inventory)
    zero = [({"host": "web-01", "kind": kind}, 0) for kind in ("disk", "package")]
    assert told.family("rounds_inventory_changes_total") == zero
    assert told.family("rounds_inventory_last_change_timestamp_seconds") == []
    told.changes.add("web-01", Counter({Kind.PACKAGE: 3}), 1234.5)
    told.of(fast())
    assert told.family("rounds_inventory_changes_total")[1] == ({"host": "web-01", "kind": "package"}, 3)
    assert told.family("rounds_inventory_last_change_timestamp_seconds") == [({"host": "web-01"}, 1234.5)]


def test_what_changed_before_the_start_is_known_but_not_counted(told):
    told.changes.begin({"web-01": 900.0})
    told.changes.add("db-01", Counter({Kind.PACKAGE: 1}), 950.0)
    told.changes.begin({"db-01": 800.0})
    assert told.changes.of_host("db-01").last_at == 950.0
    told.of(fast())
    assert told.family("rounds_inventory_changes_total") == []
    assert told.family("rounds_inventory_last_change_timestamp_seconds") == [({"host": "web-01"}, 900.0)]
