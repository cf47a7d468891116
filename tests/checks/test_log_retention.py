from dataclasses import replace
from typing import Any

import pytest

from checks.contract import Result, State
from checks.log_retention import LogRetentionParams, evaluate
from collectors.log_keeping import Log
from collectors.log_retention import LogRetention, compare

DAY = 86400.0
NOW = 1795291440.0
OLD = NOW - 900 * DAY


def host(*logs: Log, installed: float | None = OLD, now: float = NOW) -> LogRetention:
    return LogRetention(now, installed, logs)


def journal(days: float | None, **others: Any) -> Log:
    return Log("journal", None if days is None else NOW - days * DAY, **others)


def judged(facts: LogRetention, **params: Any) -> dict[str, Result]:
    return {result.item: result for result in evaluate(facts, LogRetentionParams.model_validate(params))}


@pytest.mark.parametrize(
    ("log", "installed", "state", "words"),
    [
        (journal(184), OLD, State.OK, "reaches back 184 d"),
        (journal(183), OLD, State.WARN, "reaches back 183 d (warn at 184 d)"),
        (
            journal(30, kept_seconds=28 * DAY),
            OLD,
            State.WARN,
            "reaches back 30 d (warn at 184 d), set to be kept for 28 d",
        ),
        (journal(30), None, State.WARN, "reaches back 30 d (warn at 184 d)"),
        (journal(30), NOW - 31 * DAY, State.OK, "begins with the installation 30 d ago"),
        (journal(30), NOW - 33 * DAY, State.WARN, "reaches back 30 d (warn at 184 d)"),
        (
            journal(3, kept_seconds=28 * DAY),
            NOW - 3 * DAY,
            State.WARN,
            "begins with the installation 3 d ago, set to be kept for 28 d (warn at 184 d)",
        ),
        (
            journal(3, kept_seconds=200 * DAY),
            NOW - 3 * DAY,
            State.OK,
            "begins with the installation 3 d ago, set to be kept for 200 d",
        ),
        (journal(None), OLD, State.UNKNOWN, "its oldest line cannot be seen"),
        (journal(3, volatile=True), OLD, State.CRIT, "in memory only, lost at a restart"),
    ],
)
def test_states(log: Log, installed: float | None, state: State, words: str) -> None:
    result = judged(host(log, installed=installed))["journal"]
    assert (result.state, result.summary.en) == (state, words)


def test_a_log_whose_first_line_is_closed_is_not_lost_when_it_is_rotated_first() -> None:
    """Then its oldest file ends after the last look; where that begins is not known."""
    before = Log("/var/log/syslog", NOW - 7 * DAY)
    rotated = Log("/var/log/syslog", NOW - 600, kept_seconds=28 * DAY, exact=False)
    facts = compare(host(before, now=NOW - 3600), host(rotated))
    assert facts.logs[0].emptied_at is None
    readable = compare(host(before, now=NOW - 3600), host(replace(rotated, exact=True)))
    assert readable.logs[0].emptied_at == NOW


@pytest.mark.parametrize(
    ("kept", "state", "words"),
    [
        (28 * DAY, State.WARN, "reaches back at least 10 d, set to be kept for 28 d (warn at 184 d)"),
        (189 * DAY, State.OK, "reaches back at least 10 d, set to be kept for 189 d"),
        (None, State.UNKNOWN, "reaches back at least 10 d; its oldest line cannot be seen"),
    ],
)
def test_a_log_whose_first_line_is_closed_is_judged_by_how_it_is_kept(
    kept: float | None, state: State, words: str
) -> None:
    result = judged(host(journal(10, kept_seconds=kept, exact=False)))["journal"]
    assert (result.state, result.summary.en) == (state, words)
    assert judged(host(journal(200, kept_seconds=kept, exact=False)))["journal"].state is State.OK


def test_a_volatile_journal_beside_files() -> None:
    found = judged(host(journal(3, volatile=True), Log("/var/log/syslog", OLD)))
    assert {result.state for result in found.values()} == {State.OK}


def test_no_log_at_all() -> None:
    assert judged(host())["logs"].state is State.WARN


def test_a_log_that_was_cut_short_is_told_for_a_day() -> None:
    before = host(journal(400), Log("/var/log/syslog", OLD))
    later = NOW + 3600
    cut = compare(before, host(Log("journal", later - 60), now=later))
    found = judged(cut)
    assert {item: result.state for item, result in found.items()} == {
        "journal": State.CRIT,
        "/var/log/syslog": State.CRIT,
    }
    assert found["journal"].summary.en == "begins 1 min ago: all it held at the last look is lost"
    assert found["/var/log/syslog"].summary.en == "is gone: all it held at the last look is lost"
    much_later = later + 2 * DAY
    after = compare(cut, host(Log("journal", later - 60), now=much_later))
    assert judged(after)["journal"].state is State.WARN, "it does not reach back far"
    assert judged(after)["/var/log/syslog"].state is State.OK
    forgotten = compare(after, host(Log("journal", later - 60), now=much_later + 60 * DAY))
    assert [log.name for log in forgotten.logs] == ["journal"]


def test_rotation_is_no_loss() -> None:
    facts = compare(host(journal(400)), host(Log("journal", NOW - 380 * DAY), now=NOW + 3600))
    assert judged(facts)["journal"].state is State.OK
    young = compare(host(journal(0)), host(Log("journal", NOW), now=NOW + 3600))
    assert young.logs[0].emptied_at is None


def test_a_log_that_lost_what_it_held_does_not_begin_with_the_installation() -> None:
    log = journal(1, emptied_at=NOW - 2 * DAY)
    assert judged(host(log, installed=NOW - 2 * DAY))["journal"].state is State.WARN


def test_logs_may_be_ignored() -> None:
    assert judged(host(journal(1)), ignore=["jour*"]) == {}
    assert judged(host(journal(50)), reaches_back={"warn": "60d", "crit": "51d"})["journal"].state is State.CRIT


def test_a_loss_is_carried_on() -> None:
    facts = host(replace(journal(1), emptied_at=NOW - 7200))
    assert compare(facts, host(journal(1), now=NOW + 60)).logs[0].emptied_at == NOW - 7200
