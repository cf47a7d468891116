"""A package, a port and a user that appear overnight: told in the morning, and beside the problem that follows."""

import json
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.lab import Lab, faults
from tests.lab.agent import Agent, rounds, running_agent, wait_for

DEBIAN = ("debian-11", "debian-13")
HOSTS = (*DEBIAN, "busybox")

SETTINGS: dict[str, Any] = {
    "timezone": "UTC",
    "rounds": {"every": "3s", "deadline": "2900ms", "slow_deadline": "60s"},
    "ssh": {"connect_timeout": "2s", "login_again_after": "1s"},
    "groups": {"debian": {"checks": {"services": {"required": ["cron"], "retries": 1}}}},
    "hosts": [{"name": name, "groups": ["debian"]} for name in (*DEBIAN, "debian-12")],
}


@pytest.fixture(scope="module")
def config(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lab.write_config(tmp_path_factory.mktemp("changes") / "config.yaml", SETTINGS)


@pytest.fixture(scope="module")
def days(lab: Lab, config: Path) -> Callable[[], Any]:
    """Each call is the agent on another day: at its start it looks at everything."""
    with running_agent(lab, config.parent, SETTINGS):
        for name in HOSTS:
            wanted = {"account", "port", "package"} if name in DEBIAN else {"account"}
            wait_for(partial(_is_known, config, name, wanted))
    return lambda: running_agent(lab, config.parent, SETTINGS)


def _is_known(config: Path, host: str, kinds: set[str]) -> bool:
    try:
        entries = json.loads(rounds("inventory", host, "--json", config=config))
    except subprocess.CalledProcessError:
        return False  # nothing is known yet
    return kinds <= {entry["kind"] for entry in entries}


def changes(config: Path, host: str) -> set[tuple[str, str, bool, bool]]:
    """Kind, name, whether it was there before, and whether it is now."""
    found = json.loads(rounds("changes", host, "--since", "1h", "--json", config=config))
    return {(c["kind"], c["name"], c["before"] is not None, c["after"] is not None) for c in found}


def test_what_appears_overnight_is_told_in_the_morning_and_beside_the_problem(
    lab: Lab, config: Path, days: Callable[[], Any]
) -> None:
    for name in HOSTS:
        assert changes(config, name) == set(), "the first look is no change"
    with ExitStack() as night:
        expected: dict[str, set[tuple[str, str]]] = {}
        for name in HOSTS:
            host = lab.hosts[name]
            expected[name] = {("account", night.enter_context(faults.new_user(host)))}
            if name in DEBIAN:
                expected[name].add(("package", night.enter_context(faults.new_package(host))))
                expected[name].add(("port", night.enter_context(faults.new_port(host))))
        with days() as agent:
            for name in HOSTS:
                wait_for(partial(_all_are, came, config, name, expected[name]))
            _a_problem_shows_what_changed_before(lab, config, agent)
    with days():
        for name in HOSTS:
            wait_for(partial(_all_are, went, config, name, expected[name]))
    report = json.loads(rounds("report", "--now", "--format", "json", config=config))
    told = {host["host"]: {(c["kind"], c["name"]) for c in host["changes"]} for host in report["changes"]}
    assert set(told) >= set(HOSTS)
    for name in HOSTS:
        assert not expected[name] & told[name], "what came and went again is no net difference"


Told = Callable[[Path, str], set[tuple[str, str]]]


def _all_are(told: Told, config: Path, host: str, expected: set[tuple[str, str]]) -> bool:
    return expected <= told(config, host)


def came(config: Path, host: str) -> set[tuple[str, str]]:
    return {(kind, name) for kind, name, before, after in changes(config, host) if after and not before}


def went(config: Path, host: str) -> set[tuple[str, str]]:
    return {(kind, name) for kind, name, before, after in changes(config, host) if before and not after}


def _a_problem_shows_what_changed_before(lab: Lab, config: Path, agent: Agent) -> None:
    with faults.stopped_service(lab.hosts["debian-13"]):
        agent.wait_for_state("CRIT", "debian-13", "services", "cron")
        report = wait_for(lambda: with_incident(config))
        (incident,) = [one for one in report["incidents"] if one["check"] == "services"]
        before = {(change["kind"], change["name"]) for change in incident["changes_before"]}
        assert {("package", faults.PACKAGE), ("account", faults.NEW_USER)} <= before
        page = rounds("report", "--now", "--lang", "en", config=config)
        assert "changed in the 24 h before" in page
        assert faults.PACKAGE in page
    agent.wait_for_state("OK", "debian-13", "services", "cron")


def with_incident(config: Path) -> Any:
    report = json.loads(rounds("report", "--now", "--format", "json", config=config))
    return report if any(one["check"] == "services" for one in report["incidents"]) else None
