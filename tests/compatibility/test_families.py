"""What of node_exporter is not here has a reason, and what has a reason is not here."""

from fnmatch import fnmatchcase

import pytest

from tests.compatibility.beats import slow_sections
from tests.compatibility.families import (
    FOLDER,
    UNSEEN,
    Recorded,
    collectors_of,
    here,
    lines,
    overtaken,
    reasons,
    recorded,
    unexplained,
)
from tests.compatibility.families_page import page
from tests.documents import ROOT

PAGE = """\
# HELP node_forks_total Total number of forks.
# TYPE node_forks_total counter
node_forks_total 7
# HELP node_vmstat_pgfault Faults.
# TYPE node_vmstat_pgfault untyped
node_vmstat_pgfault 1
# HELP node_scrape_collector_success Whether.
# TYPE node_scrape_collector_success gauge
node_scrape_collector_success{collector="stat"} 1
# HELP go_threads Threads.
# TYPE go_threads gauge
go_threads 8
"""
HELP = """\
      --collector.arp            Enable the arp collector (default: enabled).
      --[no-]collector.cpu_vulnerabilities
                                 Enable the cpu_vulnerabilities collector
                                 (default: disabled).
      --collector.arp.netlink    Use netlink (default: true)
"""


def test_no_family_is_missing_without_a_reason() -> None:
    assert unexplained() == []


def test_no_reason_speaks_of_what_is_here() -> None:
    assert overtaken() == []


@pytest.mark.parametrize("version", recorded(), ids=lambda version: version.version)
def test_every_collector_is_accounted_for(version: Recorded) -> None:
    shown = {collector for family, collector in version.families.items() if family in here()}
    unseen = {name for name, pattern in UNSEEN.items() if any(fnmatchcase(family, pattern) for family in here())}
    assert unseen == set(UNSEEN)
    assert set(version.collectors) - shown - unseen - {reason.collector for reason in reasons()} == set()


def test_reasons_are_for_collectors_that_there_are() -> None:
    known = {name for version in recorded() for name in version.collectors} | {"itself"}
    assert {reason.collector for reason in reasons()} <= known
    assert all(reason.reason.endswith(".") and reason.families for reason in reasons())


def test_versions_are_recorded() -> None:
    assert [version.version for version in recorded()] == ["1.1.2", "1.5.0", "1.9.0"]
    assert all(len(version.families) > 300 and len(version.collectors) > 50 for version in recorded())
    assert all(path.read_text("utf-8").startswith("# node_exporter ") for path in FOLDER.glob("*.txt"))


def test_a_recording_tells_of_collectors_and_families() -> None:
    assert collectors_of(HELP) == {"arp": True, "cpu_vulnerabilities": False}
    assert [*lines("node_exporter", {"stat": True}, {"stat": PAGE})][:4] == [
        "# node_exporter",
        "collector stat enabled",
        "family node_forks_total counter stat",
        "family node_vmstat_pgfault unknown stat",
    ]


def test_the_page_is_up_to_date() -> None:
    assert (ROOT / "docs/explanation/node-exporter-families.md").read_text("utf-8") == page(), (
        "python -m tests.compatibility families"
    )


def test_the_page_says_which_counters_have_a_slow_beat() -> None:
    """Whoever asks for their irate() must know; none of those that dashboards mostly ask for is among them."""
    slow = {name for section in slow_sections() for name in section.counters}
    assert {"node_cpu_core_throttles_total", "node_systemd_socket_accepted_connections_total"} <= slow
    assert not [name for name in slow if name.startswith(("node_disk_", "node_network_", "node_vmstat_", "node_sched"))]
    assert all(f"`{name}`" in page() for name in slow)
