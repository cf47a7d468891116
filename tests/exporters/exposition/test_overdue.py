"""A host whose rounds cease to come does not look alive for ever."""

from dataclasses import replace

import pytest
import structlog

from collectors.contract import Sample
from exporters.contract import HostReport
from exporters.prometheus import NoPage, PrometheusExport
from tests.exporters.sample_report import down, fast, slow
from tests.exporters.test_prometheus import names, value


class Watch:
    """A clock that is set by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def every_minute(report: HostReport) -> HostReport:
    return replace(report, host=replace(report.host, every_seconds=60.0))


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def export(watch) -> PrometheusExport:
    export = PrometheusExport(clock=watch)
    export.observe(every_minute(fast()))
    problem = Sample("rounds_problem_start_timestamp_seconds", 1, (("host", "web-01"), ("check", "disk_usage")))
    export.note("web-01", "problems", [problem], of_items=True)
    return export


def test_three_beats_are_waited_for(export, watch):
    watch.now += 180
    assert value(export, "rounds_host_up", host="web-01") == 1
    assert export.render_host("web-01")
    assert value(export, "rounds_hosts_overdue") == 0


def test_then_its_page_says_why_it_is_not_there(export, watch):
    watch.now += 245
    with pytest.raises(NoPage, match=r"web-01 nothing recent is known: its last round ended 245 s ago, .* every 60 s"):
        export.render_host("web-01")


def test_and_nothing_is_told_but_what_stays_true(export, watch):
    watch.now += 181
    found = {name for name in names(export) if value(export, name, host="web-01") is not None}
    assert not {"rounds_host_up", "rounds_check_state", "rounds_disk_usage_used_ratio"} & names(export)
    assert not {"rounds_section_duration_seconds", "rounds_problem_start_timestamp_seconds"} & names(export)
    assert found == {"rounds_host_series", "rounds_series_dropped_total"}
    assert value(export, "rounds_round_last_run_timestamp_seconds", host="web-01", lane="fast") == 1000
    assert "rounds_host_info" in names(export)
    assert value(export, "rounds_hosts_overdue") == 1


def test_it_is_said_once_and_over_with_the_next_round(export, watch):
    with structlog.testing.capture_logs() as log:
        for _ in range(3):
            watch.now += 200
            export.render()
    assert [line["event"] for line in log] == ["host_overdue"]
    export.observe(every_minute(fast(at=2000)))
    assert value(export, "rounds_host_up", host="web-01") == 1
    assert value(export, "rounds_hosts_overdue") == 0
    assert "rounds_problem_start_timestamp_seconds" in names(export)
    assert export.render_host("web-01")


def test_the_slow_lane_is_no_sign_of_life(export, watch):
    watch.now += 170
    export.observe(every_minute(slow()))
    watch.now += 20
    assert value(export, "rounds_host_up", host="web-01") is None


def test_a_host_that_is_down_stays_down(export, watch):
    export.observe(every_minute(down()))
    watch.now += 10_000
    assert value(export, "rounds_host_up", host="web-01") == 0
    with pytest.raises(NoPage, match="was not reached"):
        export.render_host("web-01")


def test_without_a_known_beat_nothing_is_overdue(watch):
    export = PrometheusExport(clock=watch)
    export.observe(fast())
    watch.now += 10_000
    assert value(export, "rounds_host_up", host="web-01") == 1


def test_the_others_stay_as_they_are(export, watch):
    watch.now += 150
    export.observe(every_minute(fast("db-01")))
    watch.now += 60
    assert value(export, "rounds_host_up", host="db-01") == 1
    assert value(export, "rounds_host_up", host="web-01") is None
