"""Samples bear the names, types, labels and help texts that a real node_exporter on this machine gives them."""

import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from collectors import (
    conntrack,
    cpu,
    disk_activity,
    file_handles,
    load,
    memory,
    network_stack,
    operating_system,
    pressure,
    tasks,
    tcp_connections,
    uptime,
    vmstat,
)
from collectors.contract import Collector, NotApplicable, Sample, SampleType
from tests.collectors.in_shells import printed

EXPORTER = shutil.which("prometheus-node-exporter") or shutil.which("node_exporter")
FROM_PROC = ("conntrack", "diskstats", "filefd", "netstat", "pressure", "processes", "sockstat", "softnet", "tcpstat")
# The kernel, or a later node_exporter, may tell more than this one knows, but not another thing under a name it does.
UNKNOWN = {
    "node_memory_Hugetlb_bytes",
    "node_netstat_TcpExt_TCPOFOQueue",
    "node_netstat_TcpExt_TCPRcvQDrop",
    "node_pressure_irq_stalled_seconds_total",
}
DISK_INFO = {f"node_disk_{what}_info" for what in ("device_mapper", "device_mapper_backing_device")}
DISK_INFO |= {f"node_disk_ata_{what}" for what in ("write_cache", "write_cache_enabled", "rotation_rate_rpm")}
SOFTNET_OF_LATER_ONES = {
    f"node_softnet_{what}"
    for what in ("backlog_len", "cpu_collision_total", "flow_limit_count_total", "received_rps_total")
}
UNKNOWN |= SOFTNET_OF_LATER_ONES
Families = dict[str, tuple[str, str, set[tuple[tuple[str, str], ...]]]]


@pytest.fixture(scope="module")
def exporter() -> Iterator[Families]:
    if EXPORTER is None:
        pytest.skip("no node_exporter here")
    collectors = ("cpu", "loadavg", "meminfo", "os", "stat", "time", "uname", "vmstat", *FROM_PROC)
    argv = [EXPORTER, "--web.listen-address=127.0.0.1:0", "--collector.disable-defaults"]
    running = subprocess.Popen(
        [*argv, *(f"--collector.{name}" for name in collectors)], stderr=subprocess.PIPE, text=True
    )
    try:
        assert running.stderr is not None
        port = next(found[1] for line in running.stderr if (found := re.search(r"127\.0\.0\.1:([1-9]\d*)", line)))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
            yield families(answer.read().decode())
    finally:
        running.kill()
        running.wait()


def families(text: str) -> Families:
    found: Families = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = tuple(sorted(sample.labels.items()))
            # What the format calls untyped, its reader calls unknown.
            kind = SampleType.UNTYPED if family.type == "unknown" else family.type
            found.setdefault(sample.name, (kind, family.documentation, set()))[2].add(labels)
    return found


MODULES = (
    conntrack,
    cpu,
    disk_activity,
    file_handles,
    load,
    memory,
    network_stack,
    operating_system,
    pressure,
    tasks,
    tcp_connections,
    uptime,
    vmstat,
)


PASSING = {"node_tcp_connection_states"}
"""Of what there may be now and not a moment ago, on a machine where other tests run."""


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_samples(module: object, exporter: Families) -> None:
    collector: Collector[object] = module.COLLECTOR  # type: ignore[attr-defined]
    assert collector.samples is not None
    samples: list[Sample] = list(collector.samples(parsed(collector)))
    assert samples
    known = [sample for sample in samples if sample.name in exporter]
    assert {sample.name for sample in samples} - {sample.name for sample in known} <= UNKNOWN
    for sample in known:
        kind, documentation, labels = exporter[sample.name]
        assert (sample.type, sample.help) == (kind, documentation)
        if sample.name in PASSING:
            assert {name for name, _ in sample.labels} in [{name for name, _ in each} for each in labels]
        else:
            assert tuple(sorted(sample.labels)) in labels


def parsed(collector: Collector[object]) -> object:
    try:
        return collector.parse(printed(collector, ["sh"]))
    except NotApplicable as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize(
    ("module", "beginning", "left_out"),
    [
        # What it has from sysfs and udev.
        (disk_activity, "node_disk_", {"node_disk_info", "node_disk_filesystem_info", *DISK_INFO}),
        (file_handles, "node_filefd_", set()),
        (network_stack, "node_netstat_", set()),
        (network_stack, "node_sockstat_", set()),
        (network_stack, "node_softnet_", SOFTNET_OF_LATER_ONES),
        (pressure, "node_pressure_", set()),
        (conntrack, "node_nf_conntrack_", set()),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_nothing_is_missing(module: object, beginning: str, left_out: set[str], exporter: Families) -> None:
    """Dashboards made for node_exporter find every family of it that comes from these files."""
    collector: Collector[object] = module.COLLECTOR  # type: ignore[attr-defined]
    assert collector.samples is not None
    found = {sample.name for sample in collector.samples(parsed(collector))}
    assert {name for name in exporter if name.startswith(beginning)} - left_out <= found
