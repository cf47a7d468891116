"""The answer to a probe: what Prometheus reads of it, whatever a host wrote."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from checks.contract import Measurement, Result, State, Text, Unit
from collectors.contract import Reason
from exporters.contract import HostReport, SectionTiming
from exporters.exposition.probe import probe_page
from tests.agent.reports import BACKUP, CPU, DISK, failed, found, judged, report, unjudged, used

Series = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read(page: bytes) -> Series:
    series: Series = {}
    for family in text_string_to_metric_families(page.decode()):
        for sample in family.samples:
            key = sample.name, tuple(sorted(sample.labels.items()))
            assert key not in series, "each once"
            series[key] = sample.value
    return series


def shown(round_: HostReport) -> Series:
    return read(probe_page(round_, 0.75, 0.25))


def test_what_a_round_found() -> None:
    made = report(100.0, judged(used("/", 0.5), used("/var", 0.85)), unjudged(Reason.NOT_APPLICABLE, check=BACKUP))
    made = replace(made, sections=(SectionTiming("filesystems", 0.01), SectionTiming("backups", None, Reason.LATE)))
    assert shown(made) == {
        ("probe_success", ()): 1,
        ("probe_duration_seconds", ()): 0.75,
        ("probe_wait_seconds", ()): 0.25,
        ("probe_check_state", (("check", "disk_usage"), ("item", "/"))): 0,
        ("probe_check_state", (("check", "disk_usage"), ("item", "/var"))): 1,
        ("probe_disk_usage_used_ratio", (("item", "/"),)): 0.5,
        ("probe_disk_usage_used_ratio", (("item", "/var"),)): 0.85,
        ("probe_check_not_checked", (("check", "backup_freshness"), ("reason", "not_applicable"))): 1,
        ("probe_section_duration_seconds", (("collector", "filesystems"),)): 0.01,
    }


@pytest.mark.parametrize(
    ("made", "success"),
    [
        (report(1.0, judged(found("a", State.OK))), 1),
        (report(1.0, judged(found("a", State.WARN))), 1),
        (report(1.0, judged(found("a", State.OK), found("b", State.CRIT))), 0),
        (report(1.0, judged(found("a", State.UNKNOWN))), 0),
        (report(1.0, judged()), 1),
        (report(1.0, unjudged(Reason.NOT_APPLICABLE)), 0),
        (report(1.0, unjudged(Reason.FIRST_LOOK)), 0),
        (report(1.0, judged(found("a", State.OK)), unjudged(Reason.FIRST_LOOK, check=BACKUP)), 1),
        (report(1.0, unjudged(Reason.LATE)), 0),
        (report(1.0, unjudged(Reason.NO_PERMISSION)), 0),
        (failed(1.0, Reason.UNREACHABLE, DISK), 0),
    ],
)
def test_success_is_a_host_that_is_well(made: HostReport, success: int) -> None:
    assert shown(made)["probe_success", ()] == success


def test_a_host_that_could_not_be_asked_says_why() -> None:
    series = shown(failed(1.0, Reason.AUTH_FAILED, DISK, CPU))
    assert series["probe_failure_info", (("reason", "auth_failed"),)] == 1
    assert series["probe_check_not_checked", (("check", "cpu_usage"), ("reason", "auth_failed"))] == 1
    assert not [name for name, _ in series if name == "probe_check_state"]


def test_of_two_items_that_look_the_same_the_worse_is_told() -> None:
    states = (State.CRIT, State.OK)
    made = report(1.0, judged(*(Result("\x1b", state, Text("", "")) for state in states)))
    assert [v for (name, _), v in shown(made).items() if name == "probe_check_state"] == [3]


@given(
    item=st.text(st.characters(codec=None), max_size=300),
    value=st.floats(),
    name=st.sampled_from(["used", "free"]),
)
def test_hostile_items_stay_in_their_label(item: str, value: float, name: str) -> None:
    result = Result(item, State.OK, Text("", ""), (Measurement(name, value, Unit.BYTES),))
    series = shown(report(1.0, judged(result)))
    measured = [seen for (family, _), seen in series.items() if family == f"probe_disk_usage_{name}_bytes"]
    assert measured == [value] or (math.isnan(value) and math.isnan(measured[0]))
    assert {family for family, _ in series} == {
        "probe_success", "probe_duration_seconds", "probe_wait_seconds", "probe_check_state",
        f"probe_disk_usage_{name}_bytes",
    }  # fmt: skip
