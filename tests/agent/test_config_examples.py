"""The files that are shipped are right, and say what they say."""

import re
from pathlib import Path

import pytest
import yaml

from agent.config import load

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "deploy/examples"


def test_the_file_at_the_root_watches_this_machine_and_keeps_everything_in_state() -> None:
    config = load(ROOT / "config.yaml")
    assert [(host.name, host.transport) for host in config.on_rounds] == [("this-machine", "local")]
    assert config.ssh.known_hosts == ROOT / "state/known_hosts"
    assert config.history.url == f"sqlite:///{ROOT}/state/history.db"
    assert "mail" not in config.exporters
    assert "maintenance_log" in config.exporters
    assert config.checks_for("this-machine")


def test_what_stands_in_its_comments_is_right_too(tmp_path: Path) -> None:
    """A newcomer takes a comment's # away: the result must be valid but for the files it names."""
    path = tmp_path / "config.yaml"
    path.write_text(uncommented((ROOT / "config.yaml").read_text(encoding="utf-8")), encoding="utf-8")
    config = load(path, check_files=False)
    assert "mail" in config.exporters
    assert config.person_on_duty
    assert [host.name for host in config.hosts] == ["this-machine", "web-01", "bastion"]
    assert "backup_freshness" in config.checks_for("web-01")
    assert "swap_usage" not in config.checks_for("web-01")


def uncommented(text: str) -> str:
    """The comments that hold YAML made into YAML; those that hold sentences stay."""
    return re.sub(r"^( *)# ( *(?:- \{|- name:|[a-z_]+:(?= |$)))", r"\1\2", text, flags=re.MULTILINE)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.name)
def test_an_example_is_right_but_for_the_files_it_names(path: Path) -> None:
    config = load(path, check_files=False)
    assert {"mail", "maintenance_log"} <= set(config.exporters)
    for host in config.hosts:
        assert config.checks_for(host.name)


def test_production_keeps_its_state_where_the_unit_lets_it() -> None:
    text = (EXAMPLES / "production.yaml").read_text(encoding="utf-8")
    config = load(EXAMPLES / "production.yaml", check_files=False)
    assert config.ssh.known_hosts == Path("/var/lib/rounds/known_hosts")
    assert config.history.url == "sqlite:////var/lib/rounds/history.db"
    assert yaml.safe_load(text)["maintenance_log"]["folder"] == "/var/log/rounds"
    assert [host.name for host in config.jump_chain("db-01")] == ["bastion"]
    usage = config.checks_for("db-01")["disk_usage"].model_dump()["used_percent"]
    assert usage == {"warn": 70, "crit": 85}
