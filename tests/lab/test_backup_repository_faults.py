"""Backups of restic, Borg and rsnapshot that stop or rot, on the oldest and newest system, found and seen to clear."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.lab import Lab, LabHost, faults
from tests.lab.agent import Agent, allow_what_needs_root, running_agent

HOSTS = ("debian-11", "debian-13")
NEWEST = ("debian-13",)
"""The oldest has no rsnapshot."""

_ENCRYPTED = {"password_file": faults.PASSWORD_FILE, "keep": 3}
_SETS: list[dict[str, Any]] = [
    {"name": "restic", "restic": f"{faults.REPOSITORIES}/restic", **_ENCRYPTED},
    {"name": "borg", "borg": f"{faults.REPOSITORIES}/borg", "archives": "web-*", **_ENCRYPTED},
]
_RSNAPSHOT = {
    "name": "rsnapshot",
    "rsnapshot": f"{faults.REPOSITORIES}/copies",
    "log_file": f"{faults.REPOSITORIES}/rsnapshot.log",
    "keep": 3,
}


def _sets(*sets: dict[str, Any]) -> dict[str, Any]:
    return {"checks": {"backup_freshness": {"sets": list(sets)}}}


SETTINGS: dict[str, Any] = {
    "timezone": "UTC",
    "rounds": {"every": "3s", "deadline": "2900ms", "slow_deadline": "120s"},
    "ssh": {"connect_timeout": "2s", "login_again_after": "1s", "sudo": True},
    "groups": {"oldest": _sets(*_SETS), "newest": _sets(*_SETS, _RSNAPSHOT)},
    "hosts": [{"name": "debian-11", "groups": ["oldest"]}, {"name": "debian-13", "groups": ["newest"]}],
    "checks": {
        "backup_freshness": {"every": "6s", "retries": 1},
        "backup_integrity": {"every": "9s", "retries": 1, "budget": "60s"},
    },
}


@pytest.fixture(scope="module")
def agent(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    folder = tmp_path_factory.mktemp("backup-repository-faults")
    with faults.on_all(lab, HOSTS, faults.backup_repositories):
        allow_what_needs_root(lab, HOSTS, lab.write_config(folder / "config.yaml", SETTINGS))
        with running_agent(lab, folder, SETTINGS) as running:
            yield running


def items(names: Sequence[str], sets: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, one) for name in names for one in sets]


Fault = Callable[[LabHost], AbstractContextManager[str]]
STOPPED: tuple[Fault, str, str] = (faults.stopped_backups, "backup_freshness", "newest copy 1 d 3 h old")
ROTTEN: tuple[Fault, str, str] = (faults.rotten_repositories, "backup_integrity", "damaged")
HALF: tuple[Fault, str, str] = (faults.half_a_backup, "backup_integrity", "backup_script /bin/false returned")


@pytest.mark.parametrize(
    ("fault", "names", "sets"),
    [
        (STOPPED, HOSTS, ("restic", "borg")),
        (STOPPED, NEWEST, ("rsnapshot",)),
        (ROTTEN, HOSTS, ("restic", "borg")),
        (HALF, NEWEST, ("rsnapshot",)),
    ],
    ids=["repositories not written", "folders not written", "rotten repositories", "half a copy"],
)
def test_a_fault_is_found_and_seen_to_clear(
    agent: Agent, lab: Lab, fault: tuple[Fault, str, str], names: Sequence[str], sets: Sequence[str]
) -> None:
    make, check, words = fault
    where = items(names, sets)
    for name, item in where:
        agent.wait_for_state("OK", name, check, item, seconds=180)
    with faults.on_all(lab, names, make):
        for name, item in where:
            agent.wait_for_state("CRIT", name, check, item, seconds=180)
            assert words in agent.said(name, check, item)
    for name, item in where:
        agent.wait_for_state("OK", name, check, item, seconds=180)


def test_the_password_stays_on_the_host(agent: Agent) -> None:
    """It is named in the configuration by its place only: it is in no answer, and in no file of the agent."""
    for name in HOSTS:
        assert faults.PASSWORD not in agent.get(f"/api/v1/hosts/{name}")
    assert faults.PASSWORD not in agent.get("/metrics")
    kept = [path for path in agent.folder.rglob("*") if path.is_file()]
    assert len(kept) > 2
    assert [path for path in kept if faults.PASSWORD.encode() in path.read_bytes()] == []
