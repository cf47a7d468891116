"""The benchmark measures what it says: real rounds, against simulated and real servers."""

import subprocess
from pathlib import Path

import pytest

from agent.catalogue import catalogue
from agent.runner import sections
from benchmarks.client import Cost, fast_task, measure
from benchmarks.loopback_sshd import loopback_sshd
from benchmarks.peers import ansible_ms, check_by_ssh_ms
from benchmarks.recorded_answers import RecordedAnswers, record
from benchmarks.results import README, Results
from benchmarks.simulated_fleet import simulated_fleet
from collectors.transport.script import ScriptSection, take_apart
from exporters.contract import HostCard

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
    return tmp_path / "key"


def test_a_replayed_answer_is_taken_apart_like_a_real_one() -> None:
    asked = [ScriptSection("load", ""), ScriptSection("uptime", ""), ScriptSection("cpu", "", files=("/none", "/stat"))]
    answers = RecordedAnswers({"load": ["1\n2", "3"], "uptime": ["4"]}, {"/stat": ["5\n", "6\n"]})
    for look, (load, stat) in enumerate([("1\n2", "5"), ("3", "6"), ("3", "6")]):
        parts = take_apart(answers.framed("@mark", ["load", "uptime"], look), "@mark", asked)
        texts = {name: part.text.strip() for name, part in parts.items()}
        assert texts == {"load": load, "uptime": "4", "cpu": f"== /stat\n{stat}"}
        assert all(part.reason is None for part in parts.values())


def test_a_small_simulated_fleet(tmp_path: Path, key: Path) -> None:
    found = catalogue()
    task = fast_task(found, HostCard("here", "127.0.0.1"))
    answers = record(sections(task, found, task.collectors), found, looks=6)
    with simulated_fleet(tmp_path, 3, answers) as places:
        cost = measure(tmp_path, key, places, rounds=2)
    assert cost.hosts == 3
    assert cost.sections == len(task.collectors)
    assert cost.results >= 5
    assert 0 < cost.transport_ms < cost.whole_ms


def test_the_peers_run_the_same_script_on_the_same_sshd(tmp_path: Path, key: Path) -> None:
    with loopback_sshd(tmp_path, 2, key) as places:
        rounds = measure(tmp_path, key, places, rounds=2)
        script = "echo the same script; id -un\n"
        others = [ansible_ms(tmp_path, key, places, script, 1), check_by_ssh_ms(tmp_path, key, places, 1)]
    assert rounds.results >= 5
    assert all(cost is None or cost > rounds.whole_ms for cost in others)


def test_the_readme_has_a_place_for_the_results_and_the_goals_are_judged() -> None:
    text = README.read_text(encoding="utf-8")
    assert text.count("<!-- results -->") == text.count("<!-- /results -->") == 1
    cheap = Cost(1, 1, 9, 9, 1, 1, 1.0, 1.0, 5.0, 0.0, 1.0)
    dear = Cost(1, 1, 9, 9, 1, 1, 1.0, 1.0, 7.0, 0.0, 1.0)
    assert Results(cheap, cheap, 101.0, None).met
    assert not Results(cheap, cheap, 99.0, None).met
    assert not Results(cheap, dear, None, None).met
    assert "20 times" in Results(cheap, cheap, 100.0, 50.0).as_markdown()
