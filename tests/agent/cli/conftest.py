"""The command line, with this machine, a real sshd and a host that is down to try it on."""

import getpass
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner

from agent.cli.app import app
from tests.collectors.transport.conftest import SSHD, Sshd

Rounds = Callable[..., Any]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    if not Path(SSHD).exists():
        pytest.skip("no sshd here")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    sshd = Sshd(tmp_path_factory.mktemp("sshd"), address="127.0.0.2")
    yield sshd
    sshd.close()


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@pytest.fixture
def config(tmp_path: Path, server: Sshd) -> Path:
    """Four hosts: this machine, `web-01` behind a real sshd and not trusted yet, `dead`, and `resting`."""
    login = f"user: {getpass.getuser()}, key_file: {server.user_key}"
    path = tmp_path / "config.yaml"
    path.write_text(
        f"""\
system: 门户平台 Portal
timezone: UTC
hosts:
  - {{name: this-machine, transport: local}}
  - {{name: web-01, address: 127.0.0.2, port: {server.port}, {login}, groups: [web], role: 门户 Web, owner: 值班一组}}
  - {{name: dead, address: 127.0.0.1, port: {closed_port()}, {login}}}
  - {{name: resting, address: 192.0.2.9, status: out-of-service}}
groups:
  web:
    checks:
      backup_freshness: {{sets: [{{name: db, files: "/var/backups/it's a set/*.gz", newest_within: 26h}}]}}
      swap_usage: {{enabled: false}}
checks: {{memory_usage: {{used_percent: {{warn: 100, crit: 100}}}}}}
ssh: {{known_hosts: state/known_hosts}}
history: {{url: "sqlite:///state/history.db"}}
""",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def rounds(config: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rounds]:
    """Runs a command in this process, in the folder of the configuration. How it set up logging ends with the test."""
    monkeypatch.chdir(config.parent)
    monkeypatch.delenv("ROUNDS_CONFIG", raising=False)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*words: str, env: Mapping[str, str] | None = None) -> Any:
        result = CliRunner().invoke(app, list(words), env=env)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result

    yield run
    structlog.reset_defaults()


def command(*words: str) -> list[str]:
    """The same as a process of its own."""
    return [sys.executable, "-m", "agent", *words]


def process(config: Path, *words: str, **how: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(command(*words), cwd=config.parent, env=environment(), text=True, **how)  # type: ignore[call-overload, no-any-return]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "TERM": "xterm-256color"}
