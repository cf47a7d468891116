"""`rounds updates`, from the facts that an agent kept."""

import json
from pathlib import Path

import pytest

from agent.catalogue import catalogue
from agent.config import load
from agent.memory import open_history
from collectors.package_managers.update import Advisory, Obstacle, Packages, Update
from tests.agent.cli.conftest import Rounds
from tests.agent.reports import report

SINCE = 1_773_200_000
CURL = Update("curl", "7.88.1-10", "7.88.1-10+deb12u5", "Debian-Security", True, Obstacle.NONE, SINCE)
GREP = Update("grep", "3.8-5", "3.8-6", "Debian", False, Obstacle.HELD, SINCE - 86400)
PORTAL = Update("portal", "1", "2\x1b[31m", "x", True, Obstacle.NONE, SINCE - 60, "", (Advisory("RHSA-1", "Low"),))


@pytest.fixture(autouse=True)
def kept(config: Path) -> None:
    facts = Packages(SINCE + 3600, SINCE, None, (CURL, GREP, PORTAL))
    dumped = catalogue().collectors["packages"].facts.dump_json(facts).decode()
    with open_history(load(config)) as history:
        history.record(report(float(SINCE)), (), {"packages": dumped})
        assert history.flush(10)


def test_security_comes_first_then_what_waits_longest(rounds: Rounds) -> None:
    done = rounds("updates", "web-01")
    assert done.exit_code == 0
    head, *lines, last = done.stdout.splitlines()
    assert head.split() == [
        "HOST",
        "PACKAGE",
        "INSTALLED",
        "AVAILABLE",
        "FOR",
        "ADVISORY",
        "WAITS",
        "SINCE",
        "HELD",
        "BACK",
    ]
    assert [line.split()[1] for line in lines] == ["portal", "curl", "grep"]
    assert "RHSA-1 Low" in lines[0]
    assert "\x1b" not in lines[0]
    assert "held" in lines[2]
    assert last == "3 waiting on 1 host, 2 of them for security"


def test_for_programs(rounds: Rounds) -> None:
    found = json.loads(rounds("updates", "web-01", "--security", "--json").stdout)
    assert [one["package"] for one in found] == ["portal", "curl"]
    assert found[1]["waits_since"] == "2026-03-11T03:33:20+00:00"
    assert found[0]["advisories"] == [{"id": "RHSA-1", "severity": "Low"}]


def test_a_host_that_was_not_looked_at_is_not_up_to_date(rounds: Rounds) -> None:
    done = rounds("updates", "dead")
    assert "dead: nothing is known of its updates" in done.stderr
    assert "0 waiting" not in done.stdout
