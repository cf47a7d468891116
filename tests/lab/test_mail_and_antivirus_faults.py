"""Faults of postfix and ClamAV, made for real on the newest system, found by the running agent and seen to clear."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Any, NamedTuple

import pytest

from tests.lab import Lab, LabHost, faults
from tests.lab.agent import Agent, allow_what_needs_root, running_agent, wait_for

HOST = "debian-13"
"""The one that has them."""

_OFTEN = {"every": "4s", "retries": 1}

SETTINGS: dict[str, Any] = {
    "timezone": "UTC",
    "rounds": {"every": "3s", "deadline": "2900ms", "slow_deadline": "60s"},
    "ssh": {"connect_timeout": "2s", "login_again_after": "1s", "sudo": True},
    "checks": {
        "antivirus_definitions": _OFTEN,
        "antivirus_running": _OFTEN,
        "antivirus_scans": {**_OFTEN, "detected_within": 0},
        "mail_queue": {**_OFTEN, "deferred": {"warn": 2, "crit": 5}},
        "spam_lists": {**_OFTEN, "lists": [{"name": "blocked", "file": faults.BLOCKED}]},
        "spam_quarantine": {**_OFTEN, "quarantines": [{"name": "kept back", "folder": faults.KEPT_BACK}]},
    },
}


@pytest.fixture(scope="module")
def agent(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    folder = tmp_path_factory.mktemp("mail-and-antivirus-faults")
    with ExitStack() as there:
        for make in (faults.antivirus, faults.mail_server, faults.spam_stores):
            there.enter_context(make(lab.hosts[HOST]))
        allow_what_needs_root(lab, (HOST,), lab.write_config(folder / "config.yaml", SETTINGS))
        with running_agent(lab, folder, SETTINGS) as running:
            wait_for(lambda: {check for check, _ in running.results(HOST)} >= SETTINGS["checks"].keys())
            yield running


class Fault(NamedTuple):
    """How it is made, and what must be found, and told with which words."""

    make: Callable[[LabHost], AbstractContextManager[Any]]
    check: str
    item: str
    state: str
    words: str


TOGETHER = {
    "old definitions, a virus, mail that does not leave, an emptied list": (
        Fault(faults.outdated_definitions, "antivirus_definitions", "ClamAV", "CRIT", "is 10 d old (crit at 3 d)"),
        Fault(faults.infected_file, "antivirus_scans", "ClamAV", "CRIT", f"1 infected: {faults.EICAR} (Lab.Eicar"),
        Fault(faults.stuck_mail, "mail_queue", "postfix", "CRIT", "6 deferred (crit at 5); why: 6 connection refused"),
        Fault(faults.emptied_list, "spam_lists", "blocked", "WARN", "1 entry, were 100"),
        Fault(faults.forgotten_quarantine, "spam_quarantine", "kept back", "WARN", "oldest 40 d (warn at 30 d)"),
    ),
    "neither antivirus nor mail server runs, and a database is gone": (
        Fault(faults.stopped_antivirus, "antivirus_running", "ClamAV", "CRIT", "the daemon does not run"),
        Fault(faults.missing_definitions, "antivirus_definitions", "ClamAV", "CRIT", "no definitions: daily"),
        Fault(faults.stopped_mail_server, "mail_queue", "postfix", "CRIT", "postfix does not run"),
    ),
    "an antivirus that answers nobody": (
        Fault(faults.hanging_antivirus, "antivirus_running", "ClamAV", "CRIT", "does not answer"),
    ),
}


@pytest.mark.parametrize("made", TOGETHER)
def test_faults_are_found_and_seen_to_clear(agent: Agent, lab: Lab, made: str) -> None:
    assert_found_and_cleared(agent, lab.hosts[HOST], TOGETHER[made])


def assert_found_and_cleared(agent: Agent, host: LabHost, made: Sequence[Fault]) -> None:
    for fault in made:
        agent.wait_for_state("OK", host.name, fault.check, fault.item)
    with ExitStack() as standing:
        for fault in made:
            standing.enter_context(fault.make(host))
        for fault in made:
            agent.wait_for_state(fault.state, host.name, fault.check, fault.item)
            assert fault.words in agent.said(host.name, fault.check, fault.item)
    for fault in made:
        agent.wait_for_state("OK", host.name, fault.check, fault.item)


def test_where_neither_is_installed_nothing_is_said(agent: Agent) -> None:
    results = agent.results("debian-11")
    assert {result["reason"] for (check, _), result in results.items() if check == "mail_queue"} == {"not_applicable"}
    assert not [check for check, _ in results if check.startswith("antivirus_")]
