"""`rounds evidence`, over a record that an agent left."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import update

from agent.catalogue import catalogue
from agent.config import load
from agent.daily import plan_of
from agent.deposition import Deposition, sha256
from agent.history.schema import answers
from agent.memory import open_history
from agent.problems import Tracker
from checks.contract import Measurement, Result, State, Text, Unit
from collectors.contract import Reason
from exporters.contract import Answer, CheckOutcome
from tests.agent.cli.conftest import Rounds
from tests.agent.reports import report

EIGHT = datetime(2026, 3, 11, 8, tzinfo=UTC).timestamp()
HOSTILE = "Filesystem\t1024-blocks\n/dev/\x1b[2Jsda1 \u202e 100\r\x07\n=cmd|'/c calc'!A1\n\nend"
COMMAND = "df -kP"


def outcome(name: str, *items: str, reason: Reason | None = None) -> CheckOutcome:
    numbers = (Measurement("used", 0.5, Unit.RATIO),)
    results = tuple(Result(item, State.OK, Text("half full", "半满"), numbers) for item in items)
    return CheckOutcome(catalogue().checks[name].card, results, reason)


@pytest.fixture
def past(config: Path) -> None:
    """A day of web-01: two checks rest on one answer, one on an answer with arguments, of one nothing was kept."""
    made = report(
        EIGHT - 60,
        outcome("disk_usage", "/", "/var\x1b[31m"),
        outcome("inode_usage", "/"),
        outcome("missing_mounts", "/srv"),
        outcome("memory_usage", "memory"),
        outcome("reboot_required", reason=Reason.LATE),
        outcome("bonding", reason=Reason.NOT_APPLICABLE),
    )
    with open_history(load(config)) as history:
        kept = [
            Deposition("web-01", name, EIGHT - 60, answer, 0.25)
            for name, answer in {
                catalogue().checks["disk_usage"].collector: Answer(COMMAND, (), 0, HOSTILE),
                catalogue().checks["missing_mounts"].collector: Answer("mountpoint", ("/srv/it's",), 1, "== /srv\n"),
            }.items()
        ]
        history.record(made, Tracker().follow(made, {}), {}, None, kept)
        assert history.flush(10)
        with time_machine.travel(EIGHT + 60):
            history.publish_day(history.day(date(2026, 3, 11), plan_of(load(config), catalogue())))


@pytest.fixture(autouse=True)
def at_nine(past: None) -> object:
    with time_machine.travel(EIGHT + 3600, tick=False):
        yield


def alter(config: Path, text: str) -> None:
    history = open_history(load(config))
    with history._database.write() as connection:
        mine = answers.c.sha256 == bytes.fromhex(sha256(text.encode()))
        connection.execute(update(answers).where(mine).values(packed=b"\x78"))
    history.stop(0)


def test_each_line_is_traced(rounds: Rounds) -> None:
    done = rounds("evidence", "2026-03-11", "web-01", "disk_usage")
    assert done.exit_code == 0, done.output
    command, answer = sha256(COMMAND.encode())[:12], sha256(HOSTILE.encode())[:12]
    title, *lines = (line.split() for line in done.stdout.splitlines())
    assert title == ["CHECK", "ITEM", "STATE", "ANSWERED", "EXIT", "COMMAND", "ANSWER", "KEPT"]
    at = "2026-03-11T07:59:00+00:00"
    assert lines == [
        ["disk_usage", "/", "OK", at, "0", command, answer, "kept"],
        ["disk_usage", "/var\\u001b[31m", "OK", at, "0", command, answer, "kept"],
    ]


def test_what_was_not_kept_and_what_was_not_checked_is_said(rounds: Rounds) -> None:
    done = rounds("evidence", "2026-03-11", "web-01")
    assert done.exit_code == 0
    assert "memory_usage" in done.stdout
    (memory,) = (line for line in done.stdout.splitlines() if line.startswith("memory_usage"))
    assert memory.endswith("not kept")
    (reboot,) = (line for line in done.stdout.splitlines() if line.startswith("reboot_required"))
    assert "not checked" in reboot
    (bonding,) = (line for line in done.stdout.splitlines() if line.startswith("bonding"))
    assert "not applicable" in bonding
    assert done.stderr == "1 line without evidence: what the host answered was not kept\n"


def test_for_programs(rounds: Rounds) -> None:
    done = rounds("evidence", "2026-03-11", "web-01", "missing_mounts", "--json")
    (line,) = json.loads(done.stdout)
    assert line == {
        "record": "20260311-01",
        "host": "web-01",
        "check": "missing_mounts",
        "item": "/srv",
        "state": "OK",
        "checked_at": "2026-03-11T07:59:00+00:00",
        "collector": catalogue().checks["missing_mounts"].collector,
        "exit_status": 1,
        "seconds": 0.25,
        "command_sha256": sha256(b"set -- '/srv/it'\"'\"'s'\nmountpoint"),
        "answer_sha256": sha256(b"== /srv\n"),
        "command": "kept",
        "answer": "kept",
    }


def test_what_is_shown_steers_no_terminal(rounds: Rounds) -> None:
    done = rounds("evidence", "2026-03-11", "web-01", "disk_usage", "--show")
    assert done.stdout.splitlines() == [
        f"web-01  {catalogue().checks['disk_usage'].collector}  2026-03-11T07:59:00+00:00, exit status 0, 0.25 s",
        f"  command, SHA-256 {sha256(COMMAND.encode())}: kept",
        "    df -kP",
        f"  answer, SHA-256 {sha256(HOSTILE.encode())}: kept",
        "    Filesystem\t1024-blocks",
        "    /dev/\\u001b[2Jsda1 \\u202e 100\\u000d\\u0007",
        "    =cmd|'/c calc'!A1",
        "",
        "    end",
        "",
    ]


def test_an_answer_is_written_byte_for_byte(rounds: Rounds, tmp_path: Path) -> None:
    file = tmp_path / "answer.txt"
    assert rounds("evidence", "2026-03-11", "web-01", "disk_usage", "--raw", "-o", str(file)).exit_code == 0
    assert file.read_bytes() == HOSTILE.encode()


def test_a_text_that_was_altered_is_an_error(rounds: Rounds, config: Path, tmp_path: Path) -> None:
    alter(config, HOSTILE)
    done = rounds("evidence", "2026-03-11", "web-01", "disk_usage")
    assert done.exit_code == 1
    assert done.stdout.count("answer altered") == 2
    assert "2 lines whose evidence is missing or altered" in done.stderr
    assert rounds("evidence", "2026-03-11", "web-01", "missing_mounts").exit_code == 0
    shown = rounds("evidence", "2026-03-11", "web-01", "disk_usage", "--show")
    assert shown.exit_code == 1
    assert f"  answer, SHA-256 {sha256(HOSTILE.encode())}: altered" in shown.stdout
    file = tmp_path / "answer.txt"
    assert rounds("evidence", "2026-03-11", "web-01", "disk_usage", "--raw", "-o", str(file)).exit_code == 1


def test_a_text_that_is_gone_is_an_error(rounds: Rounds, config: Path, tmp_path: Path) -> None:
    history = open_history(load(config))
    history.prune(EIGHT + 500 * 86400)
    history.stop(0)
    file = tmp_path / "answer.txt"
    for more in ([], ["--json"], ["--show"], ["--raw", "-o", str(file)]):
        done = rounds("evidence", "2026-03-11", "web-01", "disk_usage", *more)
        assert done.exit_code == 1, more
    assert "missing" in rounds("evidence", "2026-03-11", "web-01", "disk_usage").stdout
    assert not file.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["2026-3-x", "web-01"], "DATE: expected a day as YYYY-MM-DD, not '2026-3-x'"),
        (["2026-03-12", "web-01"], "there is no record of 2026-03-12"),
        (["2999-01-01", "web-01"], "there is no record of 2999-01-01"),
        (["2026-03-11", "web-1"], 'in the record of 2026-03-11: unknown host "web-1"; did you mean web-01?'),
        (["2026-03-11", "web-01", "disk"], 'in the record of 2026-03-11, web-01: unknown check "disk"'),
        (["2026-03-11", "web-01", "--raw"], "--raw and --output FILE belong together"),
        (["2026-03-11", "web-01", "-o", "x"], "--raw and --output FILE belong together"),
        (["2026-03-11", "web-01", "--show", "--json"], "--show, --raw and --json exclude each other"),
        (["2026-03-11", "web-01", "--raw", "-o", "x"], "--raw writes one answer, and here are 2: name a check"),
        (["2026-03-11", "web-01", "memory_usage", "--raw", "-o", "x"], "--raw writes one answer, and here are none"),
        (["2026-03-11", "web-01", "disk_usage", "--raw", "-o", "no/x"], "cannot write no/x: No such file or directory"),
    ],
)
def test_bad_input(rounds: Rounds, words: list[str], said: str) -> None:
    done = rounds("evidence", *words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""
