"""The page says of each section what node_exporter says of each of its collectors."""

import time
from dataclasses import replace

from collectors.contract import Reason, Sample
from exporters.contract import HostFailure, HostReport, Lane, SectionTiming
from exporters.exposition.heads import Format
from exporters.exposition.host import HostSeries
from exporters.exposition.node_page import NodePage
from tests.exporters.sample_report import fast

SAMPLE = Sample("node_load1", 1.0, (), "1m load average.")


def report(*sections: SectionTiming, samples: tuple[Sample, ...] = ()) -> HostReport:
    return replace(fast(), sections=sections, samples=samples)


def page_of(page: NodePage) -> list[str]:
    return page.join(Format.TEXT).decode().splitlines()


def test_each_section_has_its_duration_and_how_it_went() -> None:
    page = NodePage(1000)
    page.observe(report(SectionTiming("load", 0.25), samples=(SAMPLE,)))
    late = SectionTiming("packages", None, Reason.LATE)
    page.observe(report(late, SectionTiming("bonding", 0.5, Reason.NOT_APPLICABLE)))
    assert page_of(page) == [
        "# HELP node_load1 1m load average.",
        "# TYPE node_load1 gauge",
        "node_load1 1",
        "# HELP node_scrape_collector_duration_seconds node_exporter: Duration of a collector scrape.",
        "# TYPE node_scrape_collector_duration_seconds gauge",
        'node_scrape_collector_duration_seconds{collector="load"} 0.25',
        'node_scrape_collector_duration_seconds{collector="bonding"} 0.5',
        "# HELP node_scrape_collector_success node_exporter: Whether a collector succeeded.",
        "# TYPE node_scrape_collector_success gauge",
        'node_scrape_collector_success{collector="load"} 1',
        'node_scrape_collector_success{collector="packages"} 0',
        'node_scrape_collector_success{collector="bonding"} 0',
    ]


def test_what_is_not_made_any_more_is_not_told() -> None:
    page = NodePage(1000)
    page.observe(report(SectionTiming("load", 0.25), SectionTiming("cpu", 0.25), samples=(SAMPLE,)))
    page.retain(("cpu",))
    assert not [line for line in page_of(page) if 'collector="load"' in line]
    page.retain(())
    assert page_of(page) == []


def test_what_a_lane_told_goes_when_it_does_not_reach_the_host() -> None:
    """Its connection is its own: the page is there all the same, and old numbers would look like new ones."""
    host = HostSeries("web-01", 1000, time.monotonic)
    host.observe(report(SectionTiming("load", 0.25), samples=(SAMPLE,)))
    hot = Sample("node_hwmon_temp_celsius", 41.0, (), "Hardware monitor for temperature (input)")
    of_slow = replace(report(SectionTiming("hwmon", 0.25), samples=(hot,)), lane=Lane.SLOW)
    host.observe(of_slow)
    assert "node_hwmon_temp_celsius 41" in page_of(host.page)
    lost = HostFailure(Reason.UNREACHABLE, "no answer")
    for asked in (True, False):
        host.observe(of_slow)
        host.observe(replace(of_slow, samples=(), sections=(), failure=lost, asked=asked))
        left = page_of(host.page)
        assert "node_load1 1" in left
        assert not [line for line in left if "hwmon" in line]


def test_the_cap_holds_for_them_too() -> None:
    page = NodePage(10)
    page.observe(report(*(SectionTiming(f"section_{number}", 0.1) for number in range(20))))
    assert len([line for line in page_of(page) if line[0] != "#"]) <= 10
    assert page.dropped >= 30
