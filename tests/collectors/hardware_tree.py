"""Hardware that this machine does not have, as the kernel would show it in /sys: a tree of files for probes to read."""

import re
import subprocess
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from collectors.contract import Collector
from tests.collectors.in_shells import printed

Seen = tuple[str, str, str, tuple[tuple[str, str], ...], float]
"""A sample: name, type, help, labels, value."""


def write(root: Path, **files: object) -> None:
    """Files below `root`, each with its content and the line end that the kernel adds."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{content}\n", "utf-8")


def link(path: Path, target: Path) -> None:
    """A symbolic link, as /sys/class is full of them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target.resolve())


def chip(sys: Path, number: str, device: str, name: str, **files: object) -> None:
    """A hardware monitoring chip on a device."""
    home = sys / "devices" / device / "hwmon" / number
    write(home, name=name, **files)
    link(home / "device", sys / "devices" / device)
    link(sys / "class" / "hwmon" / number, home)


def printed_in(sys: Path, collector: Collector[Any], shell: list[str]) -> str:
    """What a probe prints that finds `sys` where /sys is, and may read all of it."""
    probe = collector.probe.replace("/sys/", f"{sys.resolve()}/").replace("as_root ", "")
    return printed(replace(collector, probe=probe), shell)


def scraped(exporter: str, sys: Path, collector: str) -> set[Seen]:
    """All that one collector of a real node_exporter tells when it finds `sys` where /sys is."""
    argv = [exporter, "--web.listen-address=127.0.0.1:0", f"--path.sysfs={sys}", "--collector.disable-defaults"]
    running = subprocess.Popen([*argv, f"--collector.{collector}"], stderr=subprocess.PIPE, text=True)
    try:
        assert running.stderr is not None
        port = next(found[1] for line in running.stderr if (found := re.search(r"127\.0\.0\.1:([1-9]\d*)", line)))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
            families = list(text_string_to_metric_families(answer.read().decode()))
    finally:
        running.kill()
        running.wait()
    return {
        (sample.name, family.type, family.documentation, tuple(sorted(sample.labels.items())), round(sample.value, 6))
        for family in families
        if not family.name.startswith(("node_scrape", "go_", "process_", "promhttp", "node_exporter"))
        for sample in family.samples
    }


def told(collector: Collector[Any], output: str) -> set[Seen]:
    """All samples of a collector."""
    assert collector.samples is not None
    return {
        (sample.name, sample.type.value, sample.help, tuple(sorted(sample.labels)), round(sample.value, 6))
        for sample in collector.samples(collector.parse(output))
    }
