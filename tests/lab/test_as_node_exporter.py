"""Dashboards and rules made for node_exporter work on a host that rounds only logs in to."""

import shutil
from collections.abc import Iterator

import pytest

from tests.compatibility.comparison import Comparison
from tests.compatibility.judgement import Agreement, Timing
from tests.compatibility.query import INDEXES, of_index
from tests.compatibility.stage import Stage, stage
from tests.lab import Lab

HOST = "debian-12"
TIMING = Timing(scrape=2, beat=2, span=12)

pytestmark = pytest.mark.skipif(shutil.which("prometheus") is None, reason="prometheus is not installed")


@pytest.fixture(scope="module")
def ready(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(lab, tmp_path_factory.mktemp("stage"), [HOST], TIMING, only=True) as ready:
        yield ready


@pytest.fixture(scope="module")
def found(ready: Stage) -> Comparison:
    queries = [query for path in INDEXES for query in of_index(path)]
    return ready.sides.compare(queries, ready.exporters)


def test_nine_of_ten_queries_have_data(found: Comparison) -> None:
    without = sorted({row.query.expression for row in found.rows if row.verdict.agreement is Agreement.MISSING})
    assert found.asked_there > 250, "a stock node_exporter has data for most"
    assert found.share >= 0.9, without


def test_what_both_say_agrees(found: Comparison) -> None:
    assert not [(row.query.expression, row.verdict.remarks) for row in found.disagreements]


def test_alerts_and_gauges_of_the_host_itself_are_there(found: Comparison) -> None:
    """What no host is without: were it empty on both sides, nothing would have been compared."""
    agreed = {row.query.metrics[0] for row in found.rows if row.verdict.agreement is Agreement.AGREES}
    assert agreed >= {
        "node_boot_time_seconds", "node_cpu_seconds_total", "node_filesystem_size_bytes", "node_load1",
        "node_memory_MemTotal_bytes", "node_network_receive_bytes_total", "node_timex_sync_status",
    }  # fmt: skip
