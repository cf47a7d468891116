"""What the web side tells of evidence."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
import time_machine

from agent.catalogue import catalogue
from agent.config import load
from agent.daemon import Daemon
from agent.deposition import Deposition, sha256
from agent.problems import Tracker
from exporters.contract import Answer, CheckOutcome
from tests.agent.reports import report, used
from tests.agent.web.test_application import HOSTILE, get, served, written

EIGHT = datetime(2026, 3, 11, tzinfo=UTC).timestamp()  # in Shanghai
DISK = catalogue().checks["disk_usage"].card


@pytest.fixture
def past(tmp_path: Path) -> Iterator[httpx.Client]:
    with time_machine.travel(EIGHT + 3600, tick=True):
        daemon = Daemon(load(written(tmp_path)), catalogue())
        daemon.history.start()
        try:
            made = report(EIGHT - 60, CheckOutcome(DISK, (used(HOSTILE, 0.5),)), host="this-machine")
            kept = Deposition("this-machine", DISK.collector, EIGHT - 60, Answer("df", (), 0, "full"), 0.5)
            daemon.history.record(made, Tracker().follow(made, {}), {}, None, [kept])
            assert daemon.history.flush(10)
            daemon.history.publish_day(daemon.history.day(date(2026, 3, 11), daemon.daily.plan()))
            with served(daemon) as client:
                yield client
        finally:
            daemon.stop()


def test_a_line_is_traced(past: httpx.Client) -> None:
    (line,) = get(past, "/api/v1/evidence", date="2026-03-11", host="this-machine", check="disk_usage")
    assert line == {
        "record": "20260311-01",
        "host": "this-machine",
        "check": "disk_usage",
        "item": HOSTILE,
        "state": "OK",
        "checked_at": "2026-03-10T23:59:00Z",
        "collector": DISK.collector,
        "exit_status": 0,
        "seconds": 0.5,
        "command_sha256": sha256(b"df"),
        "answer_sha256": sha256(b"full"),
        "command": "kept",
        "answer": "kept",
    }
    lines = get(past, "/api/v1/evidence", date="2026-03-11", host="this-machine")
    assert len(lines) > 1
    assert {line["answer"] for line in lines} == {"kept", None}


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"date": "2026-03-12", "host": "this-machine"}, 404),
        ({"date": "2026-03-11", "host": "nobody"}, 404),
        ({"date": "2026-03-11", "host": "this-machine", "check": "nothing"}, 404),
        ({"date": "yesterday", "host": "this-machine"}, 422),
        ({"date": "2026-03-11"}, 422),
        ({"host": "this-machine"}, 422),
    ],
)
def test_what_there_is_not(past: httpx.Client, asked: dict[str, str], status: int) -> None:
    assert past.get("/api/v1/evidence", params=asked).status_code == status
