"""A check that looks only for what it is told is not made while it is told nothing."""

from checks.backup_freshness import BackupFreshnessParams
from checks.contract import Params
from checks.required_processes import RequiredProcessesParams


def test_a_check_is_made_unless_it_is_off() -> None:
    assert Params().is_asked_for
    assert not Params(enabled=False).is_asked_for


def test_backups_and_processes_are_looked_for_where_some_are_named() -> None:
    sets = [{"name": "db", "files": "/var/backups/*.gz", "newest_within": "26h"}]
    assert not BackupFreshnessParams().is_asked_for
    assert BackupFreshnessParams.model_validate({"sets": sets}).is_asked_for
    assert not BackupFreshnessParams.model_validate({"sets": sets, "enabled": False}).is_asked_for
    assert not RequiredProcessesParams().is_asked_for
    assert RequiredProcessesParams.model_validate({"required": [{"name": "nginx"}]}).is_asked_for
