from dataclasses import replace

import pytest
from pydantic import ValidationError

from checks.contract import Result, State
from checks.cron_jobs import CHECK, CronJobsParams, evaluate
from checks.required_jobs import RequiredJob
from collectors.cron import AnacronJob, Cron
from collectors.cron_log import FailedJob, Moment, RefusedCrontab, Told

NOW = 1795291200.0
FACTS = Cron(NOW, "cron", True, ("/etc/crontab",), (), "journal", False, Told(), NOW - 90000)
FAILED = FailedJob("root", "/usr/local/bin/sync", NOW - 60, "failed with exit status 127")
REFUSED = RefusedCrontab("/etc/cron.d/x", NOW - 60, "ERROR (Syntax error)")
REQUIRED = CronJobsParams(required=(RequiredJob(command="bin/backup", within=7200.0),))


def judged(facts: Cron, params: CronJobsParams | None = None) -> dict[str, Result]:
    results = list(evaluate(facts, params or CronJobsParams()))
    assert len({result.item for result in results}) == len(results)
    return {result.item: result for result in results}


@pytest.mark.parametrize(
    ("facts", "state", "en"),
    [
        (FACTS, State.OK, "running"),
        (replace(FACTS, log=""), State.OK, "running, keeps no log"),
        (replace(FACTS, running=False), State.CRIT, "does not run; crontabs: 1"),
        (replace(FACTS, running=None), State.UNKNOWN, "/proc hides whether it runs (hidepid)"),
        (
            replace(FACTS, log_closed=True),
            State.UNKNOWN,
            "its log is closed to the login: add it to the group systemd-journal (or adm)",
        ),
    ],
)
def test_daemon(facts: Cron, state: State, en: str) -> None:
    (result,) = judged(facts).values()
    assert (result.item, result.state, result.summary.en) == ("cron", state, en)


def test_what_the_log_tells() -> None:
    results = judged(replace(FACTS, told=Told(failed=(FAILED,), refused=(REFUSED,))))
    assert results["root: /usr/local/bin/sync"].state is State.WARN
    assert results["root: /usr/local/bin/sync"].summary.en == "failed 1 min ago: failed with exit status 127"
    assert results["/etc/cron.d/x"].summary.zh == "被拒绝:ERROR (Syntax error)"
    assert results["cron"].state is State.OK


def test_a_job_whose_name_is_not_known() -> None:
    assert "a job" in judged(replace(FACTS, told=Told(failed=(replace(FAILED, user="", command=""),))))


def test_it_clears_and_can_be_ignored() -> None:
    old = Told(failed=(replace(FAILED, at=NOW - 86400),))
    assert list(judged(replace(FACTS, told=old))) == ["cron"]
    now = Told(failed=(FAILED,), refused=(REFUSED,))
    assert list(judged(replace(FACTS, told=now), CronJobsParams(ignore=("root: *sync", "/etc/*")))) == ["cron"]


@pytest.mark.parametrize(
    ("name", "days", "late"),
    [("cron.daily", 1.9, False), ("cron.daily", 2.1, True), ("cron.weekly", 8.1, True), ("cron.odd", 900, False)],
)
def test_anacron(name: str, days: float, late: bool) -> None:
    results = judged(replace(FACTS, anacron=(AnacronJob(name, int(NOW - days * 86400)),)))
    assert (f"anacron {name}" in results) is late
    if name == "cron.weekly":
        assert results["anacron cron.weekly"].summary.en == "last ran 8 d 2 h ago"


@pytest.mark.parametrize(
    ("facts", "state", "en"),
    [
        (replace(FACTS, told=Told(started=(Moment("/usr/bin/backup --all", NOW - 60),))), State.OK, "began 1 min ago"),
        (
            replace(FACTS, told=Told(started=(Moment("/usr/bin/backup", NOW - 7300), Moment("x", NOW)))),
            State.CRIT,
            "began 2 h 1 min ago (crit at 2 h)",
        ),
        (FACTS, State.CRIT, "has not begun for 1 d 1 h (crit at 2 h)"),
        (replace(FACTS, watched_since=NOW - 60), State.OK, "has not begun for 1 min"),
        (replace(FACTS, log_closed=True), State.UNKNOWN, "cron's log is closed to the login"),
    ],
)
def test_required(facts: Cron, state: State, en: str) -> None:
    result = judged(facts, REQUIRED)["bin/backup"]
    assert (result.state, result.summary.en) == (state, en)


def test_the_probe_is_told_what_is_required() -> None:
    assert CHECK.arguments is not None
    assert CHECK.arguments(REQUIRED) == ("window=7200", "bin/backup")
    assert CHECK.arguments(CronJobsParams.model_validate({"every": "2h"})) == ("window=14400",)


@pytest.mark.parametrize("command", ["", " a", "a\nb", "cron"])
def test_odd_commands_are_refused(command: str) -> None:
    with pytest.raises(ValidationError):
        RequiredJob(command=command)
