"""Verdicts on the newest copies, in words."""

from pathlib import Path

import pytest

from agent.config import ConfigError, load
from checks.backup_integrity import BackupIntegrityParams, arguments, evaluate
from checks.contract import Result, State
from collectors.backup_integrity import Verdicts
from collectors.backup_sources import Obstacle, Obstruction, Outcome, Verdict

ASKED = "files\t/srv/*.gz"


def params(**others: object) -> BackupIntegrityParams:
    return BackupIntegrityParams.model_validate({"sets": [{"name": "db", "files": "/srv/*.gz", **others}]})


def judged(verdict: Verdict) -> Result:
    (result,) = evaluate(Verdicts(100_000, (verdict,)), params())
    assert result.item == "db"
    return result


def test_whole() -> None:
    result = judged(Verdict(ASKED, "/srv/a.gz", Outcome.WHOLE, "gzip, dump trailer", 75, 99_000, "/srv/a.gz"))
    assert (result.state, result.summary.en) == (
        State.OK,
        "a.gz is whole (gzip, dump trailer), tested in 1 min 15 s",
    )
    assert result.summary.zh == "a.gz 完整(gzip, dump trailer),校验耗时 1 分钟 15 秒"
    assert {one.name: one.value for one in result.measurements} == {
        "test_duration": 75,
        "last_whole": 99_000,
        "whole": 1,
    }


def test_a_newer_one_that_is_not_tested_yet_is_told() -> None:
    verdict = Verdict(ASKED, "/srv/b.gz", Outcome.WHOLE, "gzip", 75, 99_000, "/srv/b.gz", newer="/srv/a.gz")
    result = judged(verdict)
    assert (result.state, result.summary.en) == (
        State.OK,
        "b.gz is whole (gzip), tested in 1 min 15 s; the newest, a.gz, may still be growing and is not tested yet",
    )
    assert result.summary.zh == "b.gz 完整(gzip),校验耗时 1 分钟 15 秒;最新的 a.gz 可能仍在写入,尚未校验"
    result = judged(Verdict(ASKED, "/srv/b.gz", Outcome.DAMAGED, "gzip: crc", 1, newer="/srv/a.gz"))
    assert result.summary.en == (
        "b.gz is damaged: gzip: crc; the newest, a.gz, may still be growing and is not tested yet"
    )


def test_a_repository_is_named_by_its_place() -> None:
    (result,) = evaluate(
        Verdicts(
            100_000, (Verdict("restic\t/srv/home", "/srv/home", Outcome.WHOLE, "restic check", 4, 1, "/srv/home"),)
        ),
        BackupIntegrityParams.model_validate({"sets": [{"name": "home", "restic": "/srv/home"}]}),
    )
    assert result.summary.en == "/srv/home is whole (restic check), tested in 4 s"
    assert result.summary.zh == "/srv/home 完整(restic check),校验耗时 4 秒"


def test_damaged() -> None:
    result = judged(Verdict(ASKED, "/srv/a.gz", Outcome.DAMAGED, "gzip: unexpected end of file", 1))
    assert (result.state, result.summary.en) == (State.CRIT, "a.gz is damaged: gzip: unexpected end of file")
    result = judged(Verdict(ASKED, "/srv/b.gz", Outcome.DAMAGED, "gzip: crc", 1, 13_600, "/srv/a.gz"))
    assert result.summary.en == "b.gz is damaged: gzip: crc; a.gz was found whole 1 d ago"
    assert result.summary.zh == "b.gz 已损坏:gzip: crc;a.gz 于 1 天前校验完整"
    assert [one.value for one in result.measurements if one.name == "whole"] == [0]


def test_late() -> None:
    result = judged(Verdict(ASKED, "/srv/b.gz", Outcome.LATE, "gzip", 60))
    assert (result.state, result.summary.en) == (
        State.UNKNOWN,
        "b.gz: not tested to the end within its share of the budget (3 min for 1 set)",
    )
    other = judged(Verdict(ASKED, "/srv/b.gz", Outcome.LATE, "gzip", 60, 13_600, "/srv/a.gz"))
    assert (other.state, other.summary.zh) == (
        State.UNKNOWN,
        "b.gz:未能在时间预算(1 个备份集共 3 分钟)内完成校验;a.gz 于 1 天前校验完整",
    )
    assert judged(Verdict(ASKED, "/srv/a.gz", Outcome.LATE, "gzip", 60, 13_600, "/srv/a.gz")).state is State.OK
    assert judged(Verdict(ASKED, "", Outcome.LATE)).state is State.UNKNOWN, "none was reached"


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict(ASKED, "/srv/a", Outcome.UNTESTABLE, "zstd is not installed"), "a: not tested: zstd is not installed"),
        (
            Verdict(ASKED, "", Outcome.UNSEEN, obstructions=(Obstruction(Obstacle.ABSENT, "/srv/*"),)),
            "no copy to test: /srv/*",
        ),
        (
            Verdict(ASKED, "/srv/a", Outcome.UNSEEN, obstructions=(Obstruction(Obstacle.CLOSED, "/srv/a"),)),
            "not tested: the login may not read /srv/a; to allow it: setfacl -m u:LOGIN:rX /srv/a",
        ),
    ],
)
def test_what_was_not_tested_is_unknown(verdict: Verdict, words: str) -> None:
    result = judged(verdict)
    assert (result.state, result.summary.en) == (State.UNKNOWN, words)


def test_what_is_asked() -> None:
    assert arguments(params()) == ("budget\t180", ASKED)
    assert not params(integrity=False).is_asked_for
    assert not list(evaluate(Verdicts(0, ()), params(integrity=False)))
    (result,) = evaluate(Verdicts(0, ()), params())
    assert result.state is State.UNKNOWN


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("checks: {backup_integrity: {budget: 50m}}", "config.yaml:4: checks.backup_integrity.budget: must be shorter"),
        (
            "groups: {g: {checks: {backup_integrity: {budget: 300s}}}}",
            "config.yaml:4: groups.g.checks.backup_integrity",
        ),
    ],
)
def test_a_budget_that_a_round_has_not_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "config.yaml"
    head = "system: a\ntimezone: UTC\nhosts: [{name: a, transport: local}]\n"
    path.write_text(head + text)
    with pytest.raises(ConfigError) as caught:
        load(path)
    (problem,) = map(str, caught.value.problems)
    assert said in problem
    assert problem.endswith("must be shorter than rounds.slow_deadline (300s), which ends it")
    path.write_text(f"{head}{text}\nrounds: {{slow_deadline: 1h}}\n")
    load(path)
    path.write_text(f"{head}rounds: {{slow_deadline: 60s}}\n")
    load(path)
