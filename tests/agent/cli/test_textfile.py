"""`rounds check --textfile`: a file that a real node_exporter shows, whole or not at all."""

import re
import shutil
import socket
import subprocess
import urllib.request
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from checks.contract import Measurement, Result, State, Text, Unit
from exporters.exposition.textfile import textfile_page
from tests.agent.cli.conftest import Rounds
from tests.agent.reports import judged, report
from tests.agent.running import wait_for

EXPORTER = shutil.which("prometheus-node-exporter") or shutil.which("node_exporter")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "textfile"
    path.mkdir()
    return path


def series(text: str) -> dict[str, float]:
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            assert name not in found, "each once"
            found[name] = float(value)
    return found


def test_a_round_is_written_beside_what_is_printed(rounds: Rounds, folder: Path) -> None:
    path = folder / "rounds.prom"
    done = rounds("check", "this-machine", "--check", "memory_usage", "--textfile", str(path))
    assert done.exit_code == 0
    assert "1 of 1 host checked" in done.stdout
    found = series(path.read_text("utf-8"))
    assert found['rounds_host_up{host="this-machine"}'] == 1
    assert found['rounds_check_state{host="this-machine",check="memory_usage",item="memory"}'] == 0
    assert {re.match(r"[a-z]+", name)[0] for name in found} == {"rounds"}  # type: ignore[index]
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(folder.iterdir()) == [path]


def test_the_exit_code_stays_that_of_the_round_and_hosts_out_of_reach_are_told(rounds: Rounds, folder: Path) -> None:
    path = folder / "rounds.prom"
    assert rounds("check", "this-machine", "dead", "--format", "nagios", "--textfile", str(path)).exit_code in (2, 3)
    text = path.read_text("utf-8")
    found = series(text)
    assert found['rounds_host_up{host="this-machine"}'] == 1
    assert found['rounds_host_up{host="dead"}'] == 0
    assert found['rounds_check_not_checked{host="dead",check="disk_usage",reason="refused"}'] == 1
    assert not [name for name in found if name.startswith('rounds_check_state{host="dead"')]
    assert " counter\n" not in text, "a counter would begin anew with each round"
    if shutil.which("promtool"):
        said = subprocess.run(["promtool", "check", "metrics"], input=text.encode(), capture_output=True, check=False)
        assert said.returncode == 0, said.stderr.decode()


@pytest.mark.parametrize(
    ("name", "words"), [("rounds.txt", "end in .prom"), ("no/rounds.prom", "there is no folder"), ("rounds", ".prom")]
)
def test_a_file_that_nobody_would_read_is_refused_before_the_round(
    rounds: Rounds, folder: Path, name: str, words: str
) -> None:
    done = rounds("check", "dead", "--textfile", str(folder / name))
    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stdout == ""


def test_a_file_that_cannot_be_written_is_told_with_its_path(rounds: Rounds, folder: Path) -> None:
    path = folder / "rounds.prom"
    path.mkdir()
    done = rounds("check", "this-machine", "--check", "memory_usage", "--textfile", str(path))
    assert done.exit_code == 2
    assert f"cannot write {path}" in done.stderr.replace("\n", "")
    assert list(folder.iterdir()) == [path], "nothing is left lying about"


@given(items=st.lists(st.text(st.characters(codec=None), max_size=250), min_size=1, max_size=4))
def test_whatever_a_host_wrote_each_series_is_there_once(items: list[str]) -> None:
    results = [Result(item, State.OK, Text("", ""), (Measurement("used", 1.0, Unit.RATIO),)) for item in items]
    page = textfile_page([report(1.0, judged(*results)), report(1.0, judged(*results), host="web-02")]).decode()
    assert series(page)
    families = list(text_string_to_metric_families(page))
    assert len({family.name for family in families}) == len(families)


@pytest.mark.skipif(EXPORTER is None, reason="node_exporter is not installed")
def test_a_real_node_exporter_shows_it(rounds: Rounds, folder: Path) -> None:
    path = folder / "rounds.prom"
    rounds("check", "this-machine", "dead", "--textfile", str(path))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        str(EXPORTER), "--collector.disable-defaults", "--collector.textfile", "--collector.uname",
        f"--collector.textfile.directory={folder}", f"--web.listen-address=127.0.0.1:{port}",
    ]  # fmt: skip
    exporter = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def page() -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""

    try:
        shown = series(wait_for(page))
    finally:
        exporter.terminate()
        exporter.wait(10)
    assert shown["node_textfile_scrape_error"] == 0
    assert f'node_textfile_mtime_seconds{{file="{path}"}}' in shown
    ours = {_sorted(name): value for name, value in series(path.read_text("utf-8")).items()}
    theirs = {_sorted(name): value for name, value in shown.items() if name.startswith("rounds_")}
    assert theirs == pytest.approx(ours, nan_ok=True)


def _sorted(name: str) -> str:
    """Prometheus' own library writes labels in the order of the alphabet."""
    metric, _, labels = name.partition("{")
    return metric + ",".join(sorted(re.findall(r'\w+="(?:[^"\\]|\\.)*"', labels)))
