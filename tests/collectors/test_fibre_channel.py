import re
import shutil
import subprocess
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from collectors import fibre_channel
from collectors.contract import NotApplicable
from collectors.fibre_channel import FcPort, FibreChannel, compare, parse, samples
from tests.collectors.in_shells import every_shell, printed
from tests.recordings_on_disk import recordings

EXPORTER = shutil.which("prometheus-node-exporter") or shutil.which("node_exporter")
RECORDED = {one.system: one.output for one in recordings() if one.collector == "fibre_channel"}
PORT = FcPort("10:00:00:90:fa:94:27:79", "host1", "Online", 16, (), (("link_failure_count", 2),), True, 16)
DOWN = replace(PORT, state="Linkdown", gigabits=None, was_online=False, first_gigabits=None)


def seen(*ports: FcPort) -> FibreChannel:
    return FibreChannel(ports)


def in_sysfs(folder: Path, recorded: str) -> Path:
    for line in recorded.splitlines():
        path, _, value = line.partition(":")
        file = folder / "class/fc_host" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(value + "\n", "utf-8")
    for host in (folder / "class/fc_host").iterdir():
        (host / "node_name").write_text("0x20000090fa942779\n", "utf-8")  # node_exporter wants it, and tells it not
        (host / "statistics/reset_statistics").touch(0o200)
    return folder


@every_shell
def test_probe_prints_what_was_recorded(shell: list[str], tmp_path: Path) -> None:
    in_sysfs(tmp_path, RECORDED["emulex-linkdown-transcribed"])
    probe = fibre_channel.PROBE.replace("/sys/", f"{tmp_path}/")
    text = printed(replace(fibre_channel.COLLECTOR, probe=probe), shell)
    assert parse(text) == parse(RECORDED["emulex-linkdown-transcribed"])


@pytest.mark.skipif(Path("/sys/class/fc_host").exists(), reason="an adapter is here")
@every_shell
def test_no_adapter(shell: list[str]) -> None:
    with pytest.raises(NotApplicable, match="no Fibre Channel"):
        parse(printed(fibre_channel.COLLECTOR, shell))


def test_what_was_online_is_remembered() -> None:
    first = seen(PORT)
    second = compare(first, seen(DOWN))
    third = compare(second, seen(DOWN))
    assert [look.ports[0].was_online for look in (second, third)] == [True, True]
    assert third.ports[0].first_gigabits == 16
    assert not compare(seen(DOWN), seen(DOWN)).ports[0].was_online


def test_a_port_that_vanished_and_came_back() -> None:
    gone = compare(seen(PORT), seen())
    still = compare(gone, seen())
    assert (gone.gone, still.gone) == ((PORT.name,), (PORT.name,))
    back = compare(still, seen(DOWN))
    assert (back.gone, back.ports[0].was_online) == ((), True)
    assert compare(seen(DOWN), seen()).gone == ()


def test_a_port_keeps_its_name_when_the_kernel_numbers_anew() -> None:
    (port,) = compare(seen(PORT), seen(replace(PORT, host="host7", gigabits=8))).ports
    assert (port.host, port.gigabits, port.first_gigabits) == ("host7", 8, 16)


def test_errors_since_the_look_before() -> None:
    grown = replace(PORT, counters=(("link_failure_count", 5), ("rx_frames", 9)))
    assert compare(seen(PORT), seen(grown)).ports[0].new_errors == (("link_failure_count", 3),)
    assert compare(seen(grown), seen(PORT)).ports[0].new_errors is None


@pytest.mark.skipif(EXPORTER is None, reason="no node_exporter here")
def test_samples_are_those_of_node_exporter(tmp_path: Path) -> None:
    recorded = RECORDED["emulex-transcribed"]
    options = ("--web.listen-address=127.0.0.1:0", "--collector.disable-defaults", "--collector.fibrechannel")
    argv = [str(EXPORTER), *options, f"--path.sysfs={in_sysfs(tmp_path, recorded)}"]
    with subprocess.Popen(argv, stderr=subprocess.PIPE, text=True) as running:
        try:
            assert running.stderr is not None
            port = next(found[1] for line in running.stderr if (found := re.search(r"127\.0\.0\.1:([1-9]\d*)", line)))
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
                families = list(text_string_to_metric_families(answer.read().decode()))
        finally:
            running.kill()
    theirs = {
        (sample.name, tuple(sorted(sample.labels.items())), sample.value, family.documentation, family.type)
        for family in families
        for sample in family.samples
        if sample.name.startswith("node_fibrechannel")
    }
    ours = {(s.name, tuple(sorted(s.labels)), s.value, s.help, s.type.value) for s in samples(parse(recorded))}
    assert ours == theirs
