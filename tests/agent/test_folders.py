"""Folders that cannot be made or written: told when the agent starts, at a reload, and by `rounds validate`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.catalogue import catalogue
from agent.cli.app import app
from agent.config import ConfigError, load
from agent.config.kept import wrong_with_folder
from agent.daemon import Daemon

LOG = "maintenance_log: {folder: %s}"
NOWHERE = "/proc/nope/log"


def written(folder: Path, rest: str, history: str = "sqlite:///history.db") -> Path:
    path = folder / "config.yaml"
    hosts = "hosts: [{name: a, transport: local}]"
    path.write_text(f'system: x\n{hosts}\nweb: {{listen: "127.0.0.1:0"}}\nhistory: {{url: "{history}"}}\n{rest}\n')
    return path


def test_the_agent_does_not_start_with_a_folder_it_cannot_write(tmp_path: Path) -> None:
    path = written(tmp_path, LOG % NOWHERE)
    command = [sys.executable, "-m", "agent", "start", "--config", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    said = f"{path}:5: maintenance_log.folder: cannot make {NOWHERE}: /proc holds no files but the kernel's own\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
    assert [entry.name for entry in tmp_path.iterdir()] == ["config.yaml"], "nothing was started"


@pytest.mark.parametrize(
    ("rest", "history", "said"),
    [
        ("", "sqlite:////proc/nope/h.db", "4: history.url: cannot make /proc/nope: /proc holds no files but"),
        ("", "sqlite:////sys/h.db", "4: history.url: cannot write in /sys: /sys holds no files but the kernel's own"),
        ("", "sqlite:///:memory:", '4: history.url: expected a file, such as "sqlite:////var/lib/rounds/history.db"'),
        (
            "ssh: {known_hosts: folder}",
            "sqlite:///h.db",
            "5: ssh.known_hosts: expected a file in the format of OpenSSH",
        ),
        ("ssh: {known_hosts: config.yaml/a}", "sqlite:///h.db", "5: ssh.known_hosts: expected a file in the format of"),
    ],
)
@pytest.mark.parametrize("command", ["validate", "start"])
def test_it_is_said_with_line_and_key(tmp_path: Path, command: str, rest: str, history: str, said: str) -> None:
    (tmp_path / "folder").mkdir()
    path = written(tmp_path, rest, history)
    done = CliRunner().invoke(app, [command, "--config", str(path)])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{path}:{said}")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["config.yaml", "folder"]


def test_host_keys_that_are_there_or_not_yet(tmp_path: Path) -> None:
    for name in ("config.yaml", "a/b/known_hosts"):
        path = written(tmp_path, f"ssh: {{known_hosts: {name}}}")
        assert CliRunner().invoke(app, ["validate", "--config", str(path)]).exit_code == 0


def test_a_reload_with_such_a_folder_keeps_the_old_configuration(tmp_path: Path) -> None:
    path = written(tmp_path, LOG % "log")
    daemon = Daemon(load(path), catalogue())
    try:
        before, exports = daemon.config, dict(daemon.conductor.exports)
        written(tmp_path, LOG % NOWHERE)
        error = daemon.reload()
        assert isinstance(error, ConfigError)
        assert [problem.key for problem in error.problems] == ["maintenance_log.folder"]
        assert daemon.config is before
        assert daemon.conductor.exports == exports
        written(tmp_path, LOG % "elsewhere")
        assert daemon.reload() is None
        assert daemon.conductor.exports["maintenance_log"] is not exports["maintenance_log"]
        assert daemon.conductor.exports["prometheus"] is exports["prometheus"]
    finally:
        daemon.stop()


@pytest.mark.parametrize(
    ("rest", "history", "said"),
    [
        (LOG % "file/log", "sqlite:///history.db", "5: maintenance_log.folder: cannot make {0}/file/log: {0}/file is"),
        (LOG % "file", "sqlite:///history.db", "5: maintenance_log.folder: cannot write in {0}/file: {0}/file is not"),
        ("", "sqlite:///file/history.db", "4: history.url: cannot write in {0}/file: {0}/file is not a folder"),
        ("", "sqlite:///file/sub/history.db", "4: history.url: cannot make {0}/file/sub: {0}/file is not a folder"),
        ("", "sqlite:///folder", "4: history.url: cannot write {0}/folder: it is not a file"),
    ],
)
def test_validate_says_it_and_makes_nothing(tmp_path: Path, rest: str, history: str, said: str) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "folder").mkdir()
    path = written(tmp_path, rest, history)
    done = CliRunner().invoke(app, ["validate", "--config", str(path)])
    assert done.exit_code == 2
    assert done.stderr.startswith(f"{path}:{said.format(tmp_path)}")
    assert CliRunner().invoke(app, ["validate", "--no-files", "--config", str(path)]).exit_code == 0
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["config.yaml", "file", "folder"]


def test_validate_is_content_with_folders_that_can_be_made(tmp_path: Path) -> None:
    path = written(tmp_path, LOG % "a/b/c", "sqlite:///d/e/history.db")
    assert CliRunner().invoke(app, ["validate", "--config", str(path)]).exit_code == 0
    assert [entry.name for entry in tmp_path.iterdir()] == ["config.yaml"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_folder_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o555)
    assert "may not write in" in str(wrong_with_folder(tmp_path / "closed" / "log"))
