"""`rounds explain` and `rounds script`: what is done on a server, to the letter."""

import re
import subprocess
from pathlib import Path

import pytest

from agent.catalogue import catalogue
from tests.agent.cli.conftest import Rounds


@pytest.mark.parametrize("name", sorted(catalogue().checks))
def test_every_check_is_explained(rounds: Rounds, name: str) -> None:
    plugin = catalogue().checks[name]
    done = rounds("explain", name, env={"COLUMNS": "900"})
    assert done.exit_code == 0
    text = done.stdout
    for heading, words in plugin.doc_block.items():
        assert heading in text
        assert words in text
    for field, info in plugin.check.params.model_fields.items():
        assert re.search(rf"^ +{field}  ", text, re.MULTILINE)
        assert str(info.description) in text
    assert catalogue().collectors[plugin.collector].collector.probe.strip() in text
    assert plugin.check.title.zh in text
    written = text[text.index("Parameters") : text.index("How often")]
    assert not re.search(r"\b(86400|93600|3600|1209600|10737418240)\b", written), (
        "seconds and bytes as people write them"
    )


def test_what_is_in_force_is_told_for_each_host(rounds: Rounds) -> None:
    wide = {"COLUMNS": "900"}
    backups = rounds("explain", "backup_freshness", env=wide).stdout
    assert "newest_within: 26h, keep: 7, size_change: 50%, size_trend: 50%, longer: 3, still_written: 2m" in backups
    assert re.search(r"Arguments on web-01: 'files\s+/var/backups/it'\"'\"'s a set/\*\.gz'", backups)
    assert "not made on this-machine, dead: disabled, or nothing to look for is configured" in backups
    assert "not made on web-01" in rounds("explain", "swap_usage", env=wide).stdout
    memory = rounds("explain", "memory_usage", "--host", "web-01", env=wide).stdout
    assert "{warn: 100%, crit: 100%}  on web-01" in memory
    assert "{warn: 80%, crit: 90%}  (default)" in memory


def test_it_explains_without_a_configuration(rounds: Rounds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    done = rounds("explain", "disk_usage")
    assert done.exit_code == 0
    assert "(defaults: there is no configuration here)" in done.stdout
    assert "{warn: 10GiB, crit: 5GiB}" in done.stdout
    refused = rounds("explain", "disk_usage", "--host", "web-01")
    assert refused.exit_code == 2
    assert "no configuration" in refused.stderr


def test_without_a_name_all_are_listed(rounds: Rounds) -> None:
    done = rounds("explain")
    assert [line.split()[0] for line in done.stdout.splitlines() if line[0] != " "] == sorted(catalogue().checks)


def test_an_unknown_name_gets_the_near_ones(rounds: Rounds) -> None:
    assert rounds("explain", "disk_use").stderr == 'unknown check "disk_use"; did you mean disk_usage?\n'
    assert rounds("explain", "disk_usage", "--host", "web-1").exit_code == 2
    assert rounds("script", "web-1").exit_code == 2


@pytest.mark.parametrize("lane", ["fast", "slow"])
@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_the_script_is_whole_and_runs(rounds: Rounds, lane: str, shell: str) -> None:
    script = rounds("script", "web-01", "--lane", lane).stdout
    done = subprocess.run([shell], input=script, text=True, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0
    assert done.stdout.endswith("@rounds-0000000000000000 done\n")
    named = re.findall(r"^section (\w+)", script, re.MULTILINE)
    assert named
    for name in named:
        assert f"@rounds-0000000000000000 begin {name}\n" in done.stdout


def test_the_script_of_this_machine_leaves_out_what_psutil_reads(rounds: Rounds) -> None:
    done = rounds("script", "this-machine")
    named = re.findall(r"^section (\w+)", done.stdout, re.MULTILINE)
    collectors = catalogue().collectors
    assert named
    assert all(collectors[name].collector.read_local is None for name in named)
    assert "psutil" in done.stderr
