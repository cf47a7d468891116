"""Updates that wait: with apt on the oldest and the newest Debian, with dnf and zypper on repositories of the lab."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest

from tests.lab import Lab, faults
from tests.lab.agent import Agent, running_agent, wait_for
from tests.lab.package_repositories import Repository

SECURITY, OTHERS = "security updates", "updates"

SETTINGS: dict[str, Any] = {
    "timezone": "UTC",
    "rounds": {"every": "3s", "deadline": "2900ms", "slow_deadline": "60s"},
    "ssh": {"connect_timeout": "2s", "login_again_after": "1s"},
    "checks": {"pending_updates": {"every": "4s", "retries": 1, "others": {"warn": "1s"}}},
}

APT = {"debian-11": "apt", "debian-13": "apt"}


@pytest.fixture(scope="module", params=["dnf", "zypper"])
def repositories(lab: Lab, request: pytest.FixtureRequest) -> Iterator[Mapping[str, Repository]]:
    """By host: apt's own on two of them, the other package manager on the third."""
    managers = {**APT, "debian-12": request.param}
    with ExitStack() as there:
        yield {
            name: there.enter_context(faults.package_repository(lab.hosts[name], manager))
            for name, manager in managers.items()
        }


@pytest.fixture(scope="module")
def agent(
    lab: Lab, repositories: Mapping[str, Repository], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Agent]:
    with running_agent(lab, tmp_path_factory.mktemp("package-faults"), SETTINGS) as running:
        yield running


def test_a_security_update_is_found_and_seen_to_clear(agent: Agent, repositories: Mapping[str, Repository]) -> None:
    agent.wait_for_all(repositories, "OK", "pending_updates", SECURITY)
    with ExitStack() as made:
        for repository in repositories.values():
            made.enter_context(faults.security_update(repository))
        agent.wait_for_all(repositories, "WARN", "pending_updates", SECURITY)
        for name in repositories:
            assert agent.said(name, "pending_updates", SECURITY).startswith(f"1 pending: {faults.PORTAL}")
        assert "LAB-2026:0001" in agent.said("debian-12", "pending_updates", SECURITY)
        assert "important" in agent.said("debian-12", "pending_updates", SECURITY).lower()
    agent.wait_for_all(repositories, "OK", "pending_updates", SECURITY)


def test_a_held_security_update_is_told_as_held(agent: Agent, repositories: Mapping[str, Repository]) -> None:
    with ExitStack() as made:
        for repository in repositories.values():
            made.enter_context(faults.held_security_update(repository))
        agent.wait_for_all(repositories, "WARN", "pending_updates", SECURITY)
        for name in repositories:
            said = agent.said(name, "pending_updates", SECURITY)
            assert said.startswith(f"1 pending: {faults.AGENT}"), name
            assert "; 1 held" in said, name
    agent.wait_for_all(repositories, "OK", "pending_updates", SECURITY)


def test_any_other_update_is_told_apart(agent: Agent, repositories: Mapping[str, Repository]) -> None:
    with ExitStack() as made:
        for repository in repositories.values():
            made.enter_context(faults.other_update(repository))
        agent.wait_for_all(repositories, "WARN", "pending_updates", OTHERS)
        agent.wait_for_all(repositories, "OK", "pending_updates", SECURITY)
        samples = agent.get("/hosts/debian-11/metrics")
        assert 'apt_upgrades_pending{arch="all",origin="Debian:12/stable"} 1' in samples
    agent.wait_for_all(repositories, "OK", "pending_updates", OTHERS)
    wait_for(lambda: 'apt_upgrades_pending{arch="",origin=""} 0' in agent.get("/hosts/debian-11/metrics"))
