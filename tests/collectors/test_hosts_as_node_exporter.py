"""Interfaces, processes and the kernel's clock bear the names, types and help texts of a real node_exporter."""

import re
import subprocess
import urllib.request
from collections.abc import Iterator

import pytest

from collectors import network_interfaces, network_properties, processes, timex
from collectors.contract import Sample
from tests.collectors.in_shells import printed
from tests.collectors.test_as_node_exporter import EXPORTER, Families, families


@pytest.fixture(scope="module")
def exporter() -> Iterator[Families]:
    if EXPORTER is None:
        pytest.skip("no node_exporter here")
    argv = [EXPORTER, "--web.listen-address=127.0.0.1:0", "--collector.disable-defaults"]
    argv += [f"--collector.{name}" for name in ("netdev", "netclass", "processes", "stat", "timex")]
    running = subprocess.Popen(argv, stderr=subprocess.PIPE, text=True)
    try:
        assert running.stderr is not None
        port = next(found[1] for line in running.stderr if (found := re.search(r"127\.0\.0\.1:([1-9]\d*)", line)))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
            yield families(answer.read().decode())
    finally:
        running.kill()
        running.wait()


def assert_alike(samples: list[Sample], exporter: Families, unseen: set[str]) -> None:
    assert samples
    # What a virtual network card does not say, such as its speed, node_exporter may leave out.
    assert {sample.name for sample in samples} - unseen <= exporter.keys()
    for sample in samples:
        if sample.name in exporter:
            kind, documentation, labels = exporter[sample.name]
            assert (sample.type, sample.help) == (kind, documentation)
            assert {name for name, _ in sample.labels} == {name for label_set in labels for name, _ in label_set}


def test_network_interfaces(exporter: Families) -> None:
    facts = network_interfaces.parse(printed(network_interfaces.COLLECTOR, ["sh"]))
    assert_alike(list(network_interfaces.samples(facts)), exporter, {"node_network_speed_bytes"})
    properties = network_properties.parse(printed(network_properties.COLLECTOR, ["sh"]))
    assert_alike(list(network_properties.samples(properties)), exporter, set())


def test_processes(exporter: Families) -> None:
    facts = processes.parse(printed(processes.COLLECTOR, ["sh"]))
    assert_alike(list(processes.samples(facts)), exporter, set())


def test_the_kernels_clock(exporter: Families) -> None:
    by_probe = list(timex.samples(timex.parse(printed(timex.COLLECTOR, ["sh"]))))
    assert_alike(by_probe, exporter, set())
    assert {name for name in exporter if name.startswith("node_timex_")} == {sample.name for sample in by_probe}
