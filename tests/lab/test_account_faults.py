"""Faults of accounts and of who may do what, on the oldest and the newest system, on busybox where they are seen."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import pytest

from tests.lab import Lab, LabHost, faults
from tests.lab.agent import Agent, allow_what_needs_root, rounds, running_agent, wait_for

DEBIAN = ("debian-11", "debian-13")
HOSTS = (*DEBIAN, "busybox")

ACCOUNTS = (
    *("superusers", "empty_passwords", "password_age", "idle_accounts", "expired_accounts", "account_changes"),
    *("authorized_keys_drift", "sudoers_drift", "lockout_policy", "password_policy"),
)
SETTINGS: dict[str, Any] = {
    "timezone": "UTC",
    "rounds": {"every": "3s", "deadline": "2900ms", "slow_deadline": "60s"},
    "ssh": {"connect_timeout": "2s", "login_again_after": "1s", "sudo": True},
    "checks": {name: {"every": "4s"} for name in ACCOUNTS},
}


@pytest.fixture(scope="module")
def agent(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    folder = tmp_path_factory.mktemp("account-faults")
    allow_what_needs_root(lab, DEBIAN, lab.write_config(folder / "config.yaml", SETTINGS))
    with running_agent(lab, folder, SETTINGS) as running:
        for name in HOSTS:
            wait_for(lambda name=name: running.state(name, "account_changes", "root") == "OK")
            wait_for(lambda name=name: running.state(name, "authorized_keys_drift", "rounds") == "OK")
        yield running


Fault = Callable[[LabHost], AbstractContextManager[str]]

FAULTS: dict[str, tuple[Fault, str, str, tuple[str, ...]]] = {
    "a second UID 0": (faults.second_superuser, "superusers", "CRIT", HOSTS),
    "an account that makes itself root": (faults.second_superuser, "account_changes", "CRIT", HOSTS),
    "an empty password": (faults.empty_password, "empty_passwords", "CRIT", DEBIAN),
    "an old password": (faults.old_password, "password_age", "WARN", DEBIAN),
    "an idle account": (faults.idle_account, "idle_accounts", "WARN", DEBIAN),
    "an expired account": (faults.expired_account, "expired_accounts", "WARN", DEBIAN),
    "a user that appears": (faults.new_user, "account_changes", "WARN", HOSTS),
    "a line of sudoers": (faults.sudo_for_everything, "sudoers_drift", "CRIT", DEBIAN),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_under_its_account_and_seen_to_clear(agent: Agent, lab: Lab, fault: str) -> None:
    make, check, state, hosts = FAULTS[fault]
    with ExitStack() as made:
        for name in hosts:
            item = made.enter_context(make(lab.hosts[name]))
        agent.wait_for_all(hosts, state, check, item)
    for name in hosts:
        wait_for(lambda name=name: agent.state(name, check, item) in (None, "OK"))


def test_a_new_key_is_named_by_its_fingerprint(agent: Agent, lab: Lab) -> None:
    for name in HOSTS:
        account = "root" if name in DEBIAN else "rounds"  # busybox has no sudo: nobody sees root's keys
        with faults.new_key(lab.hosts[name], account) as fingerprint:
            agent.wait_for_state("CRIT", name, "authorized_keys_drift", account)
            assert f"new key: {fingerprint} (intruder ed25519)" in agent.said(name, "authorized_keys_drift", account)
        wait_for(lambda name=name, item=account: agent.state(name, "authorized_keys_drift", item) in (None, "OK"))


def test_a_file_of_keys_that_everybody_may_write(agent: Agent, lab: Lab) -> None:
    name, words = "debian-13", "/root/.ssh/authorized_keys may be written by others (666)"
    with faults.new_key(lab.hosts[name]), faults.writable_keys(lab.hosts[name]) as account:
        wait_for(lambda: words in said_of_keys(agent, name, account))
    wait_for(lambda: words not in said_of_keys(agent, name, account))


def said_of_keys(agent: Agent, host: str, account: str) -> str:
    """What is said of an account's keys; nothing of one that has none."""
    there = agent.state(host, "authorized_keys_drift", account) is not None
    return agent.said(host, "authorized_keys_drift", account) if there else ""


def test_what_only_root_can_see_is_never_fine_without(agent: Agent, lab: Lab) -> None:
    for check in ("empty_passwords", "password_age", "expired_accounts"):
        agent.wait_for_state("UNKNOWN", "busybox", check, "passwords")
        assert "needs root for awk" in agent.said("busybox", check, "passwords")
    with faults.closed_home(lab.hosts["busybox"]) as item:
        agent.wait_for_state("UNKNOWN", "busybox", "authorized_keys_drift", item)
        assert "not checked: root: needs root for find" in agent.said("busybox", "authorized_keys_drift", item)
    agent.wait_for_state("OK", "busybox", "authorized_keys_drift", item)
    agent.wait_for_state("not_applicable", "busybox", "sudoers_drift", "")


def test_a_login_and_a_lock_end_what_was_found(agent: Agent, lab: Lab) -> None:
    with ExitStack() as made:
        for name in DEBIAN:
            idle = made.enter_context(faults.idle_account(lab.hosts[name]))
            expired = made.enter_context(faults.expired_account(lab.hosts[name]))
        agent.wait_for_all(DEBIAN, "WARN", "idle_accounts", idle)
        agent.wait_for_all(DEBIAN, "WARN", "expired_accounts", expired)
        for name in DEBIAN:
            faults.used_again(lab.hosts[name])
            faults.disabled(lab.hosts[name], expired)
        agent.wait_for_all(DEBIAN, "OK", "idle_accounts", idle)
        agent.wait_for_all(DEBIAN, "OK", "expired_accounts", expired)
        assert agent.said("debian-13", "expired_accounts", expired).endswith("disabled")


def test_who_joins_sudo_is_told_and_can_be_accepted(agent: Agent, lab: Lab) -> None:
    mended, accepted = DEBIAN
    config = agent.folder / "config.yaml"
    with ExitStack() as made:
        for name in DEBIAN:
            made.enter_context(faults.joined_sudo(lab.hosts[name], "games"))
        agent.wait_for_all(DEBIAN, "CRIT", "account_changes", "games")
        assert agent.said(mended, "account_changes", "games") == "groups +sudo"
        rounds("relearn", accepted, "account_changes", config=config)
        agent.wait_for_state(None, accepted, "account_changes", "games")
        assert agent.state(mended, "account_changes", "games") == "CRIT"
    agent.wait_for_state("OK", mended, "account_changes", "games")
    agent.wait_for_state("WARN", accepted, "account_changes", "games")
    assert agent.said(accepted, "account_changes", "games") == "groups -sudo"
    rounds("relearn", accepted, "account_changes", config=config)
    agent.wait_for_state(None, accepted, "account_changes", "games")
    assert agent.state(accepted, "account_changes", "system accounts") == "OK"


def test_a_lockout_is_missed_where_there_is_a_password_until_it_is_in_force(agent: Agent, lab: Lab) -> None:
    for service in ("sshd", "login"):
        agent.wait_for_all(DEBIAN, "OK", "lockout_policy", service)
        assert "but no account has a password" in agent.said("debian-13", "lockout_policy", service)
    with ExitStack() as made:
        for name in DEBIAN:
            made.enter_context(faults.old_password(lab.hosts[name]))
        agent.wait_for_all(DEBIAN, "WARN", "lockout_policy", "sshd")
        agent.wait_for_all(DEBIAN, "WARN", "lockout_policy", "login")
        agent.wait_for_all(DEBIAN, "WARN", "password_policy", "maximum age")
        for name in DEBIAN:
            made.enter_context(faults.lockout(lab.hosts[name]))
        agent.wait_for_all(DEBIAN, "OK", "lockout_policy", "sshd")
        assert agent.said("debian-11", "lockout_policy", "sshd") == "locked after 5 failures, for 15 min"
    agent.wait_for_all(DEBIAN, "OK", "password_policy", "maximum age")


def test_nothing_was_unreadable_and_no_hash_was_told(agent: Agent) -> None:
    for name in HOSTS:
        bad = [r for r in agent.results(name).values() if r["reason"] in ("bug", "unreadable", "failed", "late")]
        assert not bad, name
    pages = [agent.get("/metrics"), *(agent.get(f"/api/v1/hosts/{name}") for name in HOSTS)]
    kept = b"".join(path.read_bytes() for path in agent.folder.rglob("*") if path.is_file()).decode("utf-8", "replace")
    for text in (*pages, kept):
        assert "PlantedHash" not in text
        assert "PlantedSalt" not in text
