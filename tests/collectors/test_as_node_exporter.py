"""Samples bear the names, types, labels and help texts that a real node_exporter on this machine gives them."""

import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from collectors import cpu, load, memory, operating_system, uptime, vmstat
from collectors.contract import Collector, Sample, SampleType
from tests.collectors.in_shells import printed

EXPORTER = shutil.which("prometheus-node-exporter") or shutil.which("node_exporter")
Families = dict[str, tuple[str, str, set[tuple[tuple[str, str], ...]]]]


@pytest.fixture(scope="module")
def exporter() -> Iterator[Families]:
    if EXPORTER is None:
        pytest.skip("no node_exporter here")
    collectors = ("cpu", "loadavg", "meminfo", "os", "stat", "time", "uname", "vmstat")
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
            found.setdefault(sample.name, (family.type, family.documentation, set()))[2].add(labels)
    return found


@pytest.mark.parametrize("module", [cpu, load, memory, operating_system, uptime, vmstat], ids=lambda m: m.__name__)
def test_samples(module: object, exporter: Families) -> None:
    collector: Collector[object] = module.COLLECTOR  # type: ignore[attr-defined]
    assert collector.samples is not None
    samples: list[Sample] = list(collector.samples(collector.parse(printed(collector, ["sh"]))))
    assert samples
    known = [sample for sample in samples if sample.name in exporter]
    # The kernel may tell more than this node_exporter knows, but not another thing under a name it does.
    assert {sample.name for sample in samples} - {sample.name for sample in known} <= {"node_memory_Hugetlb_bytes"}
    for sample in known:
        kind, documentation, labels = exporter[sample.name]
        # What the format calls untyped, its reader calls unknown.
        kind = SampleType.UNTYPED if kind == "unknown" else kind
        assert (sample.type, sample.help) == (kind, documentation)
        assert tuple(sorted(sample.labels)) in labels
