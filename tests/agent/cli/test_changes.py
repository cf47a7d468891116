"""`rounds changes` and `rounds inventory`, over a history that an agent left."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from agent.config import load
from agent.history import History
from agent.memory import open_history
from collectors.contract import Entry, Kind
from tests.agent.cli.conftest import Rounds
from tests.agent.reports import report

TODAY = datetime(2026, 3, 11, tzinfo=UTC).timestamp()
NOW = TODAY + 9 * 3600


def told(history: History, at: float, *entries: tuple[Kind, str, str], host: str = "web-01") -> None:
    history.record(report(at, host=host), (), {}, {"c": tuple(Entry(*entry) for entry in sorted(entries))})
    assert history.flush(10)


@pytest.fixture
def past(config: Path) -> None:
    """web-01 changed yesterday, and this morning; nothing is known of the others."""
    nginx, port = (Kind.PACKAGE, "nginx", "1.22"), (Kind.PORT, "tcp 0.0.0.0:80", "nginx")
    with open_history(load(config)) as history:
        told(history, TODAY - 20 * 3600, nginx)
        told(history, TODAY - 10 * 3600, nginx, port)
        told(history, TODAY + 2 * 3600, (Kind.PACKAGE, "nginx", "1.24\x1b[31m"), (Kind.ACCOUNT, "eve", "uid 0"))


@pytest.fixture(autouse=True)
def at_nine(past: None) -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def test_what_changed_since_the_last_round_of_yesterday(rounds: Rounds) -> None:
    done = rounds("changes", "web-01")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "SEEN              HOST    KIND     WHAT            BEFORE  AFTER",
        "2026-03-11 02:00  web-01  account  eve             -       uid 0",
        "2026-03-11 02:00  web-01  package  nginx           1.22    1.24\\u001b[31m",
        "2026-03-11 02:00  web-01  port     tcp 0.0.0.0:80  nginx   -",
        "3 changes, 2026-03-11 00:00 to 2026-03-11 09:00",
    ]


@pytest.mark.parametrize(
    ("words", "number"),
    [
        (["--since", "2d"], 4),
        (["--since", "yesterday"], 4),
        (["--since", "2026-03-10"], 4),
        (["--since", "2026-03-11 03:00"], 0),
        (["--since", "2026-03-10T01:00", "--until", "2026-03-11"], 1),
        (["--since", "2d", "--kind", "port"], 2),
        (["--since", "2d", "--kind", "port", "--kind", "account"], 3),
    ],
)
def test_the_span_and_the_kinds(rounds: Rounds, words: list[str], number: int) -> None:
    done = rounds("changes", "web-01", *words, "--json")
    assert len(json.loads(done.stdout)) == number


def test_as_json_each_change_says_when_it_was_not_yet_so(rounds: Rounds) -> None:
    (change,) = json.loads(rounds("changes", "--kind", "account", "--json").stdout)
    assert change == {
        "host": "web-01",
        "kind": "account",
        "name": "eve",
        "before": None,
        "after": "uid 0",
        "not_before": "2026-03-10T14:00:00+00:00",
        "seen_at": "2026-03-11T02:00:00+00:00",
    }


def test_a_host_nothing_is_known_of_is_not_unchanged(rounds: Rounds) -> None:
    done = rounds("changes", "dead")
    assert "dead: nothing is known of it" in done.stderr
    assert "nothing changed" not in done.stdout
    assert "nothing changed" in rounds("changes", "web-01", "--since", "1h").stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["web-1"], 'unknown host "web-1"; did you mean web-01?'),
        (["--since", "tuesday"], "--since: expected how long ago (36h, 7d) or a moment"),
        (["--since", "1h", "--until", "2h"], "is after --until"),
    ],
)
def test_what_cannot_be_meant_is_refused(rounds: Rounds, words: list[str], message: str) -> None:
    done = rounds("changes", *words)
    assert done.exit_code == 2
    assert message in done.stderr


def test_the_inventory_of_today_and_of_any_day(rounds: Rounds) -> None:
    assert rounds("inventory", "web-01").stdout.splitlines() == [
        "KIND     WHAT   VALUE",
        "package  nginx  1.24\\u001b[31m",
        "account  eve    uid 0",
        "2 entries, looked at between 2026-03-11 02:00 and 2026-03-11 02:00",
    ]
    earlier = json.loads(rounds("inventory", "web-01", "--at", "2026-03-11", "--json").stdout)
    assert [(entry["name"], entry["value"]) for entry in earlier] == [("nginx", "1.22"), ("tcp 0.0.0.0:80", "nginx")]
    assert earlier[0]["seen_at"] == "2026-03-10T14:00:00+00:00"
    assert [e["kind"] for e in json.loads(rounds("inventory", "web-01", "--kind", "account", "--json").stdout)] == [
        "account"
    ]


def test_no_inventory_is_no_empty_one(rounds: Rounds) -> None:
    for words in (["dead"], ["web-01", "--at", "2026-03-01"]):
        done = rounds("inventory", *words)
        assert done.exit_code == 2
        assert "nothing is known of it at" in done.stderr


def test_what_is_told_of_a_time_before_the_first_look(rounds: Rounds) -> None:
    done = rounds("changes", "web-01", "--since", "2d")
    assert "web-01: known since 2026-03-10 04:00 only; what changed before is not known" in done.stderr
    assert "known since" not in rounds("changes", "web-01").stderr
    assert "it is known since 2026-03-10 04:00" in rounds("inventory", "web-01", "--at", "2026-03-01").stderr


def test_a_collector_that_tells_no_more_is_named(rounds: Rounds, config: Path) -> None:
    with open_history(load(config)) as history:
        history.record(report(NOW - 3 * 86400), (), {}, {"antivirus": (Entry(Kind.SERVICE, "antivirus ClamAV", "1"),)})
        assert history.flush(10)
    last = rounds("inventory", "web-01").stdout.splitlines()[-1]
    assert last == "antivirus: told last 2026-03-08 09:00; what it told may be gone since"
