"""`rounds start` from outside: signals, reload, bad input, restarts."""

import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.agent.running import running, wait_for

LOCAL = """\
system: 测试 Test
timezone: UTC
hosts: [{name: this-machine, transport: local}]
rounds: {every: 2s, deadline: 1500ms, slow_deadline: 60s}
history: {url: "sqlite:///state/history.db"}
ssh: {known_hosts: state/known_hosts}
web: {listen: "127.0.0.1:0"}
maintenance_log: {folder: log, at: "08:00"}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(LOCAL, encoding="utf-8")
    return path


def test_it_watches_this_machine_at_once_and_stops_cleanly(config: Path) -> None:
    with running(config) as agent:
        agent.ready()
        wait_for(lambda: "/metrics" in agent.table)
        assert "disk_usage" in agent.table
        assert "1 of 1 host checked" in agent.table
        assert agent.number('rounds_host_up{host="this-machine"}') == 1
        assert agent.number("rounds_config_last_reload_successful") == 1
        wait_for(lambda: (agent.number("rounds_history_last_write_timestamp_seconds") or 0) > 0)
        assert agent.number("rounds_history_writable") == 1
        last = 'rounds_round_last_run_timestamp_seconds{host="this-machine",lane="fast"}'
        first = wait_for(lambda: agent.number(last))
        assert wait_for(lambda: (agent.number(last) or 0) > first), "the rounds go on"
        assert agent.end() == 0
        assert [line["event"] for line in agent.log][-1] == "stopped"


def test_a_bad_file_keeps_the_old_configuration_and_says_so(config: Path) -> None:
    with running(config) as agent:
        agent.ready()
        config.write_text(LOCAL.replace("transport: local", "transport: carrier-pigeon"), encoding="utf-8")
        agent.send(signal.SIGHUP)
        failed = wait_for(lambda: agent.events("reload_failed"))
        assert "config.yaml:3" in failed[0]["problems"][0]
        assert agent.number("rounds_config_last_reload_successful") == 0
        assert agent.number('rounds_host_up{host="this-machine"}') == 1
        status, said = agent.request("/-/reload", "POST")
        assert status == 422
        assert "carrier-pigeon" in said


def test_a_reload_takes_hosts_and_checks_in_and_out(config: Path) -> None:
    with running(config) as agent:
        agent.ready()
        wait_for(lambda: 'check="load_per_core"' in agent.get("/metrics"))
        two = LOCAL.replace("hosts: [", "hosts: [{name: second, transport: local}, ")
        config.write_text(two + "checks: {load_per_core: {enabled: false}}\n", encoding="utf-8")
        agent.send(signal.SIGHUP)
        wait_for(lambda: agent.number('rounds_host_up{host="second"}') == 1)
        assert 'check="load_per_core"' not in agent.get("/metrics"), "nothing of a check that is off is shown"
        config.write_text(LOCAL, encoding="utf-8")
        assert agent.request("/-/reload", "POST")[0] == 200
        wait_for(lambda: 'host="second"' not in agent.get("/metrics"))
        assert agent.request("/api/v1/hosts/second")[0] == 404


def test_a_port_in_use_ends_it_before_anything_is_started(config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config.write_text(LOCAL.replace("127.0.0.1:0", f"127.0.0.1:{port}"), encoding="utf-8")
        done = start(config)
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert not (config.parent / "state" / "history.db").exists()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("system: [", "config.yaml:2: not YAML"),
        (LOCAL.replace("name: this-machine", "nam: this-machine"), 'did you mean "name"?'),
        (LOCAL.replace("state/history.db", "/proc/nowhere/history.db"), "history"),
    ],
)
def test_bad_input_is_told_and_exit_code_2(config: Path, written: str, said: str) -> None:
    config.write_text(written, encoding="utf-8")
    done = start(config)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def start(config: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "agent", "start", "--config", str(config)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_it_survives_sigkill_and_makes_up_for_the_missed_daily_log(config: Path) -> None:
    with running(config) as agent:
        agent.ready()
        wait_for(lambda: (agent.number("rounds_history_last_write_timestamp_seconds") or 0) > 0)
        agent.end(signal.SIGKILL)
    _age_the_first_life(config.parent / "state" / "history.db")
    with running(config) as agent:
        agent.ready()
        written = wait_for(lambda: agent.events("daily_log_written"))
        assert {Path(line["path"]).exists() for line in written} == {True}
        assert agent.end() == 0
    days = [path for path in (config.parent / "log").iterdir() if path.is_dir()]
    assert len(days) >= 1
    with running(config) as agent:
        agent.ready()
        wait_for(lambda: agent.events("listening"))
        assert agent.end() == 0
        assert agent.events("daily_log_written") == [], "what was made is not made again"


def _age_the_first_life(database: Path) -> None:
    """As if the agent had run two days ago for the first time."""
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.execute("UPDATE lifespans SET started_at = started_at - 172800, alive_at = alive_at - 172800")


def test_a_log_that_cannot_be_written_stops_nothing(config: Path) -> None:
    with running(config) as agent:
        agent.ready()
        address = agent.address
        agent.end()
    port = address.rpartition(":")[2]
    config.write_text(LOCAL.replace("127.0.0.1:0", f"127.0.0.1:{port}"), encoding="utf-8")
    command = [sys.executable, "-m", "agent", "start", "--no-table", "--config", str(config)]
    with Path("/dev/full").open("wb") as full, subprocess.Popen(command, stderr=full) as process:
        try:
            wait_for(lambda: _answers(address))
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/-/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
