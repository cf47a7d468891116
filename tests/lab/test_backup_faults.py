"""Backups that are damaged, too small, too few, or nowhere else, on the oldest and the newest system and on busybox."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.lab import Lab, LabHost, faults
from tests.lab.agent import Agent, running_agent

HOSTS = ("debian-11", "debian-13", "busybox")
CHECKS = ("backup_copies", "backup_freshness", "backup_integrity", "backup_offsite", "backup_restore_test")

SETTINGS: dict[str, Any] = {
    "timezone": "UTC",
    "rounds": {"every": "3s", "deadline": "2900ms", "slow_deadline": "60s"},
    "ssh": {"connect_timeout": "2s", "login_again_after": "1s"},
    "checks": {
        **{check: {"every": "4s"} for check in CHECKS},
        "backup_freshness": {
            "every": "4s",
            "sets": [
                {
                    "name": "db",
                    "files": f"{faults.BACKUPS}/*.gz",
                    "offsite": {"files": f"{faults.ELSEWHERE}/*.gz"},
                    "restore_test": {"file": faults.RESTORE_TESTS, "within": "90d"},
                }
            ],
        },
    },
}


@pytest.fixture(scope="module")
def agent(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    for name in HOSTS:
        faults.lay_backups(lab.hosts[name])
    with running_agent(lab, tmp_path_factory.mktemp("backup-faults"), SETTINGS) as running:
        for check in CHECKS:
            running.wait_for_all(HOSTS, "OK", check, "db")
        yield running


Fault = Callable[[LabHost], AbstractContextManager[Any]]

FAULTS: dict[str, tuple[Fault, str, str, str]] = {
    "a stopped job": (faults.old_backups, "backup_freshness", "CRIT", "newest copy 2 d 1 h old"),
    "a shrunk dump": (faults.shrunk_backup, "backup_freshness", "WARN", "size changed by -90 %"),
    "copies thinned out": (faults.missing_backups, "backup_copies", "WARN", "2 copies kept (warn below 7)"),
    "a day that was missed": (faults.missed_day, "backup_copies", "WARN", "1 day without a copy: "),
    "a truncated archive": (faults.truncated_backup, "backup_integrity", "CRIT", "db-0.gz is damaged: gzip: "),
    "nothing elsewhere": (faults.nothing_elsewhere, "backup_offsite", "CRIT", "no off-site copy"),
    "a copy cut off on its way": (faults.cut_off_on_its_way, "backup_offsite", "CRIT", "db-0.gz is 78.1 KiB off-site"),
    "a failed restore": (faults.failed_restore_test, "backup_restore_test", "CRIT", "failed: no table portal"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_seen_to_clear(agent: Agent, lab: Lab, fault: str) -> None:
    make, check, state, words = FAULTS[fault]
    agent.wait_for_all(HOSTS, "OK", check, "db")
    with faults.on_all(lab, HOSTS, make):
        agent.wait_for_all(HOSTS, state, check, "db")
        for name in HOSTS:
            assert words in agent.said(name, check, "db")
    agent.wait_for_all(HOSTS, "OK", check, "db")
