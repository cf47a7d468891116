"""`rounds check`: one round now, on this machine and on a host behind a real sshd."""

import json
import os
import pty
import signal
import socket
import subprocess
import time
from pathlib import Path

import jsonschema
import pytest

from agent.cli.check import _JSON, _answer
from agent.config import load
from agent.memory import opened_history
from agent.problems import Tracker
from agent.web.answers import HostDetailOut
from checks.contract import Result, State, Text
from tests.agent import reports
from tests.agent.cli.conftest import Rounds, command, environment, process
from tests.agent.running import wait_for
from tests.collectors.transport.conftest import Sshd


@pytest.mark.parametrize(
    ("levels", "code", "state"),
    [
        ("{warn: 100, crit: 100}", 0, "OK"),
        ("{warn: 0, crit: 100}", 1, "WARN"),
        ("{warn: 0, crit: 0}", 2, "CRIT"),
    ],
)
def test_the_exit_code_is_the_worst_state(rounds: Rounds, config: Path, levels: str, code: int, state: str) -> None:
    config.write_text(config.read_text("utf-8").replace("{warn: 100, crit: 100}", levels), "utf-8")
    done = rounds("check", "this-machine", "--check", "memory_usage")
    assert done.exit_code == code
    assert done.stdout.splitlines()[-1] == f"1 of 1 host checked, 1 item: 1 {state}"


def test_a_host_that_is_not_reached_is_unknown(rounds: Rounds) -> None:
    done = rounds("check", "dead")
    assert done.exit_code == 3
    assert "refused the connection" in done.stdout
    assert "is sshd running" in done.stdout
    assert "0 of 1 host checked, no items" in done.stdout


def test_critical_is_worse_than_unknown_as_an_exit_code(rounds: Rounds, config: Path) -> None:
    config.write_text(config.read_text("utf-8").replace("{warn: 100, crit: 100}", "{warn: 0, crit: 0}"), "utf-8")
    assert rounds("check", "this-machine", "dead", "--check", "memory_usage").exit_code == 2


def test_json_is_what_the_api_answers(rounds: Rounds) -> None:
    rounds("trust", "web-01", "--yes")
    done = rounds("check", "web-01", "dead", "--format", "json")
    hosts = json.loads(done.stdout)
    for host in hosts:
        jsonschema.validate(host, HostDetailOut.model_json_schema(mode="serialization"))
    web, dead = hosts
    assert (web["name"], web["up"], dead["up"]) == ("web-01", True, False)
    assert dead["failure"]["reason"] == "refused"
    names = {check["name"] for check in web["checks"]}
    assert {"disk_usage", "backup_freshness", "pending_updates"} <= names, "both lanes, as one"
    assert "swap_usage" not in names, "disabled for its group"
    (backup,) = (result for result in web["results"] if result["check"] == "backup_freshness")
    assert (backup["item"], backup["state"]) == ("db", "CRIT")
    assert done.exit_code == 2


def test_json_holds_whatever_hosts_say() -> None:
    evil = '\x00\x1b[31m"\\\u2028\U0001f600\ufffe </script>'
    found = reports.report(0, reports.judged(Result(evil, State.CRIT, Text(evil, evil))))
    (host,) = json.loads(_JSON.dump_json((_answer(found),)))
    assert host["results"][0]["item"] == evil
    assert host["results"][0]["summary"]["en"] == evil


def test_nagios_prints_a_status_line(rounds: Rounds) -> None:
    done = rounds("check", "this-machine", "--check", "memory_usage", "--format", "nagios")
    assert done.stdout.startswith("ROUNDS OK - 1 item on 1 host is fine | 'memory_usage memory used'=")
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "web-1"], 'unknown host "web-1"; did you mean web-01?'),
        (["check", "x"], 'unknown host "x"; there are dead, resting, this-machine, web-01'),
        (["check", "--check", "disk_usge"], 'unknown check "disk_usge"; did you mean disk_usage?'),
        (["check", "web-01", "--check", "swap_usage"], "swap_usage is not made on web-01: disabled"),
        (["check", "--format", "xml"], "'xml' is not one of"),
        (["check", "--config", "elsewhere.yaml"], "elsewhere.yaml: no such file"),
        (["check", "--config", "."], "this is a folder"),
    ],
)
def test_bad_input_ends_with_2_and_says_what_is_wrong(rounds: Rounds, words: list[str], said: str) -> None:
    done = rounds(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in " ".join(done.stderr.replace("│", " ").split())


def test_without_a_configuration_it_says_where_one_is_looked_for(
    rounds: Rounds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    done = rounds("check")
    assert done.exit_code == 2
    assert "neither ./config.yaml nor /etc/rounds/config.yaml" in done.stderr


def test_a_progress_bar_shows_on_a_terminal_with_many_hosts(config: Path) -> None:
    text = config.read_text("utf-8")
    dead = next(line for line in text.splitlines() if "name: dead" in line)
    more = "\n".join(dead.replace("name: dead", f"name: dead-{n}") for n in range(8))
    config.write_text(text.replace(dead, f"{dead}\n{more}"), "utf-8")
    names = [f"dead-{n}" for n in range(8)]
    ours, theirs = pty.openpty()
    with process(config, "check", *names, stdout=subprocess.PIPE, stderr=theirs) as done:
        os.close(theirs)
        output = done.stdout.read()
        assert done.wait(60) == 3
    shown = read_all(ours)
    assert "/8" in shown
    assert "hosts" in shown
    assert "/8" not in output
    with process(config, "check", *names, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as piped:
        assert piped.communicate(timeout=60)[1] == "", "no bar where nobody sees it"


def read_all(terminal: int) -> str:
    """What was printed to a pseudo-terminal until its other end was closed."""
    said = b""
    try:
        while part := os.read(terminal, 65536):
            said += part
    except OSError:
        pass  # EIO: closed
    os.close(terminal)
    return said.decode("utf-8", "replace")


@pytest.fixture
def silent_host(config: Path) -> socket.socket:
    """A host in the configuration that takes connections and never says a word."""
    listener = socket.create_server(("127.0.0.3", 0))
    text = config.read_text("utf-8")
    line = next(line for line in text.splitlines() if "name: dead" in line)
    silent = f"  - {{name: silent, address: 127.0.0.3, port: {listener.getsockname()[1]}, password_env: HOME}}"
    config.write_text(text.replace(line, f"{line}\n{silent}"), "utf-8")
    return listener


def test_ctrl_c_ends_it_at_once_without_a_traceback(config: Path, silent_host: socket.socket) -> None:
    with silent_host, process(config, "check", "silent", stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        silent_host.settimeout(60)
        connection, _ = silent_host.accept()
        with connection:
            running.send_signal(signal.SIGINT)
            begun = time.monotonic()
            out, err = running.communicate(timeout=60)
            assert time.monotonic() - begun < 8
            assert running.returncode == 130
            assert "Traceback" not in out + err
            connection.settimeout(10)
            while connection.recv(1000):
                pass  # its end of the connection is closed


def test_ctrl_c_while_a_script_runs_leaves_no_session(config: Path, rounds: Rounds, tmp_path: Path) -> None:
    sshd = Sshd(tmp_path / "sshd", "ForceCommand sleep 60", address="127.0.0.2")
    try:
        text = config.read_text("utf-8")
        line = next(line for line in text.splitlines() if "name: dead" in line)
        busy = line.replace("dead", "busy").replace("127.0.0.1", "127.0.0.2")
        busy = f"{busy.partition('port: ')[0]}port: {sshd.port}, key_file: {sshd.user_key}}}"
        config.write_text(text.replace(line, f"{line}\n{busy}"), "utf-8")
        assert rounds("trust", "busy", "--yes").exit_code == 0
        with process(config, "check", "busy", stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            wait_for(lambda: "Starting session" in sshd.log.read_text())
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=60)
            assert (running.returncode, out) == (130, "")
            assert "Traceback" not in err
        wait_for(lambda: "Connection closed" in sshd.log.read_text() or "Disconnected" in sshd.log.read_text())
    finally:
        sshd.close()


@pytest.mark.parametrize("words", [["explain", "disk_usage"], ["schema"], ["hosts"], ["check", "this-machine"]])
def test_a_reader_that_goes_away_is_no_crash(config: Path, words: list[str]) -> None:
    with process(config, *words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.close()
        assert "Traceback" not in (said := running.stderr.read())
        assert "Exception" not in said
        assert running.wait(60) == 141


@pytest.mark.parametrize("words", [["schema"], ["hosts"]])
def test_a_full_disk_is_said(config: Path, words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command(*words),
            check=False,
            cwd=config.parent,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 74
    assert done.stderr == "cannot write the output: No space left on device\n"


def test_a_terminal_that_knows_no_chinese_gets_its_table(config: Path) -> None:
    env = {**environment(), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command("hosts"), check=False, cwd=config.parent, env=env, capture_output=True, text=True)
    assert done.returncode == 0
    assert "\\u95e8\\u6237 Web" in done.stdout


def test_colours_only_where_they_are_wanted(config: Path) -> None:
    def coloured(**more: str) -> bool:
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            command("check", "this-machine", "--check", "memory_usage"),
            cwd=config.parent, env={**environment(), **more}, stdout=theirs, stderr=subprocess.PIPE,
        ) as done:  # fmt: skip
            os.close(theirs)
            said = read_all(ours)
            assert done.wait(60) == 0
        assert "memory_usage" in said
        return "\x1b[32m" in said

    assert coloured()
    assert not coloured(NO_COLOR="1")


def test_a_round_beside_the_agent_knows_what_was_seen_first(rounds: Rounds, config: Path) -> None:
    """What is new since the first look must not look fine because this command sees it for the first time."""
    words = ("check", "this-machine", "--check", "host_identity", "--all")
    assert rounds(*words).exit_code == 0, "nothing was seen before"
    assert not (config.parent / "state" / "history.db").exists(), "and nothing is made of it"
    recorded = Path(__file__).parents[2] / "recordings" / "operating_system" / "debian-12.expected.json"
    kept = json.dumps(json.loads(recorded.read_text("utf-8")))
    with opened_history(load(config)) as history:
        history.start()
        seen = reports.report(time.time(), host="this-machine")
        history.record(seen, Tracker().follow(seen, {}), {"operating_system": kept})
        assert history.flush(10)
    after = rounds(*words)
    assert json.loads(kept)["hostname"] in after.stdout
    assert after.exit_code == 2
