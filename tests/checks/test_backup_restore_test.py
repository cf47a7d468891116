"""Restore tests, noted on the host or in config.yaml."""

import pytest
from pydantic import ValidationError

from checks.backup_restore_test import BackupRestoreTestParams, arguments, evaluate
from checks.contract import Result, State
from collectors.restore_tests import Record, RestoreTests

DAY = 86400
NOW = 1_795_000_000  # 2026-11-18
PATH = "/var/lib/backup/restore-test"


def params(**restore_test: object) -> BackupRestoreTestParams:
    sets = [{"name": "db", "files": "/srv/*", "restore_test": restore_test}, {"name": "other", "files": "/srv/*"}]
    return BackupRestoreTestParams.model_validate({"sets": sets})


def judged(record: Record | None = None, **restore_test: object) -> Result:
    facts = RestoreTests(NOW, 28800, (record,) if record else ())
    (result,) = evaluate(facts, params(**(restore_test or {"file": PATH})))
    assert result.item == "db"
    return result


def test_one_that_went_well() -> None:
    result = judged(Record(PATH, NOW - 17 * DAY, True, "restored db to test-01"))
    assert (result.state, result.summary.en) == (State.OK, "restored 17 d ago: restored db to test-01")
    assert result.summary.zh == "17 天前恢复测试成功:restored db to test-01"
    values = {one.name: (one.value, one.warn) for one in result.measurements}
    assert values == {"age": (17 * DAY, 180 * DAY), "last_test": (NOW - 17 * DAY, None), "passed": (1, None)}


def test_one_that_failed() -> None:
    result = judged(Record(PATH, NOW - 17 * DAY, False, "no space left"))
    assert (result.state, result.summary.en) == (State.CRIT, "the last test, 17 d ago, failed: no space left")
    assert result.summary.zh == "17 天前的恢复测试失败:no space left"


@pytest.mark.parametrize(("days", "state"), [(90, State.OK), (91, State.WARN), (-0.5, State.OK), (-2, State.WARN)])
def test_how_long_ago(days: float, state: State) -> None:
    result = judged(Record(PATH, int(NOW - days * DAY), True), file=PATH, within="90d")
    assert result.state is state
    if days == 91:
        assert result.summary.en == "last restored 91 d ago (warn above 90 d)"
        assert result.summary.zh == "上次恢复测试于 91 天前(警告阈值 90 天)"


def test_none_is_noted() -> None:
    result = judged(Record(PATH))
    assert (result.state, result.summary.en) == (State.WARN, f"no restore test is noted in {PATH}")
    result = judged(Record(PATH, absent=True))
    assert (result.state, result.summary.en) == (State.WARN, f"no restore test is noted in {PATH} (no such file)")
    assert result.summary.zh == f"{PATH} 中没有恢复测试记录(文件不存在)"
    result = judged(Record(PATH, unreadable="tested yesterday"))
    assert result.state is State.WARN
    assert result.summary.en.endswith("is not `TIME ok|failed WORDS`: tested yesterday")


def test_what_cannot_be_seen_is_unknown() -> None:
    result = judged(Record(PATH, closed="/var/lib/backup"))
    assert result.state is State.UNKNOWN
    assert "setfacl -m u:LOGIN:rX /var/lib/backup" in result.summary.en
    assert judged(None).state is State.UNKNOWN, "not asked about yet"


def test_noted_in_the_configuration() -> None:
    result = judged(noted="2026-11-01")
    assert (result.state, result.summary.en) == (State.OK, "restored 17 d 19 h ago")
    assert judged(noted="2026-11-01", result="failed").state is State.CRIT
    assert judged(noted="2026-01-01").state is State.WARN
    assert arguments(params(noted="2026-11-01")) == ()
    result = judged(noted="2027-01-01")
    assert (result.state, result.summary.en) == (
        State.WARN,
        "the last test is noted for 2027-01-01, which is still to come: note the day on which it was made",
    )
    assert judged(Record(PATH, 253_402_300_799, True)).state is State.WARN, "a day that no calendar has"
    assert result.summary.zh == "恢复测试记录的日期 2027-01-01 尚未到来:请填写实际测试日期"
    assert arguments(params(file=PATH)) == (PATH,)


@pytest.mark.parametrize(
    "restore_test", [{}, {"file": "x"}, {"file": PATH, "noted": "2026-11-01"}, {"noted": "soon"}, {"within": "90d"}]
)
def test_what_is_refused(restore_test: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        params(**restore_test)


def test_only_sets_that_are_to_be_tested() -> None:
    without = BackupRestoreTestParams.model_validate({"sets": [{"name": "db", "files": "/srv/*"}]})
    assert not without.is_asked_for
    assert not list(evaluate(RestoreTests(0, 0, ()), without))
    assert params(file=PATH).is_asked_for
