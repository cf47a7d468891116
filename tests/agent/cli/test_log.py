"""`rounds log`, over a history that an agent left."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine

from agent.catalogue import catalogue
from agent.config import load
from agent.daily import plan_of
from agent.history import History
from agent.memory import open_history
from agent.problems import Tracker
from checks.contract import Result, State, Text
from collectors.contract import Reason
from exporters.contract import HostReport
from tests.agent.cli.conftest import Rounds
from tests.agent.reports import failed, found, judged, report, used

EIGHT = datetime(2026, 3, 11, 8, tzinfo=UTC).timestamp()
NOW = EIGHT + 3600


def told(history: History, tracker: Tracker, made: HostReport) -> None:
    history.record(made, tracker.follow(made, {"disk_usage": 1, "reachable": 1}), {})


@pytest.fixture(autouse=True)
def past(config: Path) -> object:
    """web-01's /var was full for three hours, says strange things since, and could not be reached this morning."""
    read = load(config)
    with time_machine.travel(NOW, tick=False), open_history(read) as history:
        tracker = Tracker()
        for hours, ratio in ((20, 0.5), (19, 0.85), (18, 0.95), (16, 0.5)):
            told(history, tracker, report(EIGHT - hours * 3600, judged(used("/var", ratio))))
        strange = Result("/srv\x1b[31m", State.WARN, Text("=1+1 \u202e<b>", "奇怪"))
        told(history, tracker, report(EIGHT - 3600, judged(used("/var", 0.5), strange)))
        told(history, tracker, report(EIGHT - 3500, judged(found("/", State.OK)), host="this-machine"))
        told(history, tracker, failed(EIGHT + 60, Reason.UNREACHABLE))
        assert history.flush(10)
        history.publish_day(history.day(date(2026, 3, 11), plan_of(read, catalogue())))
        yield


def test_what_happened_lately(rounds: Rounds) -> None:
    done = rounds("log", "--host", "web-01", "--check", "disk_usage", "--item", "/v*")
    assert done.exit_code == 0, done.stderr
    rows = [line.split(maxsplit=7) for line in done.stdout.splitlines()]
    assert rows[0] == ["AT", "HOST", "CHECK", "ITEM", "STATE", "INCIDENT", "WHAT"]
    assert [(row[1], row[5]) for row in rows[1:-1]] == [
        ("13:00", "WARN"),
        ("14:00", "CRIT"),
        ("16:00", "OK"),
    ]
    ids = [row[6] for row in rows[1:-1]]
    assert len(set(ids)) == 1
    assert len(ids[0]) == 8
    assert done.stdout.endswith("3 events, 2026-03-04 09:00 to 2026-03-11 09:00\n")


def test_what_was_normal_at_first_sight_is_told_when_all_is_asked_for(rounds: Rounds) -> None:
    found = json.loads(rounds("log", "--host", "web-01", "--item", "/var", "--all", "--json").stdout)
    assert (found[0]["before"], found[0]["after"]) == (None, "OK")
    assert len(found) > 3


def test_what_hosts_wrote_is_inert(rounds: Rounds) -> None:
    done = rounds("log")
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "/srv\\u001b[31m" in done.stdout


@pytest.mark.parametrize(
    ("words", "states"),
    [
        (["--state", "crit"], ["CRIT"]),
        (["--state", "CRIT", "--state", "warn", "--item", "/var"], ["WARN", "CRIT"]),
        (["--from", "2026-03-10 13:30", "--to", "2026-03-10 15:00"], ["CRIT"]),
        (["--check", "reachable", "--state", "unknown"], ["UNKNOWN"]),
        (["--most", "1"], ["UNKNOWN"]),
    ],
)
def test_filters(rounds: Rounds, words: list[str], states: list[str]) -> None:
    events = json.loads(rounds("log", "--host", "web-01", "--json", *words).stdout)
    assert [event["after"] for event in events] == states
    assert all(event["at"].endswith("+00:00") for event in events)


def test_that_there_is_more_is_said(rounds: Rounds) -> None:
    assert "only the last 1; there are more" in rounds("log", "--most", "1").stderr
    assert "only the last" not in rounds("log").stderr


def test_rounds(rounds: Rounds) -> None:
    every = json.loads(rounds("log", "--show", "rounds", "--json").stdout)
    assert len(every) == 7
    assert [made["reached"] for made in every] == [True] * 6 + [False]
    missed = rounds("log", "--show", "rounds", "--state", "unknown")
    assert "web-01" in missed.stdout
    assert "1 round," in missed.stdout
    refused = rounds("log", "--show", "rounds", "--check", "disk_usage")
    assert refused.exit_code == 2
    assert "--check" in refused.stderr


def test_reports_and_their_lines(rounds: Rounds) -> None:
    (day,) = json.loads(rounds("log", "--show", "reports", "--json").stdout)
    assert day["date"] == "2026-03-11"
    assert day["number"] == "20260311-01"
    assert day["items"]["due"] == day["items"]["done"] + day["items"]["not_checked"]
    assert "20260311-01" in rounds("log", "--show", "reports").stdout
    assert json.loads(rounds("log", "--show", "reports", "--json", "--state", "crit").stdout) == []
    lines = json.loads(rounds("log", "--show", "lines", "--host", "web-01", "--state", "ok", "--json").stdout)
    assert [(line["check"], line["item"], line["state"]) for line in lines] == [("disk_usage", "/var", "OK")]
    assert "/var" in rounds("log", "--show", "lines", "--item", "/VAR").stdout


def test_nothing_found(rounds: Rounds) -> None:
    done = rounds("log", "--from", "2026-01-01", "--to", "2026-01-02", "--host", "web-01")
    assert done.exit_code == 0
    assert done.stdout == "no event, 2026-01-01 00:00 to 2026-01-02 00:00\n"
    assert rounds("log", "--host", "web-1").exit_code == 2
    assert "did you mean web-01" in rounds("log", "--host", "web-1").stderr
    assert "did you mean disk_usage" in rounds("log", "--check", "disk_usge").stderr
    assert rounds("log", "--from", "1d", "--to", "2d").exit_code == 2
    assert rounds("log", "--state", "bad").exit_code == 2
