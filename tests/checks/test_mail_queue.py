"""Queues of mail in every state, and lists of real messages counted by the real probe."""

import os
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from checks.contract import Result, State
from checks.mail_queue import MailQueueParams, evaluate
from collectors.contract import NoPermission
from collectors.mail_queue import COLLECTOR, MailQueue, MailQueues, parse
from collectors.queued_mail import Obstacle, Waiting
from tests.collectors.in_shells import every_shell, printed

NOW, HOUR = 1_795_303_837, 3600


def judged(queues: Mapping[str, Waiting], running: bool = True, **params: object) -> Result:
    server = MailQueue("postfix", running, queues, (Obstacle("connection refused", 7), Obstacle("timed out", 2)))
    (result,) = evaluate(MailQueues(NOW, (server,)), MailQueueParams.model_validate(params))
    assert result.item == "postfix"
    return result


def waiting(messages: int, age: float = 60) -> Waiting:
    return Waiting(messages, 300 * messages, int(NOW - age))


def test_all_well() -> None:
    result = judged({})
    assert (result.state, result.summary.en, result.summary.zh) == (State.OK, "queue empty", "队列为空")
    result = judged({"active": waiting(3), "deferred": waiting(2, 1800), "hold": waiting(1, 9 * 86400)})
    assert (result.state, result.summary.en) == (State.OK, "6 queued, 2 deferred, 1 held, oldest 30 min")
    assert {m.name: m.value for m in result.measurements} == {
        "messages": 6,
        "deferred": 2,
        "held": 1,
        "oldest": 1800,
        "size": 1800,
        "running": 1,
    }


@pytest.mark.parametrize(
    ("queues", "state", "words"),
    [
        ({"active": waiting(499)}, State.OK, "499 queued"),
        ({"active": waiting(500)}, State.WARN, "500 queued (warn at 500)"),
        ({"incoming": waiting(1000), "active": waiting(1000)}, State.CRIT, "2000 queued (crit at 2000)"),
        ({"deferred": waiting(9)}, State.OK, "9 deferred"),
        ({"deferred": waiting(10)}, State.WARN, "10 deferred (warn at 10)"),
        ({"deferred": waiting(50)}, State.CRIT, "50 deferred (crit at 50); why: 7 connection refused, 2 timed out"),
        ({"hold": waiting(10, 90 * 86400)}, State.WARN, "10 held (warn at 10)"),
        ({"deferred": waiting(1, HOUR - 1)}, State.OK, "oldest 59 min"),
        ({"deferred": waiting(1, HOUR)}, State.WARN, "oldest waits 1 h (warn at 1 h)"),
        ({"active": waiting(1, 24 * HOUR)}, State.CRIT, "oldest waits 1 d (crit at 1 d)"),
        ({"deferred": waiting(1, -HOUR)}, State.OK, "oldest 0 s"),
    ],
)
def test_levels(queues: Mapping[str, Waiting], state: State, words: str) -> None:
    result = judged(queues)
    assert result.state is state
    assert words in result.summary.en


def test_a_server_that_does_not_run() -> None:
    result = judged({"maildrop": waiting(1)}, running=False)
    assert (result.state, result.summary.en.partition(";")[0]) == (State.CRIT, "postfix does not run")
    result = judged({}, running=False)
    assert (result.state, result.summary.en) == (State.OK, "queue empty, the server does not run")
    server = MailQueue("exim", False, {}, ())
    (result,) = evaluate(MailQueues(NOW, (server,)), MailQueueParams(running=True))
    assert (result.state, result.summary.en) == (State.CRIT, "exim does not run")


def test_a_server_that_does_not_run_and_does_not_list_its_queue() -> None:
    facts = MailQueues(NOW, (MailQueue("postfix", False, None, ()),))
    (result,) = evaluate(facts, MailQueueParams())
    assert (result.state, result.item) == (State.UNKNOWN, "postfix")
    assert result.summary.en.startswith("postfix is installed but does not run, and its queue cannot be listed")
    assert result.summary.zh.startswith("postfix 已安装但未运行,无法列出邮件队列")
    assert [one.name for one in result.measurements] == ["running"]
    (result,) = evaluate(facts, MailQueueParams(running=True))
    assert result.state is State.CRIT


def test_that_another_server_denies_its_list_is_said_though_postfix_is_down() -> None:
    with pytest.raises(NoPermission):
        parse("now 1\n== postfix\nrunning no\nend 69\n== exim\nrunning yes\n== denied /usr/sbin/exim -bp\nend 77\n")


def in_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """A program of that name that prints a list."""
    (tmp_path / f"{name}.list").write_text(text)
    (tmp_path / name).write_text(f"#!/bin/sh\ncat {tmp_path}/{name}.list\n")
    (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")


def message(queue: str, arrived: int, reason: str) -> str:
    delay = f', "delay_reason": "{reason}"' if reason else ""
    return (
        f'{{"queue_name": "{queue}", "queue_id": "BED7DEB8B34", "arrival_time": {arrived}, "message_size": 271, '
        f'"forced_expire": false, "sender": "alice@example.org", '
        f'"recipients": [{{"address": "bob@example.net"{delay}}}]}}\n'
    )


@every_shell
def test_no_address_leaves_the_host(shell: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is what postfix 3.7 printed; only the probe's counts go on."""
    refused = "connect to mx.example.net[192.0.2.9]:25: Connection refused"
    full = "host mx.example.net[192.0.2.9] said: 452 4.2.2 <bob@example.net> mailbox full (in reply to RCPT TO command)"
    grey = "host mx.example.net said: 450 4.7.1 Greylisted, see http://mx.example.net"
    listed = message("deferred", 1795303000, refused) + message("deferred", 1795302000, full)
    listed += message("deferred", 1795303001, grey) + message("active", 1795303002, "") + message("hold", 5, refused)
    in_path(tmp_path, monkeypatch, "postqueue", listed)
    output = printed(COLLECTOR, shell)
    assert "example" not in output
    assert "192.0.2" not in output
    (server,) = (one for one in parse(output).servers if one.server == "postfix")
    assert server.queues == {
        "deferred": Waiting(3, 813, 1795302000),
        "active": Waiting(1, 271, 1795303002),
        "hold": Waiting(1, 271, 5),
    }
    assert server.obstacles == (
        Obstacle("connection refused", 2),
        Obstacle("greylisted", 1),
        Obstacle("mailbox full", 1),
    )


@every_shell
def test_exims_list(shell: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old and new message numbers, sizes and ages with their units, a frozen bounce."""
    listed = (
        " 5m   305 1xUuUw-00000H-2O <app@example.org>\n          user1@example.net\n\n"
        "26h  1.5K 1xUuUw-00000000001-0aBc <app@example.org>\n        D user2@example.net\n"
        "          user3@example.net\n\n"
        " 4d  2.0M 1xUuUw-00000L-2R <> *** frozen ***\n          user4@example.net\n\n"
    )
    in_path(tmp_path, monkeypatch, "exim", listed)
    output = printed(COLLECTOR, shell)
    assert "example" not in output
    facts = parse(output)
    (server,) = (one for one in facts.servers if one.server == "exim")
    assert {name: (one.messages, one.size_bytes) for name, one in server.queues.items()} == {
        "deferred": (2, 305 + 1536),
        "hold": (1, 2 * 2**20),
    }
    assert facts.now - server.queues["deferred"].oldest_at == pytest.approx(26 * HOUR, abs=2)


@every_shell
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
@pytest.mark.parametrize("days", [0, 1, 20, 100, 300])
def test_the_list_of_a_postfix_without_json(
    shell: list[str], zone: str, days: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    oldest = int(time.time()) - days * 86400 - 100
    at, later = (
        datetime.fromtimestamp(one, ZoneInfo(zone)).strftime("%a %b %e %H:%M:%S") for one in (oldest, oldest + 50)
    )
    listed = f"""-Queue ID- --Size-- ----Arrival Time---- -Sender/Recipient-------
DBA3F1A9        553 {at}  planted@example.org
        (connect to planted.example.org[192.0.2.1]:25: Connection refused)
                                         planted@example.net

4CFB1A1A*      1200 {later}  MAILER-DAEMON
                                         planted@example.net

51FB1A1B!       300 {later}  planted@example.org
                                         planted@example.net

-- 2 Kbytes in 3 Requests.
"""
    in_path(tmp_path, monkeypatch, "postconf", "2.10.1\n")
    in_path(tmp_path, monkeypatch, "postqueue", listed)
    output = printed(COLLECTOR, shell)
    assert "planted" not in output
    (server,) = [one for one in parse(output).servers if one.server == "postfix"]
    assert server.queues == {
        "deferred": Waiting(1, 553, oldest),
        "active": Waiting(1, 1200, oldest + 50),
        "hold": Waiting(1, 300, oldest + 50),
    }
    assert server.obstacles == (Obstacle("connection refused", 1),)
