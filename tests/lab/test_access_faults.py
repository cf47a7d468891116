"""Faults of access, made for real on the oldest and the newest system, found by the running agent and seen to clear."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from typing import Any

import pytest

from tests.lab import Lab, LabHost, faults
from tests.lab.agent import Agent, allow_what_needs_root, running_agent, wait_for

DEBIAN = ("debian-11", "debian-13")
HOSTS = (*DEBIAN, "busybox")

_OFTEN = {"every": "4s", "retries": 1}

SETTINGS: dict[str, Any] = {
    "timezone": "UTC",
    "rounds": {"every": "3s", "deadline": "2900ms", "slow_deadline": "60s"},
    "ssh": {"connect_timeout": "2s", "login_again_after": "1s", "sudo": True},
    "checks": {
        "failed_logins": {**_OFTEN, "per_source": {"warn": 8}, "failures_before_success": {"warn": 2, "crit": 5}},
        "firewall": _OFTEN,
        "log_retention": {**_OFTEN, "reaches_back": None, "shown_for": "8s"},
        "sshd_settings": _OFTEN,
        "time_zone": _OFTEN,
    },
}


@pytest.fixture(scope="module")
def agent(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    folder = tmp_path_factory.mktemp("access-faults")
    with ExitStack() as there:
        there.enter_context(faults.guesser(lab))
        there.enter_context(faults.on_all(lab, DEBIAN, faults.firewall))
        allow_what_needs_root(lab, DEBIAN, lab.write_config(folder / "config.yaml", SETTINGS))
        with running_agent(lab, folder, SETTINGS) as running:
            for name in DEBIAN:
                wait_for(partial(all_made, running, name))
            yield running


def all_made(agent: Agent, host: str) -> bool:
    return bool({check for check, _ in agent.results(host)} >= SETTINGS["checks"].keys())


Fault = Callable[[LabHost], AbstractContextManager[Any]]

# What is made, the check, the item, its state, and words of it.
FAULTS: dict[str, tuple[Fault, str, str, str, str]] = {
    "root may log in by password": (
        faults.loosened_sshd,
        "sshd_settings",
        "permitrootlogin",
        "WARN",
        "yes (allowed: no, prohibit-password, forced-commands-only)",
    ),
    "a firewall switched off": (faults.no_firewall, "firewall", "firewall", "WARN", "off: nothing filters input"),
    "a rule that nobody asked for": (faults.added_rule, "firewall", "rules", "WARN", "not as at the first look"),
    "another time zone": (faults.other_time_zone, "time_zone", "time zone", "WARN", "Asia/Tokyo, UTC+09:00 ("),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_seen_to_clear(agent: Agent, lab: Lab, fault: str) -> None:
    make, check, item, state, words = FAULTS[fault]
    agent.wait_for_all(DEBIAN, "OK", check, item)
    with faults.on_all(lab, DEBIAN, make):
        agent.wait_for_all(DEBIAN, state, check, item)
        for name in DEBIAN:
            assert words in agent.said(name, check, item)
    agent.wait_for_all(DEBIAN, "OK", check, item)


def test_an_exception_for_one_user_is_told(agent: Agent, lab: Lab) -> None:
    with faults.on_all(lab, DEBIAN, faults.loosened_sshd):
        agent.wait_for_all(DEBIAN, "WARN", "sshd_settings", "match blocks")
        assert "permitemptypasswords yes for User guest" in agent.said("debian-13", "sshd_settings", "match blocks")
    for name in DEBIAN:
        agent.wait_for_state(None, name, "sshd_settings", "match blocks")


def test_who_guesses_passwords_is_named_and_what_he_types_is_not(agent: Agent, lab: Lab) -> None:
    agent.wait_for_all(HOSTS, "OK", "failed_logins", "sources")
    with faults.on_all(lab, HOSTS, partial(faults.guessed_passwords, lab)):
        agent.wait_for_all(HOSTS, "WARN", "failed_logins", "sources")
        for name in HOSTS:
            assert f"{faults.GUESSER} " in agent.said(name, "failed_logins", "sources")
            assert "root " in agent.said(name, "failed_logins", "accounts")
        assert "5 of them for unknown users" in agent.said("debian-11", "failed_logins", "total")
        told = "".join(agent.get(path) for name in HOSTS for path in (f"/api/v1/hosts/{name}", "/metrics"))
        assert "Planted" not in told
    agent.wait_for_all(HOSTS, "OK", "failed_logins", "sources")


def test_a_password_that_was_found_is_critical(agent: Agent, lab: Lab) -> None:
    agent.wait_for_all(DEBIAN, "OK", "failed_logins", "success")
    with faults.on_all(lab, DEBIAN, partial(faults.found_password, lab)):
        agent.wait_for_all(DEBIAN, "CRIT", "failed_logins", "success")
        for name in DEBIAN:
            said = agent.said(name, "failed_logins", "success")
            assert f"{faults.GUESSER} was let in as lab-owner after " in said
    agent.wait_for_all(DEBIAN, "OK", "failed_logins", "success")


def test_a_log_that_was_thrown_away_is_missed(agent: Agent, lab: Lab) -> None:
    agent.wait_for_all(DEBIAN, "OK", "log_retention", "journal")
    for name in DEBIAN:
        faults.logs_cut_short(lab.hosts[name])
    agent.wait_for_all(DEBIAN, "CRIT", "log_retention", "journal")
    assert "all it held at the last look is lost" in agent.said("debian-13", "log_retention", "journal")
    agent.wait_for_all(DEBIAN, "OK", "log_retention", "journal")
