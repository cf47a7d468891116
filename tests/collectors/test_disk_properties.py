"""What udev knows of disks, beside a real node_exporter that reads the same of its files."""

import re
import shutil
import subprocess
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from collectors import disk_properties
from tests.collectors.hardware_tree import told
from tests.collectors.in_shells import every_shell, printed
from tests.collectors.test_as_node_exporter import families
from tests.recordings_on_disk import recordings

EXPORTER = shutil.which("prometheus-node-exporter") or shutil.which("node_exporter")
RECORDED = next(
    each.output
    for each in recordings()
    if (each.collector, each.system) == ("disk_properties", "many-kinds-transcribed")
)


@pytest.fixture
def udev(tmp_path: Path) -> Path:
    """The recorded properties as udev keeps them, and others that are left alone."""
    folder = tmp_path / "udev"
    folder.mkdir()
    for device, line in re.findall(r"^(b[0-9]+:[0-9]+):(E:.*)$", RECORDED, re.MULTILINE):
        with (folder / device).open("a", encoding="utf-8") as file:
            file.write(f"S:disk/by-id/x\n{line}\nE:ID_PART_TABLE_UUID=ffff\n")
    (folder / "c1:3").write_text("E:ID_MODEL=no disk\n", "utf-8")
    return folder


@every_shell
def test_probe(shell: list[str], udev: Path) -> None:
    probe = disk_properties.COLLECTOR.probe.replace("/run/udev/data", str(udev))
    output = printed(replace(disk_properties.COLLECTOR, probe=probe, files=()), shell)
    assert sorted(output.splitlines()) == sorted(["== udev", *RECORDED.partition("== udev\n")[2].splitlines()])


@every_shell
def test_a_host_without_udev(shell: list[str], tmp_path: Path) -> None:
    for folder in (tmp_path / "none", tmp_path):
        probe = disk_properties.COLLECTOR.probe.replace("/run/udev/data", str(folder))
        assert printed(replace(disk_properties.COLLECTOR, probe=probe, files=()), shell) == "== udev\n"


@pytest.mark.skipif(EXPORTER is None, reason="no node_exporter here")
def test_samples_are_those_of_node_exporter(udev: Path, tmp_path: Path) -> None:
    assert EXPORTER is not None
    proc, sys = tmp_path / "proc", tmp_path / "sys"
    proc.mkdir()
    sys.mkdir()
    (proc / "diskstats").write_text(RECORDED.partition("\n")[2].partition("== udev")[0], "ascii")
    paths = (f"--path.procfs={proc}", f"--path.sysfs={sys}", f"--path.udev.data={udev}")
    argv = [EXPORTER, *paths, "--web.listen-address=127.0.0.1:0", "--collector.disable-defaults"]
    running = subprocess.Popen([*argv, "--collector.diskstats"], stderr=subprocess.PIPE, text=True)
    try:
        assert running.stderr is not None
        port = next(found[1] for line in running.stderr if (found := re.search(r"127\.0\.0\.1:([1-9]\d*)", line)))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
            theirs = families(answer.read().decode())
    finally:
        running.kill()
        running.wait()
    expected = {
        (name, kind, text, labels)
        for name, (kind, text, every) in theirs.items()
        if name.endswith("_info") or "_ata_" in name
        for labels in every
        # Later ones leave out zram, as is done here.
        if name.startswith("node_disk_") and ("device", "zram0") not in labels
    }
    assert len(expected) > 8
    assert {seen[:4] for seen in told(disk_properties.COLLECTOR, RECORDED)} == expected
